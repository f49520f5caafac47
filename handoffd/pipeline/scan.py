"""Ask every source what is new since the look before. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handoffd.git.refs import head_branch
from handoffd.git.status import status
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.events import Event
from handoffd.model.facts import Test
from handoffd.model.file_state import FileState
from handoffd.model.kinds import FactKind
from handoffd.model.limits import Limits
from handoffd.model.progress import Stage
from handoffd.model.records import dataclass, field, replace
from handoffd.model.session import Seen
from handoffd.model.test_runs import left, newest_runs, one_each
from handoffd.pipeline.retention import floor as forgotten
from handoffd.pipeline.workspace import Place
from handoffd.present.test_runs import run_tree
from handoffd.sources.clock import read_clock
from handoffd.sources.git.head import read_reflog
from handoffd.sources.git.refs import read_refs
from handoffd.sources.git.scan_scope import ScanScope
from handoffd.sources.git.working_tree import TreeState, read_scope, read_worktree, rows_of
from handoffd.sources.source import Scan
from handoffd.sources.spool import reader as spool
from handoffd.sources.test_runs import reports

# So many events back a failing test is remembered as one that may be fixed.
RECENT = 500


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What one look found: events in the order of their clamped times, cursors and rows to keep. `first`: nothing was ever looked at before.
    `clock`: a cursor that always moves, and is kept when something else is."""

    events: tuple[Event, ...]
    cursors: Mapping[str, Mapping[str, Any]]
    look: TreeState
    first: bool
    now: float
    clock: Mapping[str, Any]
    known: frozenset[str] = field(default_factory=frozenset)


def reader_of(place: Place) -> WorktreeReader:
    """The worktree, ready to be read."""
    ignored = place.restricted.ignored
    return WorktreeReader(place.worktree, place.id, place.git, place.objects, place.settings.directory, ignored, place.redactor())


def limits_of(place: Place, now: float) -> Limits:
    """The clock's limits of a scan at `now`."""
    began = place.journal.meta_number("began") or now
    # It may have begun under a clock that was set back since.
    floor = max(min(began, now) - place.settings.backfill, now - place.settings.keep, forgotten(place, now))
    return Limits(now, place.journal.meta_number(f"looked {place.id}") or floor, floor)


def scan_of(place: Place, now: float) -> Scan:
    """What the sources are given at `now`."""
    return Scan(reader_of(place), limits_of(place, now), place.journal.has_keys, place.progress)


def read_news(place: Place, now: float, scope: ScanScope | None = None) -> ScanResult:
    """Look at all sources; of the tree at what `scope` names alone, as far as that can be told so. A source that git keeps busy is left for the
    next look."""
    scan = scan_of(place, now)
    branch = head_branch(place.git, place.worktree)
    narrow = _narrow(place, scan, scope, branch)
    return _told(place, scan, branch, *((narrow, (), {}) if narrow else _whole(place, scan, branch)))


def _narrow(place: Place, scan: Scan, scope: ScanScope | None, branch: str) -> TreeState | None:
    """None: the whole tree is to be looked at."""
    if scope is None or place.journal.cursor(place.id, "worktree") is None:
        return None
    return read_scope(scan, place.journal.rows(place.id), scope, branch)


def _whole(place: Place, scan: Scan, branch: str) -> tuple[TreeState, Sequence[Event], dict[str, Mapping[str, Any]]]:
    """The tree, and what git's logs and refs tell."""
    journal, name = place.journal, place.id
    moves = read_reflog(scan, journal.cursor(name, "reflog"))
    refs = read_refs(scan, journal.cursor(name, "refs"), branch)
    stashed = any(event.kind == FactKind.STASH for event in refs.events)
    scan.progress(Stage.FILES, 0, 0)
    look = read_worktree(scan, journal.rows(name), journal.cursor(name, "worktree"), stashed, branch)
    return look, (*moves.events, *refs.events), {"reflog": moves.cursor, "refs": refs.cursor, "worktree": look.cursor}


def _told(place: Place, scan: Scan, branch: str, look: TreeState, moves: Sequence[Event], cursors: dict[str, Mapping[str, Any]]) -> ScanResult:
    """That, with reports and the spool."""
    journal, name, now = place.journal, place.id, scan.now
    written, cursors["reports"] = _reports(place, scan)
    said = spool.read(place.spool, journal.cursor(name, "spool"), name, forgotten(place, now))
    cursors["spool"] = said.cursor
    runs = _runs(place, scan, look, branch, [*written, *(event for event in said.events if isinstance(event.fact, Test))])
    words = [replace(event, at=scan.clamp(event.at)) for event in said.events if not isinstance(event.fact, Test)]
    events = sorted([*moves, *look.events, *runs, *words], key=lambda event: event.at)
    first = journal.meta(f"looked {name}") is None
    set_back, clock = read_clock(name, now, journal.cursor(name, "clock"))
    return ScanResult((*set_back, *events), scan.reader.redactor.data(cursors), look, first, now, clock)


def _reports(place: Place, scan: Scan) -> tuple[list[Event], Mapping[str, Any]]:
    """What runners' reports tell that was not known, and what is to be kept of them."""
    seen = place.journal.cursor(place.id, "reports") or {}
    found = reports.read(place.root, place.settings.reports, seen, _failing(place), scan.limits.floor, scan.reader.redactor)
    return [replace(event, key=f"{event.key}:{place.id}") for event in found.events], found.seen


def _failing(place: Place) -> frozenset[str]:
    """Ids of the tests that fail by the runs known before, as far as the newest events tell."""
    last = place.journal.last(place.id, FactKind.TEST)
    known = place.journal.events(place.id, after=max(last.id - RECENT, 0), kinds=("test",)) if last else ()
    runs = one_each(Seen(event.id, event.at, event.branch, event.fact) for event in known if isinstance(event.fact, Test))
    return frozenset(failure.id for run in newest_runs(runs) for failure in left(run, runs).fact.failures)


def _runs(place: Place, scan: Scan, look: TreeState, branch: str, told: list[Event]) -> list[Event]:
    """Test runs of reports and spool, those that speak of one run as one event, each with the tree it ran on as far as that can still be known."""
    events, rows = [], list(_rows(scan, look).values()) if told else []
    for event in one_each(told):
        assert isinstance(event.fact, Test)
        commit, dirty = run_tree(scan.reader, event.at, rows)
        fact = replace(event.fact, head=commit, dirty=dirty)
        events.append(replace(event, at=scan.clamp(event.at), fact=fact, worktree=place.id, branch=branch))
    return events


def _rows(scan: Scan, look: TreeState) -> Mapping[str, FileState]:
    """The dirty paths as they are at this moment; the journal's rows may lag behind."""
    return look.now if look.status else rows_of(scan, status(scan.reader.git))
