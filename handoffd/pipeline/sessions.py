"""The open session of a worktree: its events, when it last moved, and the handoff of one that ended before newer work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handoffd.compose.document_now import document_now, snapshot_of_ended
from handoffd.compose.session_events import DIGEST, Digest, digest_of, session_events
from handoffd.journal.reader import Reader
from handoffd.journal.store import Writer
from handoffd.model.events import STARTS_SESSION, Event
from handoffd.model.facts import Handoff
from handoffd.model.handoff_request import HandoffRequest
from handoffd.model.kinds import FactKind, HandoffStage
from handoffd.model.records import dataclass, replace
from handoffd.model.session import Session, fold
from handoffd.model.session_digest import needed
from handoffd.model.snapshot import Snapshot
from handoffd.model.triggers import Trigger
from handoffd.pipeline.appending import append_composed, handing_over
from handoffd.pipeline.deliver import handoff_fact, own_handoff, put
from handoffd.pipeline.scan import reader_of
from handoffd.pipeline.workspace import Workspace

LONG = 1000
"""After so many events more, it is found out anew which ones the open session's fold needs."""
BETWEEN_STOPS = 120.0
"""Seconds after a handoff that an agent's stop wrote in which another stop writes none."""


def open_events(place: Workspace, reader: Reader | None = None, until: int | None = None) -> list[Event]:
    """The events of the worktree's open session that its fold needs, in the journal's order; up to the id `until`."""
    journal = reader or place.journal
    return session_events(journal, place.id, journal.closed_through(place.id), until)


def keep_digest(place: Workspace, writer: Writer, events: Sequence[Event]) -> None:
    """Remember which of the open session's `events` its fold needs, once many came since that was done last. `events` are those of `open_events`
    and all that were appended after them."""
    closed = writer.closed_through(place.id)
    digest = digest_of(writer, place.id, closed) or Digest(closed, 0, (), 0)
    if not events or len(events) - len(digest.ids) < LONG:
        return
    count = digest.count + sum(event.kind in STARTS_SESSION for event in events if event.id > digest.until)
    ids = [event.id for event in needed(events)]
    writer.set_cursor(place.id, DIGEST, {"after": closed, "until": events[-1].id, "ids": ids, "count": count})


def open_session(place: Workspace) -> tuple[float, bool]:
    """When the open session last moved, 0 when there is nothing in it: what only undid what the session before had left is no news to wait for. And
    whether a handoff tells all of it."""
    session = fold(open_events(place), place.id)
    return (0.0, False) if session.empty else (session.ended, handed_over(place, place.journal, session))


def last_moved(place: Workspace) -> float:
    """The first of the two."""
    return open_session(place)[0]


def has_unread_moves(place: Workspace) -> bool:
    """Whether HEAD's log is another than the last scan read, by its stat alone. Where git keeps no log file, it is not known."""
    cursor = place.journal.cursor(place.id, "reflog") or {}
    try:
        stat = (place.worktree.git_dir / "logs" / "HEAD").stat()
    except OSError:
        return False
    return "inode" in cursor and (stat.st_ino, stat.st_size, stat.st_mtime_ns) != (cursor["inode"], cursor["size"], cursor["mtime"])


def last_event(place: Workspace) -> float:
    """When the newest event of the worktree that makes a session was, 0 when there is none."""
    newest = (place.journal.last(place.id, kind) for kind in sorted(STARTS_SESSION))
    return max((event.at for event in newest if event is not None), default=0.0)


def handed_over(place: Workspace, reader: Reader, session: Session) -> bool:
    """Whether a handoff was written, or found to say the same still, since the session last moved."""
    own = own_handoff(session)
    return own is not None and max(own.through, int(reader.meta_number(_told(place)))) >= session.moved


def stopped_just_now(session: Session, request: HandoffRequest) -> Handoff | None:
    """The handoff of the session that an agent's stop wrote a moment before this request, which is another stop's. Agents stop after each answer."""
    if request.trigger is not Trigger.AGENT_STOP:
        return None
    stops = (seen for seen in session.handoffs if seen.fact.stage == HandoffStage.WRITTEN and seen.fact.trigger == Trigger.AGENT_STOP)
    return next((seen.fact for seen in stops if seen.fact.name and 0 <= request.at - seen.at < BETWEEN_STOPS), None)


def keep_handed_over(place: Workspace, writer: Writer, session: Session) -> None:
    """Remember that a handoff tells all of the session."""
    writer.set_meta(_told(place), str(session.moved))


def _told(place: Workspace) -> str:
    return f"told {place.id}"


@dataclass(frozen=True, slots=True)
class _Ended:
    """The handoff of a session that ended before newer work, not journalled yet."""

    session: Session
    snapshot: Snapshot
    fact: Handoff


def close_stale_session(place: Workspace, by: str, now: float, wait: float = 2.0, still: Callable[[Writer], bool] = lambda _: True) -> bool:
    """Close a session that ended before newer work. Called before the newer events are appended. Its handoff is the one that was written when it
    became idle, brought up to date; where nobody wrote one, it is made from the log alone. False where the journal is not `still` as the caller
    left it: then nothing is written. Raises Busy."""

    def append(writer: Writer, made: _Ended | None) -> bool:
        if not still(writer):
            return False
        if made is not None:
            put(place, writer, made.session, made.snapshot, made.fact, now)
        return True

    return append_composed(place, lambda: handing_over(place, by, now, wait), lambda last: _ended(place, last), append)


def _ended(place: Workspace, last: int) -> _Ended | None:
    """The handoff of the open session up to the event `last`; None where nothing is in it."""
    session = fold(open_events(place, place.journal, last), place.id)
    if session.empty:
        return None
    kept = _snapshot(place, place.journal, session) if handed_over(place, place.journal, session) else None
    later = snapshot_of_ended(reader_of(place), session)
    snapshot = _brought_up(kept, later) if kept else later
    request = HandoffRequest(Trigger.GAP, session.ended, reconstructed=kept is None)
    made = document_now(reader_of(place), place.journal, session, snapshot, request)
    return _Ended(session, snapshot, handoff_fact(made, snapshot, session.through, request))


def _snapshot(place: Workspace, reader: Reader, session: Session) -> Snapshot | None:
    """The world as the session's newest handoff saw it."""
    event = reader.last(place.id, FactKind.SNAPSHOT)
    return event.fact if event and event.id > session.moved and isinstance(event.fact, Snapshot) else None


def _brought_up(kept: Snapshot, later: Snapshot) -> Snapshot:
    """The world at the session's end, with the pushes since."""
    remotes = frozenset(later.on_remotes)
    lacking = tuple(one for one in kept.unpushed if one.oid not in remotes)
    pushed = len(kept.unpushed) - len(lacking)
    on_remotes = tuple(dict.fromkeys([*kept.on_remotes, *later.on_remotes]))
    return replace(kept, on_remotes=on_remotes, unpushed=lacking, ahead=max(kept.ahead - pushed, 0))
