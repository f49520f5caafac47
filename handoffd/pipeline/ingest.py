"""ingest(): scan, then one transaction appends what is new and moves the cursors.

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
from handoffd.model.facts import Daemon, Handoff
from handoffd.model.kinds import DaemonAction, FactKind, HandoffStage
from handoffd.model.progress import Stage, counted
from handoffd.model.records import dataclass, replace
from handoffd.model.session_gaps import last_session_event, split_at_gaps
from handoffd.output.delivery import digest_of, sweep
from handoffd.pipeline.prompt_file import keep_prompt
from handoffd.pipeline.pruning import due
from handoffd.pipeline.retention import prune_daily
from handoffd.pipeline.scan import ScanResult, scan_sources
from handoffd.pipeline.sessions import close_stale_session, keep_digest, open_events
from handoffd.pipeline.source_failures import SourceFailure, keep_failures
from handoffd.pipeline.workspace import Workspace
from handoffd.sources.git.scan_scope import GitStamp, ScanScope

WAIT = 2.0
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
    closed inside the transaction. `scope`: the only paths of the tree that can have changed since the scan before.

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
        with place.journal.write(now, by, wait) as writer:
            if _scan_mark(place, writer) != before:
                return None
            claim_orphaned_file(place, writer)
            appended = tuple(_append(place, writer, found))
            prune_daily(writer, now, old)
            keep_prompt(place, writer)
            return replace(done, new=appended, pushed=bool(push_due(place, writer)))
    except Damaged:
        return None
    except Busy as held:
        return replace(done, unwritten=tuple(number(place, place.redactor().data(found.events))), problem=in_words(held))


def _scan_mark(place: Workspace, reader: Reader) -> tuple[str, dict[str, Any]]:
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


def _append(place: Workspace, writer: Writer, found: ScanResult) -> list[Event]:
    known = writer.has_keys([event.key for event in found.events])
    fresh = [event for event in found.events if event.key not in known]
    before = open_events(place, writer)
    gap = place.settings.session_gap if not found.first else float("inf")
    appended: list[Event] = []
    for number_of, group in enumerate(split_at_gaps(fresh, last_session_event(before), gap, _going(place, found.now))):
        if number_of:
            close_stale_session(place, writer, found.now)
        appended += writer.append(counted(group, place.progress, Stage.EVENTS))
    # Where a session was closed in between, the open one begins anew.
    keep_digest(place, writer, open_events(place, writer) if number_of else [*before, *appended])
    reached("keeping")
    _keep(place, writer, found)
    return appended


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


def unsettled(place: Workspace, reader: Reader) -> list[Event]:
    """Intents of which it is not known yet what became of them: their process may be at work still, or dead."""
    return reader.intents(place.id, int(reader.meta(f"adopted {place.id}") or 0))


def claim_orphaned_file(place: Workspace, writer: Writer) -> None:
    """A file that bears an intended hash is ours: whoever wrote it died between the rename and the journal.

    Whoever journals an intent keeps the lock until its file is in place: under the lock there are none but those of the dead.
    """
    left = unsettled(place, writer)
    for event in left:
        fact = event.fact
        if isinstance(fact, Handoff) and digest_of(place.root, place.directory_of(fact), fact.name) == fact.sha256:
            reached("adopting")
            written = replace(fact, stage=HandoffStage.WRITTEN)
            writer.append([Event(FactKind.HANDOFF, event.at, f"{event.key}:written", written, place.id, event.branch)])
    if left:
        writer.set_meta(f"adopted {place.id}", str(left[-1].id))
