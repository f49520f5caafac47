"""Words in, exit code out: one small file a verb, each importing only what it needs."""
