"""The open session of a worktree: its events, when it last moved, and the handoff of one that ended before newer work."""

from __future__ import annotations

from handoffd.compose.document_now import snapshot_of_ended
from handoffd.journal.store import Writer
from handoffd.model.events import MAKING, Event
from handoffd.model.handoff_request import HandoffRequest
from handoffd.model.session import fold
from handoffd.model.triggers import Trigger
from handoffd.pipeline.deliver import hand_over
from handoffd.pipeline.scan import reader_of
from handoffd.pipeline.workspace import Place


def open_events(place: Place, reader: Writer | None = None) -> list[Event]:
    """The events of the worktree's open session, in the journal's order."""
    journal = reader or place.journal
    return list(journal.events(place.id, after=journal.closed_through(place.id)))


def last_moved(place: Place) -> float:
    """When the open session last moved, 0 when there is nothing in it: what only undid what the session before had left is no news to wait for."""
    session = fold(open_events(place), place.id)
    return 0.0 if session.empty else session.ended


def last_event(place: Place) -> float:
    """When the newest event of the worktree that makes a session was, 0 when there is none."""
    newest = (place.journal.last(place.id, kind) for kind in sorted(MAKING))
    return max((event.at for event in newest if event is not None), default=0.0)


def close_stale_session(place: Place, writer: Writer, now: float) -> None:
    """A session that ended before newer work: its handoff is made from the log alone. Called before the newer events are appended."""
    session = fold(open_events(place, writer), place.id)
    if session.empty:
        return
    snapshot = snapshot_of_ended(reader_of(place), session)
    hand_over(place, writer, session, snapshot, HandoffRequest(Trigger.GAP, session.ended, reconstructed=True), now)
