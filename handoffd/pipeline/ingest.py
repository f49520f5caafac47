"""ingest(): scan, then one transaction appends what is new and moves the cursors. Where a session ended in between, one for each session.

The daemon and the command line may both call it, and may die at any moment: natural keys make every fact stand in the journal once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handoffd.files.crash_points import reached
from handoffd.files.run_locks import going
from handoffd.git.parse import Status
from handoffd.journal.lock import Busy
from handoffd.journal.reader import Reader
from handoffd.journal.row_codec import short
from handoffd.journal.store import Damaged, Writer
from handoffd.model.errors import in_words
from handoffd.model.events import Event
from handoffd.model.facts import Daemon
from handoffd.model.kinds import DaemonAction, FactKind
from handoffd.model.progress import Stage, counted
from handoffd.model.records import dataclass, replace
from handoffd.model.session_gaps import last_session_event, split_at_gaps
from handoffd.output.delivery import sweep
from handoffd.pipeline.appending import handing_over, unsettled
from handoffd.pipeline.prompt_file import keep_prompt
from handoffd.pipeline.pruning import due
from handoffd.pipeline.retention import Due, prune_daily
from handoffd.pipeline.scan import ScanResult, scan_sources
from handoffd.pipeline.sessions import close_stale_session, keep_digest, open_events
from handoffd.pipeline.source_failures import SourceFailure, keep_failures
from handoffd.pipeline.workspace import Workspace
from handoffd.sources.git.scan_scope import GitStamp, ScanScope

WAIT = 2.0
ScanMark = tuple[str, dict[str, Any]]
TRIES = 5


@dataclass(frozen=True, slots=True)
class Ingested:
    """`new`: what was appended. `unwritten`: what was read but could not be written, and `problem` why: the lock is held elsewhere, the disk is full.
    `busy`: git was at work, so scan again soon. `pushed`: a push is journalled and no handoff was brought up to date after it. `status`: git's, if
    the whole tree was scanned; `stamp`: git's own files at that time. `failures`: the sources that could not be read. `outrun`: other
    processes journalled scans all the time, so scan again soon."""

    new: tuple[Event, ...] = ()
    unwritten: tuple[Event, ...] = ()
    busy: bool = False
    problem: str = ""
    pushed: bool = False
    status: Status | None = None
    stamp: GitStamp | None = None
    failures: tuple[SourceFailure, ...] = ()
    outrun: bool = False

    @property
    def unread(self) -> str:
        """What could not be read and why, '' when all was read."""
        return "; ".join(failure.words for failure in self.failures)


def ingest(place: Workspace, by: str, now: float, said: Sequence[Event] = (), wait: float = WAIT, scope: ScanScope | None = None) -> Ingested:
    """Bring the journal up to date, with what a person `said` now as its newest events. A session that ended at a gap before newer events is
    closed before these are appended. `scope`: the only paths of the tree that can have changed since the scan before.

    Where another process journalled a scan meanwhile, or the journal turned out damaged and was rebuilt, the sources are read again. A scan compares
    with the state before it (a deleted file has no time of its own), so two scans from the same state would report the same thing twice. When other
    processes got ahead each time, they have journalled all that was there at the start.
    A handoff that a dead process left half written is taken over first. Raises SwitchedOff, and other errors that leave nothing to do here.
    """
    place.restricted.require_on()
    sweep(place.root, place.settings.directory)
    with place.journal.reading():
        for _ in range(TRIES):
            done = _ingest(place, by, now, said, wait, scope)
            if done is not None:
                return done
        return _said_alone(place, by, now, said, wait)


def _said_alone(place: Workspace, by: str, now: float, said: Sequence[Event], wait: float) -> Ingested:
    """What others outran was only the scan: a person's words hang on none."""
    try:
        with place.journal.write(now, by, wait) as writer:
            return Ingested(new=tuple(writer.append(said)), outrun=True, pushed=bool(push_due(place, writer)))
    except Busy as held:
        return Ingested(unwritten=tuple(number(place, place.redactor().data(said))), outrun=True, problem=in_words(held))


def _ingest(place: Workspace, by: str, now: float, said: Sequence[Event], wait: float, scope: ScanScope | None) -> Ingested | None:
    """None when the journal is not any more as it was when it was asked how far the sources were read."""
    before, old = _scan_mark(place, place.journal), due(place, now)
    found = scan_sources(place, now, scope)
    found = replace(found, events=(*found.events, *said))
    done = Ingested(busy=found.tree.busy, status=found.tree.status, stamp=found.tree.stamp, failures=tuple(found.failures.values()))
    if nothing_new(place, found):
        return replace(done, pushed=bool(push_due(place, place.journal)))
    try:
        appended = _append(place, by, found, wait, before, old)
        return None if appended is None else replace(done, new=tuple(appended), pushed=bool(push_due(place, place.journal)))
    except Damaged:
        return None
    except Busy as held:
        return replace(done, unwritten=tuple(_waiting(place, found)), problem=in_words(held))


def _waiting(place: Workspace, found: ScanResult) -> list[Event]:
    """The events that are not journalled. Of a scan with a gap in it the first ones may be."""
    events: Sequence[Event] = place.redactor().data(found.events)
    known = place.journal.has_keys([event.key for event in events])
    return number(place, [event for event in events if event.key not in known])


def _scan_mark(place: Workspace, reader: Reader) -> ScanMark:
    """Different after every scan that was journalled."""
    return reader.meta("rebuilt") or "", dict(reader.cursor(place.id, "clock") or {})


def nothing_new(place: Workspace, found: ScanResult) -> bool:
    """True when not even a cursor moved: then the journal is left alone."""
    if found.first or found.events or found.failures_changed or found.tree.changed or found.tree.gone or unsettled(place, place.journal):
        return False
    return all(dict(place.journal.cursor(place.id, name) or {}) == dict(value) for name, value in found.cursors.items())


def push_due(place: Workspace, reader: Reader) -> int:
    """The newest push, if no handoff was brought up to date since it was journalled: the process that saw it may have died. 0 when there is none."""
    push = reader.last(place.id, FactKind.PUSH)
    return push.id if push and push.id > int(reader.meta(f"refreshed {place.id}") or 0) else 0


def number(place: Workspace, events: Sequence[Event]) -> list[Event]:
    """Events that are only in memory, with ids after all that is in the journal."""
    start = place.journal.last_id() + 1
    return [replace(event, key=short(event.key), id=start + at, seen=event.at, by="cli") for at, event in enumerate(events)]


def _append(place: Workspace, by: str, found: ScanResult, wait: float, mark: ScanMark, old: Due | None) -> list[Event] | None:
    """What was appended, in one transaction; where the session had ended before some of the events, in one for each session, and the one that ended
    is closed between them. None where the journal is not as it was at `mark`."""

    def still(reader: Reader) -> bool:
        return _scan_mark(place, reader) == mark

    with handing_over(place, by, found.now, wait) as writer:
        if not still(writer):
            return None
        before = open_events(place, writer)
        first, *others = _by_session(place, writer, found, before)
        appended = writer.append(counted(first, place.progress, Stage.EVENTS))
        if not others:
            _finish(place, writer, found, [*before, *appended], old)
            return appended
    for left, group in zip(range(len(others) - 1, -1, -1), others, strict=True):
        if not close_stale_session(place, by, found.now, wait, still):
            return None
        with handing_over(place, by, found.now, wait) as writer:
            if not still(writer):
                return None
            appended += writer.append(counted(group, place.progress, Stage.EVENTS))
            if not left:
                _finish(place, writer, found, open_events(place, writer), old)
    return appended


def _by_session(place: Workspace, reader: Reader, found: ScanResult, before: Sequence[Event]) -> list[list[Event]]:
    """The events that are new: first those that go on with the open session, then those of each session after it."""
    known = reader.has_keys([event.key for event in found.events])
    fresh = [event for event in found.events if event.key not in known]
    gap = place.settings.session_gap if not found.first else float("inf")
    return split_at_gaps(fresh, last_session_event(before), gap, _going(place, found.now))


def _finish(place: Workspace, writer: Writer, found: ScanResult, session: Sequence[Event], old: Due | None) -> None:
    """All events are appended: keep how far the sources were read. `session` are the open session's events."""
    keep_digest(place, writer, session)
    reached("keeping")
    _keep(place, writer, found)
    prune_daily(writer, found.now, old)
    keep_prompt(place, writer)


def _going(place: Workspace, now: float) -> list[tuple[float, float]]:
    return [(run.since, now) for run in going(place.spool.parent)]


def _keep(place: Workspace, writer: Writer, found: ScanResult) -> None:
    for source, cursor in (*found.cursors.items(), *found.weak_cursors.items()):
        writer.set_cursor(place.id, source, dict(cursor))
    writer.set_rows(place.id, found.tree.changed, found.tree.gone)
    if not found.tree.busy:
        writer.set_meta(f"looked {place.id}", repr(found.now))
    if found.failures_changed:
        keep_failures(writer, place.id, found.failures)
    if writer.rebuilt:
        fact = Daemon(DaemonAction.REBUILT, writer.rebuilt)
        writer.append([Event(FactKind.DAEMON, found.now, f"rebuilt:{found.now}", fact, place.id)])
