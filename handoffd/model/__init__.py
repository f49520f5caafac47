"""Facts, the session folded from them, and the document, as plain data. Pure: standard library only, no clock, no disk, no git."""
