"""What the tables mean, and how older journals become newer ones."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

from handoffd.journal.row_codec import short, unescape

SCHEMA = """
CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- the journal's order; never used twice
    at REAL NOT NULL,          -- when it happened: UTC epoch seconds, clamped between two looks
    seen REAL NOT NULL,        -- when it was ingested
    by TEXT NOT NULL,          -- who ingested it: daemon or cli
    kind TEXT NOT NULL,        -- commit checkout reset stash push branch file test note agent snapshot handoff daemon, or a newer one
    worktree TEXT NOT NULL,    -- '.' or worktrees/NAME@MADE (ns); backslashes doubled, lone surrogates as \\udcXX
    branch TEXT NOT NULL,      -- HEAD's branch then, '' when detached or unknown; escaped likewise
    key TEXT NOT NULL UNIQUE,  -- natural key, redacted and escaped: the same fact read twice has the same; '#' and a digest for a file's
    data TEXT NOT NULL,        -- the fact as JSON, redacted
    stage TEXT,                -- of a handoff: intent or written; else NULL
    closes INTEGER,            -- of a handoff: 1 when the session ended with it
    through INTEGER,           -- of a handoff: the last event id it covers
    name TEXT,                 -- of a handoff: the file's name, '' when it has no file; escaped likewise
    sha256 TEXT                -- of a handoff: digest of the file's bytes
);
-- One worktree's events in order; the same of one kind, without the many of files, whose newest is never far; its handoffs, newest first, by file,
-- and how far sessions are closed.
CREATE INDEX event_of_worktree ON event (worktree, id);
CREATE INDEX event_of_kind ON event (worktree, kind, id) WHERE kind <> 'file';
CREATE INDEX event_written ON event (worktree, id) WHERE stage = 'written';
CREATE INDEX event_intent ON event (worktree, id) WHERE stage = 'intent';
CREATE INDEX event_file ON event (worktree, name, sha256) WHERE stage = 'written';
CREATE INDEX event_closed ON event (worktree, through) WHERE stage = 'written' AND closes = 1;
CREATE TABLE cursor (
    worktree TEXT NOT NULL,    -- as in event
    source TEXT NOT NULL,      -- reflog refs worktree reports spool clock, and the pipeline's own: 'open session'
    value TEXT NOT NULL,       -- digest and JSON: how far the source was read; only a short cut
    PRIMARY KEY (worktree, source)
);
CREATE TABLE look (
    worktree TEXT NOT NULL,    -- as in event
    path TEXT NOT NULL,        -- dirty or untracked path at the last look, escaped likewise
    size INTEGER NOT NULL,     -- bytes
    mtime_ns INTEGER NOT NULL, -- 0 when the file is gone
    inode INTEGER NOT NULL,    -- as a signed number, SQLite has no other
    state TEXT NOT NULL,       -- untracked deleted renamed conflicted changed
    old_path TEXT NOT NULL,    -- of a renamed one
    baseline INTEGER NOT NULL, -- 1: it was so before the first look and has not changed since
    PRIMARY KEY (worktree, path)
);
CREATE TABLE meta (
    name TEXT PRIMARY KEY,     -- identity (device:inode of the git dir), checked (time of the last full check), rebuilt (not told yet),
                               -- and the pipeline's own: began, 'looked WORKTREE', 'unread WORKTREE'; escaped likewise
    value TEXT NOT NULL
);
CREATE TABLE said (
    id INTEGER PRIMARY KEY,    -- the number in the index of words
    event INTEGER NOT NULL,    -- the event whose words they are
    at REAL NOT NULL,          -- as in event
    kind TEXT NOT NULL,        -- commit test branch, or a kind of note
    branch TEXT NOT NULL,      -- as in event
    worktree TEXT NOT NULL,    -- as in event
    path TEXT NOT NULL,        -- paths that they are about, a line each; escaped likewise, a line feed as \\n
    text TEXT NOT NULL         -- the words themselves, redacted as the event is
);
CREATE INDEX said_of_event ON said (event);
CREATE TABLE migration (
    version INTEGER PRIMARY KEY, -- the version that this step led to; the number of rows is the journal's
    name TEXT NOT NULL,          -- the function that did it
    at REAL NOT NULL             -- when it ran
);
"""

_NO_FILES = " WHERE kind <> 'file'"

Migration = Callable[[sqlite3.Connection], None]


def first_schema(connection: sqlite3.Connection) -> None:
    """Version 1, 2026-11: all tables above but that of words; the index of kinds held files too."""
    for statement in SCHEMA.replace(_NO_FILES, "").split(";\n"):
        if statement.strip() and not _of_words(statement):
            connection.execute(statement)


def _of_words(statement: str) -> bool:
    return " said" in statement.partition("(")[0]


def short_file_keys(connection: sqlite3.Connection) -> None:
    """Version 2, 2026-11: digests for the keys of files, which took more room than what they tell, and no files in the index of kinds."""
    shorten_keys(connection)
    connection.execute("DROP INDEX event_of_kind")
    connection.execute(f"CREATE INDEX event_of_kind ON event (worktree, kind, id){_NO_FILES}")


def shorten_keys(connection: sqlite3.Connection) -> None:
    """Bring keys of version 1 to what is looked for since. Were two digests the same, the second event would keep its long key."""
    connection.create_function("short_key", 1, _short_key, deterministic=True)
    # As bytes: a key that was damaged need not be text.
    connection.execute("UPDATE OR IGNORE event SET key = short_key(CAST(key AS BLOB)) WHERE key >= 'file:' AND key < 'file;'")


def _short_key(raw: bytes) -> str:
    return short(unescape(raw.decode("utf-8", "replace")))


def words_said(connection: sqlite3.Connection) -> None:
    """Version 3, 2026-12: what is searched for. The index over it is made with the first words (word_index.py)."""
    for statement in SCHEMA.split(";\n"):
        if _of_words(statement):
            connection.execute(statement)


MIGRATIONS: tuple[Migration, ...] = (first_schema, short_file_keys, words_said)
VERSION = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """The schema version, 0 for an empty file."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'migration'").fetchone():
        return 0
    return int(connection.execute("SELECT count(*) FROM migration").fetchone()[0])


def migrate(connection: sqlite3.Connection, now: float) -> None:
    """Bring the journal to VERSION, inside the caller's transaction. Does nothing to one that is there already."""
    start = version_of(connection)
    for number, step in enumerate(MIGRATIONS[start:], start + 1):
        step(connection)
        connection.execute("INSERT INTO migration (version, name, at) VALUES (?, ?, ?)", (number, step.__name__, now))


def tables(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """(name, definition) of all that the schema defines. Comments are left out: to reword one is no other schema. The index of words is a short
    cut, and where SQLite has no full-text search there is none."""
    found = connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_master")
    return {(name, _definition(sql)) for name, sql in found if not _is_index_of_words(name)}


def _is_index_of_words(name: str) -> bool:
    return name == "words" or name.startswith("words_")


def _definition(sql: str) -> str:
    return " ".join(re.sub(r"--[^\n]*", "", sql).split())


def empty() -> sqlite3.Connection:
    """A journal in memory without events: what answers where there is none on disk yet, and what a sound one's tables look like."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, 0.0)
    return connection
