"""Questions that several sections ask, each answered once."""
