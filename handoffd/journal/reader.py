"""Questions to the journal. They are answered by a read-only connection, or by the writer's inside its transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from handoffd.journal.row_codec import decode, escape, moment, number, short, unescape, unseal
from handoffd.model.events import Event
from handoffd.model.facts import Handoff
from handoffd.model.file_state import FileState
from handoffd.model.kinds import FactKind

Answer = list[tuple[Any, ...]]

# Cast, as SQLite keeps what it is given: a damaged row may hold anything anywhere.
COLUMNS = "id, at, seen, CAST(by AS TEXT), CAST(kind AS TEXT), CAST(worktree AS TEXT), CAST(branch AS TEXT), CAST(key AS TEXT), CAST(data AS TEXT)"
_DATA = "CAST(data AS TEXT)"
# Characters of an event's data, above which its changes are left out.
_LARGE = 400_000
_LIGHT = COLUMNS.replace(_DATA, f"CASE WHEN length(data) > {_LARGE} AND json_valid({_DATA}) THEN json_remove({_DATA}, '$.changes') ELSE {_DATA} END")
_ROW = """CAST(path AS TEXT), CAST(size AS INTEGER), CAST(mtime_ns AS INTEGER), CAST(inode AS INTEGER), CAST(state AS TEXT),
    CAST(old_path AS TEXT), baseline"""
_CHUNK = 500
# Events are read so many at a time, each time a short transaction: a slow reader would keep the log from being folded back.
PAGE = 250


class Reader:
    """Mixin: `_ask(query, values)` gives all rows of one question."""

    def _ask(self, query: str, values: Sequence[Any] = ()) -> Answer:
        raise NotImplementedError

    def ask(self, query: str, values: Sequence[Any] = ()) -> Answer:
        """The same, for questions that other files of this folder have."""
        return self._ask(query, values)

    def _redacted(self, key: str) -> str:
        """A natural key without secrets."""
        return key

    def events(self, worktree: str | None, after: int = 0, until: int | None = None, kinds: Collection[str] = ()) -> Iterator[Event]:
        """Events with after < id <= until in the journal's order, as far as it goes when they are read; `worktree` None is all of them."""
        yield from self._events(COLUMNS, worktree, after, until, kinds)

    def light_events(self, worktree: str, after: int, kinds: Collection[str]) -> Iterator[Event]:
        """The same without what a commit of very many files changed."""
        yield from self._events(_LIGHT, worktree, after, None, kinds)

    def _events(self, columns: str, worktree: str | None, after: int, until: int | None, kinds: Collection[str]) -> Iterator[Event]:
        where: list[str] = ["id > ?"]
        values: list[Any] = []
        if worktree is not None:
            where, values = [*where, "worktree = ?"], [*values, escape(worktree)]
        if until is not None:
            where, values = [*where, "id <= ?"], [*values, until]
        if kinds:
            where, values = [*where, _of(kinds)], [*values, *kinds]
        query = f"SELECT {columns} FROM event WHERE {' AND '.join(where)} ORDER BY id LIMIT {PAGE}"  # noqa: S608
        page: Answer = []
        while not page or len(page) == PAGE:
            page = self._ask(query, [after, *values])
            if not page:
                return
            yield from map(event_of, page)
            after = page[-1][0]

    def events_of(self, ids: Sequence[int]) -> Iterator[Event]:
        """The events with these ids that are there, in the journal's order."""
        yield from self._of_ids(COLUMNS, ids)

    def light_events_of(self, ids: Sequence[int]) -> Iterator[Event]:
        """The same without what a commit of very many files changed: to read that takes seconds."""
        yield from self._of_ids(_LIGHT, ids)

    def key_of(self, id_: int) -> str:
        """The natural key of an event, '' where there is none of this id."""
        found = self._value("SELECT CAST(key AS TEXT) FROM event WHERE id = ?", (id_,))
        return "" if found is None else short(unescape(found))

    def _of_ids(self, columns: str, ids: Sequence[int]) -> Iterator[Event]:
        ordered = sorted(ids)
        for start in range(0, len(ordered), _CHUNK):
            chunk = ordered[start : start + _CHUNK]
            yield from map(event_of, self._ask(f"SELECT {columns} FROM event WHERE id IN ({_places(chunk)}) ORDER BY id", chunk))  # noqa: S608

    def last(self, worktree: str, kind: str) -> Event | None:
        """The newest event of a kind."""
        query = f"SELECT {COLUMNS} FROM event WHERE worktree = ? AND {_of([kind])} ORDER BY id DESC LIMIT 1"  # noqa: S608
        found = self._ask(query, (escape(worktree), kind))
        return event_of(found[0]) if found else None

    def last_id(self) -> int:
        """The newest event's id, 0 in an empty journal."""
        return int(self._value("SELECT coalesce(max(id), 0) FROM event") or 0)

    def newest_id(self, worktree: str) -> int:
        """The newest event's id of one worktree, 0 when it has none."""
        return int(self._value("SELECT coalesce(max(id), 0) FROM event WHERE worktree = ?", (escape(worktree),)) or 0)

    def count(self, worktree: str, after: int, kinds: Collection[str]) -> int:
        """How many events of these kinds came after an id."""
        query = f"SELECT count(*) FROM event WHERE id > ? AND worktree = ? AND {_of(kinds)}"  # noqa: S608
        return int(self._value(query, (after, escape(worktree), *kinds)) or 0)

    def has_events(self, worktree: str, kinds: Iterable[str], branches: Iterable[str], after: int, until: int | None) -> bool:
        """Whether there is an event of one of these kinds on one of these branches, with an id above `after`, up to `until`."""
        wanted, names = sorted(kinds), [escape(name) for name in branches]
        query = f"""SELECT 1 FROM event WHERE worktree = ? AND id > ? AND id <= ? AND kind IN ({_places(wanted)})
            AND branch IN ({_places(names)}) LIMIT 1"""  # noqa: S608
        last = until if until is not None else self.newest_id(worktree)
        return self._value(query, (escape(worktree), after, last, *wanted, *names)) is not None

    def closed_through(self, worktree: str) -> int:
        """The last event id that a closed session covers, 0 when none was closed."""
        query = "SELECT max(through) FROM event WHERE worktree = ? AND stage = 'written' AND closes = 1"
        return int(self._value(query, (escape(worktree),)) or 0)

    def handoffs(self, worktree: str | None, limit: int) -> list[Event]:
        """Written handoffs, newest first."""
        where = "worktree = ? AND" if worktree is not None else ""
        query = f"SELECT {COLUMNS} FROM event WHERE {where} stage = 'written' ORDER BY id DESC LIMIT ?"  # noqa: S608
        values = (escape(worktree), limit) if worktree is not None else (limit,)
        return [event_of(row) for row in self._ask(query, values)]

    def handoff_facts(self, worktree: str, limit: int) -> list[Handoff]:
        """The same as facts, without those that this version cannot read."""
        return [event.fact for event in self.handoffs(worktree, limit) if isinstance(event.fact, Handoff)]

    def wrote(self, worktree: str, name: str, sha256: str) -> bool:
        """Whether a handoff's file of this name was, or was about to be, written with these bytes."""
        query = "SELECT 1 FROM event WHERE worktree = ? AND kind = 'handoff' AND name = ? AND sha256 = ? LIMIT 1"
        return self._value(query, (escape(worktree), escape(name), escape(sha256))) is not None

    def intents(self, worktree: str, after: int = 0) -> list[Event]:
        """Intents that no written handoff of the same name and bytes followed: the process that meant to write died on the way, or could not."""
        query = f"""SELECT {COLUMNS} FROM event AS intent WHERE worktree = ? AND stage = 'intent' AND id > ? AND NOT EXISTS
            (SELECT 1 FROM event AS done WHERE done.worktree = intent.worktree AND done.stage = 'written'
             AND done.name = intent.name AND done.sha256 = intent.sha256 AND done.id > intent.id) ORDER BY id"""  # noqa: S608
        return [event_of(row) for row in self._ask(query, (escape(worktree), after))]

    def cursor(self, worktree: str, source: str) -> dict[str, Any] | None:
        """How far a source was read, None when it never was."""
        found = unseal(self._value("SELECT value FROM cursor WHERE worktree = ? AND source = ?", (escape(worktree), source)))
        return found if isinstance(found, dict) else None

    def rows(self, worktree: str) -> dict[str, FileState]:
        """Dirty and untracked paths as the last look saw them."""
        query = f"SELECT {_ROW} FROM look WHERE worktree = ?"  # noqa: S608
        return {row.path: row for row in map(_row, self._ask(query, (escape(worktree),)))}

    def has_keys(self, keys: Iterable[str]) -> set[str]:
        """Which of the natural keys are there."""
        stored = {escape(short(self._redacted(key))): key for key in keys}
        asked, found = list(stored), set()
        for start in range(0, len(asked), _CHUNK):
            chunk = asked[start : start + _CHUNK]
            query = f"SELECT key FROM event WHERE key IN ({_places(chunk)})"  # noqa: S608
            found |= {stored[row[0]] for row in self._ask(query, chunk)}
        return found

    def meta(self, name: str) -> str | None:
        """A value of the journal's own."""
        found = self._value("SELECT value FROM meta WHERE name = ?", (escape(name),))
        return None if found is None else unescape(str(found))

    def meta_number(self, name: str) -> float:
        """The same where it is a number; 0 when there is none."""
        return number(self.meta(name)) or 0.0

    def worktrees(self) -> list[str]:
        """Ids of all worktrees that have events. One index look-up each, however many events there are."""
        query = """WITH RECURSIVE each (name) AS (SELECT min(worktree) FROM event UNION ALL
            SELECT (SELECT min(worktree) FROM event WHERE worktree > each.name) FROM each WHERE each.name IS NOT NULL)
            SELECT name FROM each WHERE name IS NOT NULL"""
        return [unescape(row[0]) for row in self._ask(query)]

    def _value(self, query: str, values: Sequence[Any] = ()) -> Any:
        found = self._ask(query, values)
        return found[0][0] if found else None


def event_of(row: tuple[Any, ...]) -> Event:
    """A row of `event` as an event."""
    id_, at, seen, by, kind, worktree, branch, key, data = row
    fact, extra = decode(kind, data)
    at, seen = moment(at, seen)
    # A journal that could not be brought up to date has long keys still.
    return Event(kind, at, short(unescape(key)), fact, unescape(worktree), unescape(branch), id_, seen, by, extra)


def _row(row: tuple[Any, ...]) -> FileState:
    path, size, mtime_ns, inode, state, old_path, baseline = row
    return FileState(unescape(path), size, mtime_ns, inode % 2**64, state, unescape(old_path), bool(baseline))


def _of(kinds: Collection[str]) -> str:
    """The condition that an event is of one of these kinds. The index of kinds leaves out files, and serves who says so."""
    return f"kind IN ({_places(kinds)})" + ("" if FactKind.FILE in kinds else " AND kind <> 'file'")


def _places(values: Collection[Any]) -> str:
    return ",".join("?" * len(values))
