"""The event log: SQLite lives here only. `store.py` is what the other folders use."""
