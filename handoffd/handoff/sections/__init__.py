"""The nine sections of the document, one file each."""
