"""What is to be reached, each number in this one place. A bar is a ratio to a floor measured in the same run, or a value in its unit."""

from __future__ import annotations

from typing import NamedTuple


class Bar(NamedTuple):
    """`about` is the question, `limit` the highest ratio or value that still meets it, `unit` that of the measured values."""

    about: str
    limit: float
    unit: str


WATCHES = Bar("watches / (1.02 x folders that are not ignored + 40)", 1.0, "watches")
READY = {1_000: 0.35, 10_000: 0.35, 100_000: 0.5}
"""By tracked files; 57,000 ignored ones beside them."""
EDIT_MEDIAN = Bar("edit to journal row, median, debounce not counted", 3.0, "ms")
EDIT_LATE = Bar("edit to journal row, 99th percentile, debounce not counted", 1.5, "ms")
APPENDS_CPU = Bar("appends in a burst: CPU", 1.0, "s")
UNTAR_MEMORY = Bar("untar: peak memory", 2.0, "MB")
IGNORED_ROWS = Bar("storm in an ignored folder: rows", 0.0, "rows")
IGNORED_CPU = Bar("storm in an ignored folder: CPU of its time", 0.01, "share")
IDLE_WAKES = Bar("idle: wake-ups", 0.2, "1/s")
IDLE_CPU = Bar("idle: CPU", 10.0, "ms/min")
IDLE_MEMORY = Bar("idle: PSS", 1.0, "MB")
MANY_THREADS = Bar("many worktrees: threads", 20.0, "threads")
MANY_MEMORY = Bar("many worktrees: PSS", 150.0, "MB")
MANY_READY = Bar("many worktrees: ready", 10.0, "s")
HOOK = Bar("commit with the post-commit hook", 1.35, "ms")
PUSH = Bar("push to a local bare repository", 1.35, "ms")
VERSION = Bar("handoffd --version", 1.8, "ms")
NOTE = Bar("handoffd note", 4.0, "ms")
FLUSH_RATIO = 2.0
STALL = Bar("longest stall of another thread of the daemon during a flush", 25.0, "ms")
JOURNAL_RATE = Bar("journal: time to insert, to raw executemany", 2.0, "s")
JOURNAL_SIZE = Bar("journal: bytes an event", 64.0, "bytes")
JOURNAL_QUERY = Bar("journal: session query, biggest to a tenth of it", 2.0, "ms")
SEARCH = Bar("search: the question alone", 50.0, "ms")
SEARCH_NARROW = Bar("search by kind and branch: the question alone", 75.0, "ms")
SEARCH_RATIO = Bar("search, to SQLite's own ranked question", 2.0, "ms")
WORDS_RATE = Bar("journal alone (git not asked): time to insert with the index of words, to without", 1.1, "s")
MORNING = Bar("morning screen of 50 repositories", 1.0, "s")
MORNING_MOVED = Bar("the same, git asked of each", 1.0, "s")
MORNING_RATIO = Bar("morning screen of 50 repositories, to git status of each", 2.0, "ms")
COMPOSE = Bar("fold, compose and render 10,000 events", 100.0, "ms")
COMPOSE_LINEAR = Bar("the same of the biggest to 10,000, an event", 1.5, "us/event")


def ready(files: int) -> Bar:
    """Start to watching, with so many tracked files."""
    return Bar(f"ready, {files:,} files", READY[files], "s")


def flush(files: int) -> Bar:
    """A flush with so many tracked files."""
    return Bar(f"flush, {files:,} files", FLUSH_RATIO, "ms")
