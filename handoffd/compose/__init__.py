"""Journal, world and rules joined into a document of now."""
