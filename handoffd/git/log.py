"""`git log` with named fields, read into records."""

from __future__ import annotations

from handoffd.git.parse import decode
from handoffd.git.run import Git


def log_records(git: Git, fields: tuple[str, ...], *words: str) -> list[tuple[str, ...]]:
    """`git log WORDS`: for each commit, in git's order, the values of `fields` (`%H`, `%s`, ...); none where git says no. A record is empty where a
    value holds the sign that parts the fields."""
    raw = git.try_run("log", "-z", f"--format={'%x01'.join(fields)}", *words)
    records = [tuple(record.split("\x01")) for record in decode(raw or b"").split("\0") if record]
    return [record if len(record) == len(fields) else () for record in records]
