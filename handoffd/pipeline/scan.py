"""One scan: every source is asked what is new since the scan before. Writes nothing.

for each source: cursor, failure before ──> read ──> Found, or a failure
all that was found ──> test runs merged ──> events in the order of their times ──> ScanResult
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ParamSpec, TypeVar

from handoffd.files.repository_config import SwitchedOff
from handoffd.git.refs import head_branch
from handoffd.git.repository import NotAWorktree
from handoffd.git.run import GitDistrusts, GitMissing
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.events import Event
from handoffd.model.facts import Test
from handoffd.model.kinds import FactKind
from handoffd.model.limits import Limits
from handoffd.model.records import dataclass, field, replace
from handoffd.model.session import Recorded
from handoffd.model.test_runs import left, merge_witnesses, newest_runs
from handoffd.pipeline.retention import confirmed
from handoffd.pipeline.retention import floor as pruned_before
from handoffd.pipeline.source_failures import SourceFailure, failure_event, failure_of, known_failures
from handoffd.pipeline.workspace import Workspace
from handoffd.sources.all_sources import ALL_SOURCES
from handoffd.sources.git.scan_scope import ScanScope
from handoffd.sources.git.tree_state import TreeState
from handoffd.sources.source import Cursor, Found, Scan, Source
from handoffd.sources.test_runs.run_tree import with_merged_runs

P = ParamSpec("P")
T = TypeVar("T")

# So many events back, a failing test is remembered as one that may be fixed.
RECENT = 500
# Where one source meets these, no source can do anything, so they end the scan.
ENDING = (NotAWorktree, SwitchedOff, GitDistrusts, GitMissing, MemoryError)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What one scan found: events in the order of their clamped times, and the cursors to keep, without secrets.

    `weak_cursors` move at every scan and are kept only when something else is. `failures` are those of the sources that cannot be read,
    `failures_changed` says that they are others than the journal knows of. `first`: this worktree was never scanned before.
    """

    events: tuple[Event, ...]
    cursors: Mapping[str, Cursor]
    weak_cursors: Mapping[str, Cursor]
    tree: TreeState
    first: bool
    now: float
    failures: Mapping[str, SourceFailure] = field(default_factory=dict)
    failures_changed: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What the sources gave, by their names, and the failures that stand after them."""

    found: Mapping[str, Found]
    failures: Mapping[str, SourceFailure]

    @property
    def tree(self) -> TreeState:
        """The working tree's, empty where no source read it."""
        return next((one.tree for one in self.found.values() if one.tree is not None), TreeState())

    def events(self, leading: bool) -> list[Event]:
        """All events in the order of the sources: those that come before all others, or the others."""
        return [event for one in self.found.values() if one.leads is leading for event in one.events]

    def cursors(self, weak: bool) -> dict[str, Cursor]:
        """The cursors to keep."""
        return {name: one.cursor for name, one in self.found.items() if one.cursor is not None and one.weak_cursor is weak}


def reader_of(place: Workspace) -> WorktreeReader:
    """The worktree, ready to be read."""
    ignored = place.restricted.ignored
    return WorktreeReader(place.worktree, place.id, place.git, place.objects, place.settings.directory, ignored, place.redactor())


def limits_of(place: Workspace, now: float) -> Limits:
    """The clock's limits of a scan at `now`."""
    began = place.journal.meta_number("began") or now
    pruned = pruned_before(place, now)
    # The journal may have begun under a clock that was set back since.
    floor = max(min(began, now) - place.settings.backfill, confirmed(place.journal, now) - place.settings.keep, pruned)
    return Limits(now, place.journal.meta_number(f"looked {place.id}") or floor, floor, pruned)


def scan_of(place: Workspace, now: float, scope: ScanScope | None = None) -> Scan:
    """What the sources are given at `now`."""
    return Scan(
        reader=reader_of(place),
        limits=limits_of(place, now),
        known=_of_the_journal(place.journal.has_keys),
        settings=place.settings,
        spool=place.spool,
        home=place.home,
        branch=head_branch(place.git, place.worktree),
        states=place.journal.rows(place.id),
        scope=scope,
        failing=_of_the_journal(lambda: _failing(place)),
        progress=place.progress,
    )


def scan_sources(place: Workspace, now: float, scope: ScanScope | None = None, sources: Sequence[Source] = ALL_SOURCES) -> ScanResult:
    """Read the sources. `scope`: of the working tree these paths alone, as far as they are enough to tell what happened."""
    journal, name = place.journal, place.id
    before = known_failures(journal, name)
    scan = scan_of(place, now, scope)

    def cursor_of(source: str) -> Cursor | None:
        return journal.cursor(name, source)

    reading = read_sources(scan, sources, cursor_of, before) or read_sources(replace(scan, scope=None), sources, cursor_of, before)
    assert reading is not None
    read_again = [failure for source, failure in before.items() if source in reading.found]
    events = with_merged_runs(_reaching_back(scan, *read_again), reading.events(leading=False), reading.tree)
    events += [failure_event(name, source, failure, now) for source, failure in reading.failures.items() if source not in before]
    clean = scan.reader.redactor.data
    return ScanResult(
        events=(*reading.events(leading=True), *sorted(events, key=lambda event: event.at)),
        cursors=clean(reading.cursors(weak=False)),
        weak_cursors=clean(reading.cursors(weak=True)),
        tree=reading.tree,
        first=journal.meta(f"looked {name}") is None,
        now=now,
        failures=reading.failures,
        failures_changed=reading.failures != before,
    )


def read_sources(
    scan: Scan, sources: Sequence[Source], cursor_of: Callable[[str], Cursor | None], before: Mapping[str, SourceFailure]
) -> Reading | None:
    """Each source once, in order. `before` are the failures that are known. None: a narrow scan is not enough, so the whole must be scanned."""
    found = dict[str, Found]()
    failures = {source.name: before[source.name] for source in sources if source.name in before}
    for source in sources:
        if scan.scope is not None and not source.in_narrow_scan:
            continue
        given = _given(scan, found, failures, before.get(source.name))
        try:
            one = source.read(given, cursor_of(source.name))
        except _JournalFault as fault:
            raise fault.fault from fault.fault.__cause__
        except ENDING:
            raise
        except Exception as error:
            failures[source.name] = failure_of(source.about, error, given.limits.previous)
            continue
        if one.needs_whole_scan and scan.scope is not None:
            return None
        found[source.name] = one
        failures.pop(source.name, None)
    return Reading(found, failures)


def _given(scan: Scan, found: Mapping[str, Found], failures: Mapping[str, SourceFailure], failure: SourceFailure | None) -> Scan:
    """The scan as the next source sees it."""
    earlier = tuple(event for one in found.values() for event in one.events)
    return replace(_reaching_back(scan, failure), earlier=earlier, unread=frozenset(failures))


def _reaching_back(scan: Scan, *failures: SourceFailure | None) -> Scan:
    """The scan with times clamped to when these failures began: what happened since then is only reported now."""
    previous = min([scan.limits.previous, *(failure.since for failure in failures if failure is not None)])
    return replace(scan, limits=replace(scan.limits, previous=previous))


class _JournalFault(Exception):
    """An error of the journal on its way through a source. It is not the source's failure."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault


def _of_the_journal(ask: Callable[P, T]) -> Callable[P, T]:
    """A question to the journal whose errors end the scan."""

    def asked(*args: P.args, **named: P.kwargs) -> T:
        try:
            return ask(*args, **named)
        except Exception as fault:
            raise _JournalFault(fault) from fault

    return asked


def _failing(place: Workspace) -> frozenset[str]:
    """Ids of the tests that fail by the runs known before, as far as the newest events tell."""
    last = place.journal.last(place.id, FactKind.TEST)
    known = place.journal.events(place.id, after=max(last.id - RECENT, 0), kinds=("test",)) if last else ()
    runs = merge_witnesses(Recorded(event.id, event.at, event.branch, event.fact) for event in known if isinstance(event.fact, Test))
    return frozenset(failure.id for run in newest_runs(runs) for failure in left(run, runs).fact.failures)
