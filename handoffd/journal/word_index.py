"""The index of words that `search` asks: SQLite's own full-text index over what was said, in the journal's file.

    event ──> words ──> said (a row each)  +  words (the index, FTS5)

It is kept in step by the transactions that append, every thousand events, and only a short cut: where it is missing, behind or damaged it is made up
for from the events, a part a transaction, so that nobody waits for it; whoever searches does so first. Where SQLite has no FTS5 there is none, and
the journal is the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import Any

from handoffd.journal.row_codec import decode, escape, seal, unescape, unseal
from handoffd.journal.sqlite_errors import is_refused
from handoffd.model.events import Event
from handoffd.model.searchable import KINDS, words_of

SOURCE = "words"
"""The name among the cursors. They are not brought over into a journal that replaces a damaged one, so that it is indexed anew."""
STEP = 10_000
"""So many ids are made up for in one transaction."""
BEHIND = 1_000
"""So many ids the index may be behind before a transaction makes up for them: to write the index takes as long for one event as for a hundred."""
PATHS_BETWEEN = "\n"

_TABLE = """CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(text, path, content='said', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2')"""
_RANK = "INSERT INTO words(words, rank) VALUES ('rank', 'bm25(2.0, 1.0)')"
_SAID = "INSERT INTO said (id, event, at, kind, branch, worktree, path, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_WORDS = "INSERT INTO words(rowid, text, path) VALUES (?, ?, ?)"
_GONE = "FROM said WHERE event NOT IN (SELECT id FROM event)"
_TAKE_OUT = f"INSERT INTO words(words, rowid, text, path) SELECT 'delete', id, text, path {_GONE}"
_SEARCHED = f"kind IN ({','.join('?' * len(KINDS))})"
_LEFT = f"SELECT id, at, kind, worktree, branch, CAST(data AS TEXT) FROM event WHERE id > ? AND id <= ? AND {_SEARCHED} ORDER BY id"  # noqa: S608
_PARTS = ("data", "idx", "docsize", "config")
_KEEP = "INSERT OR REPLACE INTO cursor VALUES ('', ?, ?)"
_KEPT = "SELECT value FROM cursor WHERE worktree = '' AND source = ?"

Row = tuple[int, float, str, str, str, str, str]


def possible(connection: sqlite3.Connection) -> bool:
    """Whether this SQLite has FTS5."""
    return connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone() is not None


def possible_here() -> bool:
    """The same without a connection."""
    with closing(sqlite3.connect(":memory:")) as connection:
        return possible(connection)


def through_of(value: object) -> int:
    """How far the index goes, by what the cursor says."""
    kept = unseal(value)
    return int(kept.get("through", 0)) if isinstance(kept, dict) else 0


class WordIndex:
    """The index inside one write transaction. Nothing is read or written before there is something to add."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._through: int | None = None
        self._possible: bool | None = None

    @property
    def through(self) -> int:
        """The id of the last event that is in it, 0 for none."""
        if self._through is None:
            found = self._connection.execute(_KEPT, (SOURCE,)).fetchone()
            self._through = through_of(found[0]) if found else 0
        return self._through

    def add(self, events: Sequence[Event], known: int) -> None:
        """Events that were appended after the id `known`, and before them what the index lacks. Where that is much, only a part of it."""
        if 0 <= known - self.through <= STEP:
            self._try(lambda: self._put(chain(self._left(known), _of_events(events)), events[-1].id))
        else:
            self.step()

    def step(self) -> bool:
        """Make up for a part of what the index lacks; whether that was done and more is left."""
        last = int(self._connection.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()[0])
        if self.through > last:
            self._drop()
        before, until = self.through, min(self.through + STEP, last)
        if self.through < last:
            self._try(lambda: self._put(self._left(until), until))
        return before < self.through < last

    def prune(self) -> None:
        """Take out the words of events that are gone, and from the disk with them."""
        found = self._connection.execute(f"SELECT count(*) {_GONE}").fetchone()
        if found[0]:
            self._try(self._take_out)

    def drop(self) -> None:
        """Begin anew."""
        self._drop()

    @property
    def _can(self) -> bool:
        if self._possible is None:
            self._possible = possible(self._connection)
        return self._possible

    def _try(self, change: Any) -> None:
        """A damaged index is no reason to lose what is journalled: it is begun anew."""
        if not self._can:
            return
        execute = self._connection.execute
        execute("SAVEPOINT words")
        try:
            change()
            # The index writes what it was given when a savepoint begins: not later, where it would be the transaction that fails.
            execute("SAVEPOINT words_written")
        except sqlite3.DatabaseError as fault:
            execute("ROLLBACK TO words")
            if is_refused(fault):
                execute("RELEASE words")
                raise
            self._drop()
        execute("RELEASE words")

    def _put(self, rows: Iterable[Row], until: int) -> None:
        if self.through == 0:
            self._drop()
            self._connection.execute(_TABLE)
            self._connection.execute(_RANK)
        found = list(rows)
        if found:
            first = int(self._connection.execute("SELECT coalesce(max(id), 0) FROM said").fetchone()[0]) + 1
            self._connection.executemany(_SAID, [(first + number, *row) for number, row in enumerate(found)])
            self._connection.executemany(_WORDS, [(first + number, row[6], row[5]) for number, row in enumerate(found)])
        self._connection.execute(_KEEP, (SOURCE, seal({"through": until})))
        self._through = until

    def _left(self, until: int) -> Iterator[Row]:
        for id_, at, kind, worktree, branch, data in self._connection.execute(_LEFT, (self.through, until, *KINDS)):
            fact, _ = decode(kind, data)
            yield from _of_event(Event(kind, at, "", fact, unescape(worktree), unescape(branch), id_))

    def _take_out(self) -> None:
        self._connection.execute(_TAKE_OUT)
        self._connection.execute(f"DELETE {_GONE}")
        # What was taken out still stands in the index's older parts until they are made one.
        self._connection.execute("INSERT INTO words(words) VALUES ('optimize')")

    def _drop(self) -> None:
        """By name: SQLite opens an index before it drops it, and a damaged one cannot be opened."""
        execute = self._connection.execute
        if execute("SELECT 1 FROM sqlite_master WHERE name = 'words'").fetchone():
            execute("PRAGMA writable_schema = ON")
            execute("DELETE FROM sqlite_master WHERE name = 'words'")
            execute("PRAGMA writable_schema = RESET")
        for part in _PARTS:
            execute(f"DROP TABLE IF EXISTS words_{part}")
        execute("DELETE FROM said")
        execute("DELETE FROM cursor WHERE worktree = '' AND source = ?", (SOURCE,))
        self._through = 0


def _of_events(events: Iterable[Event]) -> Iterator[Row]:
    for event in events:
        if event.kind in KINDS:
            yield from _of_event(event)


def _of_event(event: Event) -> Iterator[Row]:
    for words in words_of(event.fact):
        paths = PATHS_BETWEEN.join(map(path_text, words.paths))
        said = words.text.encode("utf-8", "backslashreplace").decode("utf-8")
        yield event.id, event.at, words.kind.value, escape(event.branch), escape(event.worktree), paths, said


def path_text(path: str) -> str:
    """A path as it stands in a list of paths."""
    return escape(path).replace("\n", "\\n")
