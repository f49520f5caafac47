"""The working tree as git's status sees it. Reports which files differ from the scan before.

    states of the scan before ─┐
    git status + lstat ────────┴─> created changed deleted renamed conflicted restored

read_worktree: the whole tree        read_scope: a few paths of it, while git does nothing

A state is kept for each dirty or untracked path. When a dirty path becomes clean, it is reported as restored if HEAD did not move and no stash was
made. Otherwise a commit, checkout or stash cleaned it, and the source for that reports it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from handoffd.files.config import Settings
from handoffd.git.parse import Entry, Status
from handoffd.git.status import status
from handoffd.git.submodules import inside, newest, submodules
from handoffd.model.events import Event
from handoffd.model.facts import File
from handoffd.model.file_state import FileState
from handoffd.model.kinds import FactKind, FileAction, PathState, StatusKind
from handoffd.model.progress import Stage
from handoffd.model.records import replace
from handoffd.sources.git.scan_scope import GitStamp
from handoffd.sources.git.tree_state import TreeState
from handoffd.sources.source import Cursor, Found, Scan

_GREATEST = 2**63 - 1
TRIES = 8
FILLED, EMPTY = 60.0, 600.0
"""Seconds after which git's lock on the index stops no scan. A filled lock is ready to become the index: git waits for an editor, or died and left
it. An empty lock is held by a git that is changing files, if that git still lives."""
PAUSE = 0.05
_ACTIONS = {
    PathState.UNTRACKED: FileAction.CREATED,
    PathState.DELETED: FileAction.DELETED,
    PathState.RENAMED: FileAction.RENAMED,
    PathState.CONFLICTED: FileAction.CONFLICTED,
    PathState.CHANGED: FileAction.CHANGED,
}


class WorkingTree:
    """The files, tracked and untracked."""

    name = "worktree"
    about = "the working tree"
    in_narrow_scan = True

    def folders(self, settings: Settings) -> tuple[Path, ...]:
        return ()

    def read(self, scan: Scan, cursor: Cursor | None) -> Found:
        if scan.scope is None:
            scan.progress(Stage.FILES, 0, 0)
            return read_worktree(scan, cursor)
        return read_scope(scan) if cursor is not None else Found(needs_whole_scan=True)


def read_worktree(scan: Scan, cursor: Cursor | None) -> Found:
    """What changed in the whole tree since `scan.states` were kept."""
    settled = _settled(scan)
    if settled is None:
        return Found(cursor=dict(cursor or {}), tree=TreeState(busy=True))
    at_head, seen, now, stamp = settled
    changed, events, here = _differences(scan, now, first=cursor is None)
    gone = tuple(path for path in scan.states if path not in here)
    if not _cleaned_by_git(scan, cursor, at_head):
        events += [_restored(scan, scan.states[path], at_head) for path in gone if not scan.reader.ignored(path)]
    events.sort(key=lambda event: event.at)
    return Found(tuple(events), {"head": at_head}, TreeState(changed, gone, status=seen, now=now, stamp=stamp))


def _cleaned_by_git(scan: Scan, cursor: Cursor | None, at_head: str) -> bool:
    """Whether a commit, a checkout or a stash may have cleaned paths. Where the refs could not be read, a stash may have been made."""
    stashed = "refs" in scan.unread or any(event.kind == FactKind.STASH for event in scan.earlier)
    return stashed or (cursor or {}).get("head") != at_head


def read_scope(scan: Scan) -> Found:
    """The same for the paths of `scan.scope`. A whole scan is needed where those paths are not enough to tell: git did something since, a path is
    clean again (HEAD tells what cleaned it), or a path may be one half of a rename."""
    scope = scan.scope
    assert scope is not None
    if _stamp(scan) != scope.stamp or any(scan.reader.redactor.text(path) != path for path in scope.paths):
        return Found(needs_whole_scan=True)
    seen = status(scan.reader.git, scope.paths) if scope.paths else Status()
    changed, events, here = _differences(scan, states_of(scan, seen), first=False)
    cleaned = any(scope.holds(path) and path not in here for path in scan.states)
    if cleaned or any(map(_may_be_half, seen.entries)) or _stamp(scan) != scope.stamp:
        return Found(needs_whole_scan=True)
    events.sort(key=lambda event: event.at)
    return Found(tuple(events), tree=TreeState(changed, stamp=scope.stamp))


def _may_be_half(entry: Entry) -> bool:
    """Whether the path is a part of a rename, or could be one if other paths were asked about too."""
    return entry.index in "ADRC" or entry.tree in "ADRC"


def _differences(scan: Scan, now: Mapping[str, FileState], first: bool) -> tuple[dict[str, FileState], list[Event], set[str]]:
    """The states that differ from the scan before, as the journal keeps them; their events; all paths of `now`, without secrets."""
    changed, events, here = {}, [], set[str]()
    for path, state in now.items():
        name = scan.reader.redactor.text(path)
        here.add(name)
        old = scan.states.get(name)
        if old is not None and old.content == state.content:
            continue
        quiet = first and state.mtime_ns / 1e9 < scan.limits.floor
        as_it_is = name is path and not (quiet or state.old_path)
        changed[name] = state if as_it_is else replace(state, path=name, old_path=scan.reader.redactor.text(state.old_path), baseline=quiet)
        if not quiet:
            events.append(_event(scan, state, known=old is not None))
    return changed, events, here


def states_of(scan: Scan, seen: Status) -> dict[str, FileState]:
    """A state for each path that differs from HEAD or is untracked. Handoff files are ignored."""
    states, root = {}, os.fspath(scan.reader.worktree.root)
    for entry in seen.entries:
        if not scan.reader.ignored(entry.path) and not entry.path.endswith("/"):
            states[entry.path] = _state(root, entry)
    return states


def _changed_inside(scan: Scan, seen: Status) -> dict[str, FileState]:
    """A state for each submodule that has changes inside and did not move: of one that moved, git's status tells."""
    states, moved = {}, {entry.path for entry in seen.entries}
    for one in submodules(scan.reader.git):
        paths = [] if one.path in moved or scan.reader.ignored(one.path) else [entry.path for entry in inside(one).entries]
        if paths:
            at = int(newest(scan.reader.worktree.root / one.path, paths) * 1e9)
            states[one.path] = FileState(one.path, len(paths), min(at, _GREATEST), 0, PathState.CHANGED)
    return states


def _settled(scan: Scan) -> tuple[str, Status, dict[str, FileState], GitStamp] | None:
    """git's status between two equal stamps of HEAD and the index, so that a checkout or commit that is half done is not taken for edits."""
    for attempt in range(TRIES):
        before = _stamp(scan)
        if before is not None:
            seen = status(scan.reader.git)
            states = states_of(scan, seen) | _changed_inside(scan, seen)
            if _stamp(scan) == before:
                return seen.head, seen, states, before
        time.sleep(PAUSE * (attempt + 1))
    return None


def _stamp(scan: Scan) -> GitStamp | None:
    """HEAD, its log and the index as they are; None while git holds the index or has just written it."""
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


def _state(root: str, entry: Entry) -> FileState:
    stat = _stat(f"{root}/{entry.path}")
    kind = _path_state(entry, stat is None)
    # What is now at a deleted file's path is another file: a folder, a file that git ignores, or one that was made after git's answer.
    if stat is None or kind == PathState.DELETED:
        return FileState(entry.path, state=kind, old_path=entry.old_path)
    # A time beyond the year 2262, or an inode of all 64 bits, is more than the journal's numbers hold.
    return FileState(entry.path, stat.st_size, min(stat.st_mtime_ns, _GREATEST), stat.st_ino & _GREATEST, kind, entry.old_path)


def _path_state(entry: Entry, missing: bool) -> PathState:
    if entry.kind == StatusKind.UNMERGED:
        return PathState.CONFLICTED
    if entry.kind == StatusKind.UNTRACKED:
        return PathState.UNTRACKED
    if missing or "D" in (entry.index, entry.tree):
        return PathState.DELETED
    return PathState.RENAMED if entry.kind == StatusKind.RENAMED else PathState.CHANGED


def _event(scan: Scan, state: FileState, known: bool) -> Event:
    untracked = state.state == PathState.UNTRACKED
    action = FileAction.CHANGED if known and untracked else _ACTIONS[state.state]
    made = state.mtime_ns / 1e9
    at = scan.clamp(made) if state.mtime_ns else scan.now
    fact = File(state.path, action, state.old_path, state.size, made, untracked)
    time_ns = state.mtime_ns or int(scan.now * 1e9)
    key = f"file:{scan.reader.id}:{state.path}:{time_ns}:{state.size}:{state.inode}:{state.state}"
    return Event(FactKind.FILE, at, key, fact, scan.reader.id, scan.branch)


def _restored(scan: Scan, state: FileState, at_head: str) -> Event:
    untracked = state.state == PathState.UNTRACKED
    deleted = untracked and not os.path.lexists(scan.reader.worktree.root / state.path)
    fact = File(state.path, FileAction.DELETED if deleted else FileAction.RESTORED, state.old_path, untracked=untracked)
    key = f"file:{scan.reader.id}:{state.path}:{state.mtime_ns}:{state.size}:{at_head}:restored"
    return Event(FactKind.FILE, scan.now, key, fact, scan.reader.id, scan.branch)
