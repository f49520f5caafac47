"""The events of one session of a worktree. Of a long session the journal's reader keeps which ones its fold needs: only these are read."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.journal.reader import Reader
from handoffd.model.events import STARTS_SESSION, Event
from handoffd.model.records import dataclass

DIGEST = "open session"


@dataclass(frozen=True, slots=True)
class Digest:
    """`ids`: the events after the id `after` and up to `until` that the fold needs. `count`: how many of all of them make a session."""

    after: int
    until: int
    ids: Sequence[int]
    count: int


def digest_of(journal: Reader, worktree: str, after: int) -> Digest | None:
    """What was kept of the session that began after the event `after`; None where nothing was, or of another session."""
    kept = journal.cursor(worktree, DIGEST)
    return Digest(**kept) if kept and kept.get("after") == after else None


def session_events(journal: Reader, worktree: str, after: int, until: int | None = None) -> list[Event]:
    """The events with an id above `after`, up to `until`, that the fold of this session needs, in the journal's order."""
    digest = digest_of(journal, worktree, after)
    if digest is None or (until is not None and digest.until > until):
        return list(journal.events(worktree, after=after, until=until))
    return [*journal.events_of(digest.ids), *journal.events(worktree, after=digest.until, until=until)]


def count_open(journal: Reader, worktree: str) -> int:
    """How many events that make a session the open one has."""
    closed = journal.closed_through(worktree)
    digest = digest_of(journal, worktree, closed)
    return journal.count(worktree, closed, STARTS_SESSION) if digest is None else digest.count + journal.count(worktree, digest.until, STARTS_SESSION)
