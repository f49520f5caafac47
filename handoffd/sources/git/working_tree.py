"""The working tree as git's status sees it, told as file events: what looks different than at the look before.

    rows of the look before ─┐
    git status + lstat ──────┴─> created changed deleted renamed conflicted restored

read_worktree: the whole tree        read_scope: a few paths of it, while git does nothing

A row is kept for each dirty or untracked path. A path that is clean again was restored when HEAD is where it was and no stash was made;
otherwise a commit, checkout or stash took it, and those have logs of their own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handoffd.git.parse import Entry, Status
from handoffd.git.status import status
from handoffd.model.events import Event
from handoffd.model.facts import File
from handoffd.model.file_state import FileState
from handoffd.model.kinds import FactKind, FileAction, PathState, StatusKind
from handoffd.model.records import dataclass, field, replace
from handoffd.sources.git.scan_scope import GitStamp, ScanScope
from handoffd.sources.source import Scan

_GREATEST = 2**63 - 1
TRIES = 8
FILLED, EMPTY = 60.0, 600.0
"""Seconds after which git's lock on the index keeps nobody from looking. A filled one is ready to be the index: git waits for an editor, or died and
left it. An empty one is that of a git that is changing files, as far as it lives."""
PAUSE = 0.05
_ACTIONS = {
    PathState.UNTRACKED: FileAction.CREATED,
    PathState.DELETED: FileAction.DELETED,
    PathState.RENAMED: FileAction.RENAMED,
    PathState.CONFLICTED: FileAction.CONFLICTED,
    PathState.CHANGED: FileAction.CHANGED,
}


@dataclass(frozen=True, slots=True)
class TreeState:
    """One look: new events, rows to write (by path, without secrets), paths whose rows go, the cursor; git's status and the rows `now`, written or
    not. `busy`: git was in the middle of something, nothing was looked at. `mark`: git's own files, as they were all the while."""

    events: tuple[Event, ...] = ()
    rows: Mapping[str, FileState] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    cursor: Mapping[str, Any] = field(default_factory=dict)
    busy: bool = False
    status: Status | None = None
    now: Mapping[str, FileState] = field(default_factory=dict)
    mark: GitStamp | None = None


def read_worktree(scan: Scan, before: Mapping[str, FileState], cursor: Mapping[str, Any] | None, stashed: bool, branch: str) -> TreeState:
    """What changed since the rows `before` were written. `cursor` is None at the first look; `stashed` says that a stash was made since."""
    seen = _settled(scan)
    if seen is None:
        return TreeState(cursor=dict(cursor or {}), busy=True)
    at_head, told, now, mark = seen
    moved = stashed or (cursor or {}).get("head") != at_head
    rows, events, here = _differences(scan, now, before, branch, first=cursor is None)
    gone = tuple(path for path in before if path not in here)
    if not moved:
        events += [_restored(scan, before[path], at_head, branch) for path in gone if not scan.reader.ignored(path)]
    events.sort(key=lambda event: event.at)
    return TreeState(tuple(events), rows, gone, {"head": at_head}, status=told, now=now, mark=mark)


def read_scope(scan: Scan, before: Mapping[str, FileState], scope: ScanScope, branch: str) -> TreeState | None:
    """The same for the paths of `scope`. None where they are not enough to tell: git did something since, a path is clean again (by what, HEAD
    tells), or may be one half of a rename."""
    if _mark(scan) != scope.mark or any(scan.reader.redactor.text(path) != path for path in scope.paths):
        return None
    told = status(scan.reader.git, scope.paths) if scope.paths else Status()
    now = rows_of(scan, told)
    rows, events, here = _differences(scan, now, before, branch, first=False)
    cleaned = any(scope.holds(path) and path not in here for path in before)
    if cleaned or any(map(_may_be_half, told.entries)) or _mark(scan) != scope.mark:
        return None
    events.sort(key=lambda event: event.at)
    return TreeState(tuple(events), rows, mark=scope.mark)


def _may_be_half(entry: Entry) -> bool:
    """Whether it is, or with other paths in sight would be, a part of a rename."""
    return entry.index in "ADRC" or entry.tree in "ADRC"


def _differences(
    scan: Scan, now: Mapping[str, FileState], before: Mapping[str, FileState], branch: str, first: bool
) -> tuple[dict[str, FileState], list[Event], set[str]]:
    """The rows that are not as they were before, as the journal keeps them, what is told of them, and all paths of `now` without secrets."""
    rows, events, here = {}, [], set[str]()
    for path, row in now.items():
        name = scan.reader.redactor.text(path)
        here.add(name)
        old = before.get(name)
        if old is not None and old.content == row.content:
            continue
        quiet = first and row.mtime_ns / 1e9 < scan.limits.floor
        as_it_is = name is path and not (quiet or row.old_path)
        rows[name] = row if as_it_is else replace(row, path=name, old_path=scan.reader.redactor.text(row.old_path), baseline=quiet)
        if not quiet:
            events.append(_event(scan, row, branch, known=old is not None))
    return rows, events, here


def rows_of(scan: Scan, seen: Status) -> dict[str, FileState]:
    """A row for each path that differs from HEAD or is untracked; handoff files are no news."""
    rows, root = {}, os.fspath(scan.reader.worktree.root)
    for entry in seen.entries:
        if not scan.reader.ignored(entry.path) and not entry.path.endswith("/"):
            rows[entry.path] = _row(root, entry)
    return rows


def _settled(scan: Scan) -> tuple[str, Status, dict[str, FileState], GitStamp] | None:
    """Status between two equal sights of HEAD and the index, so that a checkout or commit half done is not taken for edits."""
    for attempt in range(TRIES):
        before = _mark(scan)
        if before is not None:
            seen = status(scan.reader.git)
            rows = rows_of(scan, seen)
            if _mark(scan) == before:
                return seen.head, seen, rows, before
        time.sleep(PAUSE * (attempt + 1))
    return None


def _mark(scan: Scan) -> GitStamp | None:
    """HEAD's log and index as they are, None while git holds the index or has just written it."""
    git_dir = scan.reader.worktree.git_dir
    lock = _stat(git_dir / "index.lock")
    if lock and 0 <= time.time() - lock.st_mtime < (FILLED if lock.st_size else EMPTY):
        return None
    index = _stat(git_dir / "index")
    if index and 0 <= time.time() - index.st_mtime < PAUSE:
        return None
    seen = [index, _stat(git_dir / "HEAD"), _stat(git_dir / "logs" / "HEAD"), _stat(git_dir / "reftable" / "tables.list")]
    return tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) if stat else None for stat in seen)


def _stat(path: str | Path) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except OSError:
        return None


def _row(root: str, entry: Entry) -> FileState:
    stat = _stat(f"{root}/{entry.path}")
    state = _state(entry, stat is None)
    # What stands in the place of a deleted file is not that file: a folder, one that git ignores since, or one that came after git had looked.
    if stat is None or state == PathState.DELETED:
        return FileState(entry.path, state=state, old_path=entry.old_path)
    # A time beyond the year 2262, or an inode of all 64 bits, is more than the journal's numbers hold.
    return FileState(entry.path, stat.st_size, min(stat.st_mtime_ns, _GREATEST), stat.st_ino & _GREATEST, state, entry.old_path)


def _state(entry: Entry, missing: bool) -> PathState:
    if entry.kind == StatusKind.UNMERGED:
        return PathState.CONFLICTED
    if entry.kind == StatusKind.UNTRACKED:
        return PathState.UNTRACKED
    if missing or "D" in (entry.index, entry.tree):
        return PathState.DELETED
    return PathState.RENAMED if entry.kind == StatusKind.RENAMED else PathState.CHANGED


def _event(scan: Scan, row: FileState, branch: str, known: bool) -> Event:
    action = FileAction.CHANGED if known and row.state == PathState.UNTRACKED else _ACTIONS[row.state]
    made = row.mtime_ns / 1e9
    at = scan.clamp(made) if row.mtime_ns else scan.now
    fact = File(row.path, action, row.old_path, row.size, made, row.state == PathState.UNTRACKED)
    stamp = row.mtime_ns or int(scan.now * 1e9)
    return Event(FactKind.FILE, at, f"file:{scan.reader.id}:{row.path}:{stamp}:{row.size}:{row.inode}:{row.state}", fact, scan.reader.id, branch)


def _restored(scan: Scan, row: FileState, at_head: str, branch: str) -> Event:
    action = (
        FileAction.DELETED if row.state == PathState.UNTRACKED and not os.path.lexists(scan.reader.worktree.root / row.path) else FileAction.RESTORED
    )
    fact = File(row.path, action, row.old_path, untracked=row.state == PathState.UNTRACKED)
    return Event(
        FactKind.FILE, scan.now, f"file:{scan.reader.id}:{row.path}:{row.mtime_ns}:{row.size}:{at_head}:restored", fact, scan.reader.id, branch
    )
