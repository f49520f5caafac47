"""Questions to the journal, over any connection: a read-only one, or the writer's inside its transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from handoffd.journal.codec import decode, escape, unescape
from handoffd.model.events import Event
from handoffd.model.rows import Row

_COLUMNS = "id, at, seen, by, kind, worktree, branch, key, data"
_CHUNK = 500


class Reader:
    """Mixin: `_connection()` gives a connection for one question."""

    def _connection(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def events(self, worktree: str | None, after: int = 0, until: int | None = None, kinds: Collection[str] = ()) -> Iterator[Event]:
        """Events in the journal's order; `worktree` None is all of them."""
        where, values = ["id > ?"], [after]  # type: ignore[var-annotated]
        if worktree is not None:
            where, values = [*where, "worktree = ?"], [*values, escape(worktree)]
        if until is not None:
            where, values = [*where, "id <= ?"], [*values, until]
        if kinds:
            where, values = [*where, f"kind IN ({','.join('?' * len(kinds))})"], [*values, *kinds]
        query = f"SELECT {_COLUMNS} FROM event WHERE {' AND '.join(where)} ORDER BY id"  # noqa: S608
        with self._connection() as connection:
            for row in connection.execute(query, values):
                yield event_of(row)

    def last(self, worktree: str, kind: str) -> Event | None:
        """The newest event of a kind."""
        query = f"SELECT {_COLUMNS} FROM event WHERE worktree = ? AND kind = ? ORDER BY id DESC LIMIT 1"  # noqa: S608
        return self._one(query, (escape(worktree), kind))

    def last_id(self) -> int:
        """The newest event's id, 0 in an empty journal."""
        return int(self._value("SELECT coalesce(max(id), 0) FROM event", ()) or 0)

    def closed_through(self, worktree: str) -> int:
        """The last event id of the newest closed session, 0 when none was closed."""
        query = "SELECT through FROM event WHERE worktree = ? AND stage = 'written' AND closes = 1 ORDER BY id DESC LIMIT 1"
        return int(self._value(query, (escape(worktree),)) or 0)

    def handoffs(self, worktree: str | None, limit: int) -> list[Event]:
        """Written handoffs, newest first."""
        where = "worktree = ? AND" if worktree is not None else ""
        query = f"SELECT {_COLUMNS} FROM event WHERE {where} stage = 'written' ORDER BY id DESC LIMIT ?"  # noqa: S608
        values = (escape(worktree), limit) if worktree is not None else (limit,)
        with self._connection() as connection:
            return [event_of(row) for row in connection.execute(query, values)]

    def intents(self, worktree: str) -> list[Event]:
        """Intents that no written handoff followed: whoever meant to write died on the way, or could not."""
        query = f"""SELECT {_COLUMNS} FROM event AS intent WHERE worktree = ? AND stage = 'intent' AND NOT EXISTS
            (SELECT 1 FROM event AS done WHERE done.worktree = intent.worktree AND done.stage = 'written' AND done.id > intent.id)"""  # noqa: S608
        with self._connection() as connection:
            return [event_of(row) for row in connection.execute(query, (escape(worktree),))]

    def cursor(self, worktree: str, source: str) -> dict[str, Any] | None:
        """How far a source was read, None when it never was."""
        found = self._value("SELECT value FROM cursor WHERE worktree = ? AND source = ?", (escape(worktree), source))
        return json.loads(found) if found is not None else None

    def rows(self, worktree: str) -> dict[str, Row]:
        """Dirty and untracked paths as the last look saw them."""
        query = "SELECT path, size, mtime_ns, inode, state, old_path, baseline FROM look WHERE worktree = ?"
        with self._connection() as connection:
            found = connection.execute(query, (escape(worktree),)).fetchall()
        return {unescape(path): Row(unescape(path), *rest, unescape(old), bool(base)) for path, *rest, old, base in found}

    def has_keys(self, keys: Iterable[str]) -> set[str]:
        """Which of the natural keys are there."""
        asked, found = [escape(key) for key in keys], set()
        with self._connection() as connection:
            for start in range(0, len(asked), _CHUNK):
                chunk = asked[start : start + _CHUNK]
                query = f"SELECT key FROM event WHERE key IN ({','.join('?' * len(chunk))})"  # noqa: S608
                found |= {unescape(row[0]) for row in connection.execute(query, chunk)}
        return found

    def meta(self, name: str) -> str | None:
        """A value of the journal's own."""
        found = self._value("SELECT value FROM meta WHERE name = ?", (name,))
        return None if found is None else str(found)

    def worktrees(self) -> list[str]:
        """Ids of all worktrees that have events."""
        with self._connection() as connection:
            return [unescape(row[0]) for row in connection.execute("SELECT DISTINCT worktree FROM event ORDER BY worktree")]

    def _one(self, query: str, values: tuple[Any, ...]) -> Event | None:
        with self._connection() as connection:
            row = connection.execute(query, values).fetchone()
        return event_of(row) if row else None

    def _value(self, query: str, values: tuple[Any, ...]) -> Any:
        with self._connection() as connection:
            row = connection.execute(query, values).fetchone()
        return row[0] if row else None


def event_of(row: tuple[Any, ...]) -> Event:
    """A row of `event` as an event."""
    number, at, seen, by, kind, worktree, branch, key, data = row
    fact, extra = decode(kind, data)
    return Event(kind, at, unescape(key), fact, unescape(worktree), unescape(branch), number, seen, by, extra)
