"""The durable log of events, in SQLite, which lives here only.

    schema  codec -> store
"""
