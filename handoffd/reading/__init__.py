"""What the reading verbs need: choose a handoff, shorten it."""
