"""The handoff of the open session, composed without the journal's lock, which is taken to append it.

open session ──> snapshot ──> document ──> intent, file, record
"""

from __future__ import annotations

from collections.abc import Callable

from handoffd.compose.document_now import document_now, snapshot_now
from handoffd.git.parse import Status
from handoffd.journal.store import Writer
from handoffd.model.document import says_the_same
from handoffd.model.facts import Handoff
from handoffd.model.handoff_request import HandoffRequest
from handoffd.model.progress import Stage
from handoffd.model.records import dataclass, replace
from handoffd.model.session import Session, fold
from handoffd.model.snapshot import Snapshot
from handoffd.pipeline.appending import append_composed, handing_over
from handoffd.pipeline.deliver import Delivered, handoff_fact, own_handoff, put
from handoffd.pipeline.prompt_file import keep_prompt
from handoffd.pipeline.scan import limits_of, reader_of
from handoffd.pipeline.sessions import keep_handed_over, open_events
from handoffd.pipeline.workspace import Workspace

Ask = Callable[[Session], HandoffRequest | None]


@dataclass(frozen=True, slots=True)
class Composed:
    """A handoff that is not journalled yet. `session` without files and commits, which may be very many. `same`: the session's own handoff says the
    same already."""

    session: Session
    snapshot: Snapshot | None = None
    fact: Handoff | None = None
    same: Handoff | None = None


def hand_over_now(place: Workspace, ask: Ask, by: str, now: float, seen: Status | None = None, wait: float = 2.0) -> Delivered | None:
    """Write the handoff of the open session that `ask` wants of it; None where the session is empty, or nothing is wanted. `seen`: git's status of
    a moment ago. Raises Busy."""
    of_a_moment_ago = iter((seen,))
    return append_composed(
        place,
        lambda: handing_over(place, by, now, wait),
        lambda last: _composed(place, ask, now, next(of_a_moment_ago, None), last),
        lambda writer, made: _append(place, writer, made, now),
    )


def look(place: Workspace, session: Session, now: float, seen: Status | None = None) -> Snapshot:
    """The world for a handoff of the open session. `seen`: git's status of a moment ago."""
    with place.journal.reading():
        return snapshot_now(reader_of(place), place.journal, session, limits_of(place, now), seen)


def _composed(place: Workspace, ask: Ask, now: float, seen: Status | None, last: int) -> Composed:
    session = fold(open_events(place, place.journal, last), place.id)
    request = None if session.empty else ask(session)
    if request is None:
        return Composed(session)
    place.progress(Stage.HANDOFF, 0, 0)
    snapshot = look(place, session, now, seen)
    fact = handoff_fact(document_now(reader_of(place), place.journal, session, snapshot, request), snapshot, session.through, request)
    own = own_handoff(session)
    same = own if own and not request.closes and says_the_same(own.document, fact.document) else None
    return Composed(replace(session, files={}, commits=()), snapshot, fact, same)


def _append(place: Workspace, writer: Writer, made: Composed, now: float) -> Delivered | None:
    if made.fact is None or made.snapshot is None:
        return None
    keep_handed_over(place, writer, made.session)
    if made.same is not None:
        return Delivered(str(place.root / place.directory_of(made.same) / made.same.name), made.fact.markdown, fresh=False)
    written = put(place, writer, made.session, made.snapshot, made.fact, now)
    keep_prompt(place, writer)
    return written
