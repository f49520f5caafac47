"""The world now: refs, working tree, conflicts and test runs, read once into a snapshot."""
