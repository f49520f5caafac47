"""Submodules as they are now: at which commit, and what is changed inside."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.git.parse import Status
from handoffd.git.refs import abbreviate
from handoffd.git.submodules import Submodule, distance, inside, newest, submodules
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.change import Change
from handoffd.model.kinds import ChangeKind, EntryKind, StatusKind
from handoffd.model.records import replace
from handoffd.model.snapshot import Entry, SubmoduleState
from handoffd.model.submodule_words import said_of

_SHORT = 7
_MOST_FILES = 20


def submodule_states(reader: WorktreeReader, seen: Sequence[Entry], status: Status) -> tuple[SubmoduleState, ...]:
    """Those that moved, or hold changes. `seen` are the entries of git's `status`, which tells of moved ones alone."""
    heads = {entry.path: entry.head for entry in status.entries if entry.submodule}
    moved = {entry.path for entry in seen if entry.path in heads}
    found = []
    for one in submodules(reader.git):
        now = inside(one)
        if (one.path in moved or now.entries) and not reader.ignored(one.path):
            found.append(_state(one, heads.get(one.path, one.index), now))
    return tuple(found)


def _state(one: Submodule, old: str, now: Status) -> SubmoduleState:
    changed = [entry.path for entry in now.entries if entry.kind != StatusKind.UNTRACKED]
    untracked = [entry.path for entry in now.entries if entry.kind == StatusKind.UNTRACKED]
    state = SubmoduleState(
        one.path, changed=tuple(changed[:_MOST_FILES]), untracked=tuple(untracked[:_MOST_FILES]), dirt=len(changed), new=len(untracked)
    )
    old = old if old.strip("0") else ""
    if old == now.head:
        return state
    short = abbreviate(one.git, [old, now.head] if old else [now.head])
    ahead, behind = distance(one, old, now.head) or (-1, -1)
    return replace(state, was=short.get(old, old[:_SHORT]), at=short.get(now.head, now.head[:_SHORT]), ahead=ahead, behind=behind)


def with_submodules(reader: WorktreeReader, seen: Sequence[Entry], states: Sequence[SubmoduleState]) -> tuple[Entry, ...]:
    """The entries, those of submodules marked as such, and one for each submodule with changes inside alone."""
    found = {entry.path: entry for entry in seen}
    for state in states:
        known = found.get(state.path)
        if known is None:
            folder = reader.worktree.root / state.path
            found[state.path] = Entry(state.path, EntryKind.SUBMODULE, unstaged=True, mtime=newest(folder, (*state.changed, *state.untracked)))
        elif known.kind == EntryKind.MODIFIED:
            found[state.path] = replace(known, kind=EntryKind.SUBMODULE)
    return tuple(found.values())


def submodule_changes(states: Sequence[SubmoduleState]) -> tuple[Change, ...]:
    """A change for each, in words: what git's diff says of a submodule is a line in no file."""
    return tuple(Change(state.path, ChangeKind.CHANGED, lines=said_of(state)) for state in states)
