"""The event log. SQLite lives here only.

lock -> faults -> opening -> repair -> store
codec -> schema -> opening -> held -> store
codec -> reader -> writer -> store;  reader -> held
"""
