"""After all sources were read: each test run once, whichever witnesses reported it, with the tree it ran on.

a report, a plugin's record, a wrapper's line ──> one run ──> HEAD then, dirty files with their blobs
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from handoffd.git.content import BIGGEST, read_bytes
from handoffd.git.parse import parse_reflog_line
from handoffd.git.run import GitError
from handoffd.git.status import status
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.events import Event
from handoffd.model.facts import Test
from handoffd.model.file_state import FileState
from handoffd.model.kinds import PathState
from handoffd.model.records import replace
from handoffd.model.test_runs import merge_witnesses
from handoffd.sources.git.head_log import whole_head_log
from handoffd.sources.git.tree_state import TreeState
from handoffd.sources.git.working_tree import states_of
from handoffd.sources.source import Scan

DIRTY = 1000
# Seconds after its end in which a scan still sees the tree of a run, as long as HEAD did not move.
CLOSE = 5.0


def with_merged_runs(scan: Scan, events: Sequence[Event], tree: TreeState) -> list[Event]:
    """The events, with the test runs merged and given their tree. The runs stand where the first of them stood."""
    runs = [event for event in events if isinstance(event.fact, Test)]
    if not runs:
        return list(events)
    first = next(place for place, event in enumerate(events) if isinstance(event.fact, Test))
    after = [event for event in events[first:] if not isinstance(event.fact, Test)]
    return [*events[:first], *_merged(scan, runs, list(_states(scan, tree).values())), *after]


def _merged(scan: Scan, runs: Sequence[Event], states: Sequence[FileState]) -> Iterable[Event]:
    log = whole_head_log(scan)
    for event in merge_witnesses(runs):
        assert isinstance(event.fact, Test)
        head = _head_at(log, event.at)
        close = scan.now - event.at <= CLOSE and _head_at(log, scan.now) == head
        known = [state for state in states if close or state.state != PathState.DELETED or _was_deleted(scan, state.path)]
        fact = replace(event.fact, head=head, dirty=dirty_at(scan.reader, event.at, known))
        yield replace(event, at=scan.clamp(event.at), fact=fact, worktree=scan.reader.id, branch=scan.branch)


def _was_deleted(scan: Scan, path: str) -> bool:
    """The scan before saw the file deleted. When a file went that it did not see so, nothing tells."""
    before = scan.states.get(path)
    return before is not None and before.state == PathState.DELETED


def _states(scan: Scan, tree: TreeState) -> Mapping[str, FileState]:
    """The dirty paths at this moment. A narrow scan does not know them all, and those that the journal has may be older; they are all there is where
    git says nothing of the files."""
    if tree.status is not None:
        return tree.now
    try:
        return states_of(scan, status(scan.reader.git))
    except GitError:
        return scan.states


def dirty_at(reader: WorktreeReader, at: float, states: Iterable[FileState]) -> tuple[tuple[str, str], ...]:
    """The (path, blob) of dirty files at the time of a run, as far as they can still be known: '-' stands for a file written since."""
    dirty = []
    for state in list(states)[:DIRTY]:
        if state.baseline and state.state == PathState.UNTRACKED:
            continue
        data = read_bytes(reader, state.path, 4 * BIGGEST) if state.mtime_ns / 1e9 <= at else None
        gone = state.state == PathState.DELETED
        dirty.append((state.path, "" if gone else reader.objects.blob_oid(data) if data is not None else "-"))
        if state.state == PathState.RENAMED and state.old_path:
            dirty.append((state.old_path, ""))
    return tuple(dirty)


def _head_at(log: bytes, at: float) -> str:
    """Where HEAD was: its newest movement that is not younger than `at`. The log has whole seconds."""
    for raw in reversed(log.split(b"\n")):
        line = parse_reflog_line(raw) if raw else None
        if line is not None and line.at <= at:
            return line.new
    return ""
