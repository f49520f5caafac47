"""A handoff that is composed without the journal's lock, which is taken to append it.

open session ──> snapshot ──> document        without the lock
lock ──> no event came meanwhile? ──> append, put the file in place; else compose once more
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from handoffd.compose.document_now import document_now, snapshot_now
from handoffd.git.parse import Status
from handoffd.journal.reader import Reader
from handoffd.journal.store import Writer
from handoffd.model.document import says_the_same
from handoffd.model.facts import Handoff
from handoffd.model.handoff_request import HandoffRequest
from handoffd.model.progress import Stage
from handoffd.model.records import dataclass
from handoffd.model.session import Session, fold
from handoffd.model.snapshot import Snapshot
from handoffd.pipeline.deliver import Delivered, handoff_fact, own_handoff, put
from handoffd.pipeline.ingest import claim_orphaned_file
from handoffd.pipeline.prompt_file import keep_prompt
from handoffd.pipeline.scan import limits_of, reader_of
from handoffd.pipeline.sessions import keep_handed_over, open_events
from handoffd.pipeline.workspace import Workspace

ROUNDS = 3
"""So often a handoff is composed without the lock; then, where other processes append all the time, with it."""

Ask = Callable[[Session], HandoffRequest | None]


@dataclass(frozen=True, slots=True)
class Composed:
    """A handoff of the events up to the id `last`, not journalled yet. `same`: the session's own handoff says the same already."""

    session: Session
    last: int
    snapshot: Snapshot | None = None
    fact: Handoff | None = None
    same: Handoff | None = None


def hand_over_now(place: Workspace, ask: Ask, by: str, now: float, seen: Status | None = None, wait: float = 2.0) -> Delivered | None:
    """Write the handoff of the open session that `ask` wants of it; None where the session is empty, or nothing is wanted. `seen`: git's status of
    a moment ago. Raises Busy."""
    for _ in range(ROUNDS):
        made = _composed(place, place.journal, ask, now, seen)
        with handing_over(place, by, now, wait) as writer:
            if writer.newest_id(place.id) == made.last:
                return _append(place, writer, made, now)
        seen = None
    with handing_over(place, by, now, wait) as writer:
        return _append(place, writer, _composed(place, writer, ask, now, None), now)


@contextmanager
def handing_over(place: Workspace, by: str, now: float, wait: float = 2.0) -> Iterator[Writer]:
    """A transaction that writes a handoff. What a process left half done that had the lock until now goes first: its file is ours."""
    with place.journal.write(now, by, wait) as writer:
        claim_orphaned_file(place, writer)
        yield writer


def look(place: Workspace, session: Session, now: float, seen: Status | None = None) -> Snapshot:
    """The world for a handoff of the open session. `seen`: git's status of a moment ago."""
    with place.journal.reading():
        return snapshot_now(reader_of(place), place.journal, session, limits_of(place, now), seen)


def _composed(place: Workspace, journal: Reader, ask: Ask, now: float, seen: Status | None) -> Composed:
    last = journal.newest_id(place.id)
    session = fold(open_events(place, journal, last), place.id)
    request = None if session.empty else ask(session)
    if request is None:
        return Composed(session, last)
    place.progress(Stage.HANDOFF, 0, 0)
    snapshot = look(place, session, now, seen)
    fact = handoff_fact(document_now(reader_of(place), journal, session, snapshot, request), snapshot, session.through, request)
    own = own_handoff(session)
    same = own if own and not request.closes and says_the_same(own.document, fact.document) else None
    return Composed(session, last, snapshot, fact, same)


def _append(place: Workspace, writer: Writer, made: Composed, now: float) -> Delivered | None:
    if made.fact is None or made.snapshot is None:
        return None
    keep_handed_over(place, writer, made.session)
    if made.same is not None:
        return Delivered(str(place.root / place.directory_of(made.same) / made.same.name), made.fact.markdown, fresh=False)
    written = put(place, writer, made.session, made.snapshot, made.fact, now)
    keep_prompt(place, writer)
    return written
