"""Inside a write transaction: every question, and everything that changes the journal."""

from __future__ import annotations

import math
import os
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol

from handoffd.files.crash_points import reached
from handoffd.journal.reader import Answer, Reader
from handoffd.journal.row_codec import decode, encode, escape, seal, short
from handoffd.journal.word_index import BEHIND, SOURCE, WordIndex
from handoffd.model.events import Event
from handoffd.model.facts import Daemon, Handoff
from handoffd.model.file_state import FileState
from handoffd.model.kinds import DaemonAction
from handoffd.model.records import replace

_INSERT = """INSERT INTO event (at, seen, by, kind, worktree, branch, key, data, stage, closes, through, name, sha256)
    VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (key) DO NOTHING"""
_PRUNE = """DELETE FROM event WHERE at < ? AND id <= (SELECT coalesce(max(done.through), 0) FROM event AS done
    WHERE done.worktree = event.worktree AND done.stage = 'written' AND done.closes = 1)
    AND id NOT IN (SELECT id FROM temp.kept)"""
_SUPERSEDED = """SELECT id, kind, data FROM event WHERE worktree = ? AND stage = 'intent' AND id > ? AND id < ? AND length(data) > ?
    UNION ALL SELECT id, kind, data FROM event WHERE worktree = ? AND stage = 'written' AND id > ? AND id < ? AND length(data) > ? AND closes = 0"""
_OLD_SNAPSHOTS = """DELETE FROM event WHERE worktree = ? AND kind = 'snapshot' AND kind <> 'file' AND id > ?
    AND id < (SELECT max(id) FROM event WHERE worktree = ? AND kind = 'snapshot' AND kind <> 'file')"""
_THIN = 1500
"""Characters of a record of a handoff without its document, at most."""
_LARGEST = 2**63 - 1
_NO_HANDOFF = (None,) * 5
_AT_ONCE = 500


class Cleaner(Protocol):
    """What takes secrets out: model/redact.py's Redactor."""

    count: int

    def text(self, text: str) -> str: ...

    def data(self, value: Any) -> Any: ...


class Forked(RuntimeError):
    """A connection was carried over a fork."""


class Writer(Reader):
    """`redacted` counts the secrets that were taken out of what was appended."""

    def __init__(self, connection: sqlite3.Connection, cleaner: Cleaner, now: float, by: str) -> None:
        self._carried, self._pid = connection, os.getpid()
        self._cleaner = cleaner
        self._now, self._by = now, by
        self._new: list[Event] = []
        self.redacted = 0

    @property
    def here(self) -> bool:
        """False in a process that was forked inside the transaction."""
        return os.getpid() == self._pid

    @property
    def _connection(self) -> sqlite3.Connection:
        """SQLite's locks and shared memory do not survive a fork: what a child does with them damages the parent's journal."""
        if not self.here:
            raise Forked(f"the journal's connection is process {self._pid}'s: open the journal anew after a fork")
        return self._carried

    @property
    def rebuilt(self) -> str:
        """What happened to a damaged journal that this one stands in for, '' when nothing did or a `rebuilt` event was appended since."""
        return self.meta("rebuilt") or ""

    def append(self, events: Iterable[Event]) -> list[Event]:
        """Journal what is not there yet, redacted; returns exactly those, in order, with id, seen and by."""
        left = iter(events)
        new: list[Event] = []
        while some := list(islice(left, _AT_ONCE)):
            new += self._append(some)
        return new

    def set_cursor(self, worktree: str, source: str, value: Mapping[str, Any]) -> None:
        """Remember how far a source was read; in the same transaction as what was read."""
        self._connection.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?, ?)", (escape(worktree), source, seal(value)))

    def set_rows(self, worktree: str, changed: Mapping[str, FileState], gone: Iterable[str]) -> None:
        """Write rows of dirty paths and remove those of clean ones."""
        own = escape(worktree)
        self._connection.executemany("DELETE FROM look WHERE worktree = ? AND path = ?", [(own, escape(path)) for path in gone])
        values = [
            (own, escape(path), row.size, row.mtime_ns, _signed(row.inode), row.state, escape(row.old_path), int(row.baseline))
            for path, row in changed.items()
        ]
        self._connection.executemany("INSERT OR REPLACE INTO look VALUES (?,?,?,?,?,?,?,?)", values)

    def set_meta(self, name: str, value: str) -> None:
        """Remember a value of the journal's own."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (escape(name), escape(value)))

    def prune(self, before: float, kept: Collection[int] = ()) -> int:
        """Forget events of closed sessions that happened before a time; returns how many. The newest closed handoff of a worktree stays, and
        so do the `kept` ids."""
        self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY)")
        self._connection.execute("DELETE FROM temp.kept")
        self._connection.executemany("INSERT OR IGNORE INTO temp.kept VALUES (?)", [(id_,) for id_ in kept])
        done = self._connection.execute(_PRUNE, (before,))
        WordIndex(self._connection).prune()
        return int(done.rowcount)

    def index_words(self) -> bool:
        """Make up for a part of the words that cannot be searched yet; whether that was done and more are left."""
        return WordIndex(self._connection).step()

    def drop_words(self) -> None:
        """Begin the index of words anew."""
        WordIndex(self._connection).drop()

    def thin_out(self, worktree: str) -> None:
        """Of a session only its newest handoff keeps the document, and only the newest snapshot stays. The record of an earlier one stays, as its
        file has to be known as ours; an intent is a copy of the handoff that followed it."""
        own = escape(worktree)
        newest, before = self._value("SELECT max(id) FROM event WHERE worktree = ? AND stage = 'written'", (own,)), self._closed_before(own)
        for id_, kind, data in self._ask(_SUPERSEDED, (own, before, newest or 0, _THIN) * 2):
            fact, extra = decode(kind, data)
            if isinstance(fact, Handoff):
                thin = replace(fact, document={}, markdown="")
                self._connection.execute("UPDATE event SET data = ? WHERE id = ?", (encode(thin, extra), id_))
        self._connection.execute(_OLD_SNAPSHOTS, (own, before, own))

    def _closed_before(self, own: str) -> int:
        """The id of the newest handoff that closed an earlier session, 0 when there is none."""
        query = """SELECT max(id) FROM event WHERE worktree = ? AND stage = 'written' AND closes = 1
            AND id < (SELECT max(id) FROM event WHERE worktree = ? AND stage = 'written')"""
        return int(self._value(query, (own, own)) or 0)

    def commit(self) -> None:
        """Make what was written so far durable and go on in a new transaction, still under the lock."""
        self._index()
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN IMMEDIATE")

    def finish(self) -> None:
        """Make the rest durable; the transaction is over."""
        self._index()
        self._connection.execute("COMMIT")

    def _index(self) -> None:
        """Index the words of what was appended where that is much; a few wait until there are more, or until somebody searches."""
        new, self._new = self._new, []
        through = (self.cursor("", SOURCE) or {}).get("through", 0) if new else 0
        if new and new[-1].id - through >= BEHIND:
            WordIndex(self._connection).add(new, new[0].id - 1)

    def _ask(self, query: str, values: Sequence[Any] = ()) -> Answer:
        return self._connection.execute(query, values).fetchall()

    def _redacted(self, key: str) -> str:
        return self._cleaner.text(key)

    def _append(self, events: Iterable[Event]) -> list[Event]:
        """The same for as many as one statement takes."""
        cleaned = [self._clean(event) for event in events]
        connection = self._connection
        known, before = self.last_id(), connection.total_changes
        connection.executemany(_INSERT, [_values(event) for event, _ in cleaned])
        ids = self._ids([event for event, _ in cleaned], known, connection.total_changes - before)
        new = [self._added(event, told, id_) for (event, told), id_ in zip(cleaned, ids, strict=True) if id_]
        self._new += new
        reached("appended", len(new))
        return new

    def _ids(self, events: list[Event], known: int, added: int) -> Sequence[int]:
        """The id of each event that was added after the id `known`, 0 for those that were there."""
        if added == len(events):
            last = self.last_id()
            return range(last - added + 1, last + 1)
        found = self._ask("SELECT id, key FROM event WHERE id > ? ORDER BY id", (known,))
        ids, at = [], 0
        for event in events:
            new = at < added and found[at][1] == escape(event.key)
            ids.append(found[at][0] if new else 0)
            at += new
        return ids

    def _added(self, event: Event, told: int, id_: int) -> Event:
        self.redacted += told
        if isinstance(event.fact, Daemon) and event.fact.action == DaemonAction.REBUILT:
            self._connection.execute("DELETE FROM meta WHERE name = 'rebuilt'")
        # Nobody has seen the event yet; a copy with the id takes ten times as long.
        object.__setattr__(event, "id", id_)
        return event

    def _clean(self, event: Event) -> tuple[Event, int]:
        """The event as it is journalled, without its id, and how many secrets were taken out of what it tells."""
        clean = self._cleaner
        key = short(clean.text(event.key))
        before = clean.count
        branch, fact, extra = clean.text(event.branch), clean.data(event.fact), clean.data(event.extra) if event.extra else event.extra
        at = event.at if math.isfinite(event.at) else self._now
        return Event(event.kind, at, key, fact, event.worktree, branch, 0, self._now, self._by, extra), clean.count - before


def _values(event: Event) -> tuple[Any, ...]:
    names = event.kind, escape(event.worktree), escape(event.branch), escape(event.key)
    handoff = _of_handoff(event.fact) if isinstance(event.fact, Handoff) else _NO_HANDOFF
    return event.at, event.seen, event.by, *names, encode(event.fact, event.extra), *handoff


def _of_handoff(fact: Handoff) -> tuple[Any, ...]:
    return fact.stage, int(fact.closes), min(max(fact.through, 0), _LARGEST), escape(fact.name), escape(fact.sha256)


def _signed(number: int) -> int:
    """An unsigned 64-bit number as a signed one."""
    return number - 2**64 if number > _LARGEST else number
