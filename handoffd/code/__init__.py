"""What source text says: definitions, marks, conflict markers, dependencies. Pure; it knows nothing of git."""
