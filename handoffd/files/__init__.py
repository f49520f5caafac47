"""Our own files and other people's, opened and written safely."""
