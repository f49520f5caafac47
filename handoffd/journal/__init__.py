"""The event log. SQLite lives here only.

    lock -> faults -> opening -> repair -> store
    codec -> reader -> writer -> store;  codec -> schema -> opening
"""
