"""git's logs, refs and working tree, read into events."""
