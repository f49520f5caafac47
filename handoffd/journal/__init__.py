"""The event log. SQLite lives here only.

    lock   schema   codec -> reader -> store
"""
