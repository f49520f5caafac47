"""A session made into a document: pure. `compose.py` joins the nine sections."""
