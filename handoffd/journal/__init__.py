"""The event log. SQLite lives here only.

    lock  codec  schema -> opening -> repair
                 reader -> writer  -> store
"""
