"""A submodule's state in words: `submodule, from 1a2b3c4 to 5d6e7f8 (2 commits); inside: 1 file modified (lib.c)`. Pure; paths are not encoded."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.model.counts import plural
from handoffd.model.snapshot import SubmoduleState

_NAMED = 3


def said_of(state: SubmoduleState) -> str:
    """Where it moved and what is changed inside."""
    return "; ".join(["submodule" + _moved(state), *_inside(state)])


def moved(old: str, new: str) -> str:
    """The same of a commit that moved it, of which only the two names are known."""
    return f"submodule, from {old} to {new}" if old and new else f"submodule at {new}" if new else f"submodule, was at {old}"


def _moved(state: SubmoduleState) -> str:
    if not state.at:
        return ""
    if not state.was:
        return f" at {state.at}"
    return f", from {state.was} to {state.at}{_distance(state)}"


def _distance(state: SubmoduleState) -> str:
    parts = [plural(state.ahead, "commit")] if state.ahead > 0 else []
    parts += [f"{plural(state.behind, 'commit')} back"] if state.behind > 0 else []
    return f" ({', '.join(parts)})" if parts else ""


def _inside(state: SubmoduleState) -> list[str]:
    parts = [_part(state.changed, state.dirt, "modified")] if state.dirt else []
    parts += [_part(state.untracked, state.new, "untracked")] if state.new else []
    return [f"inside: {', '.join(parts)}"] if parts else []


def _part(paths: Sequence[str], count: int, word: str) -> str:
    named = f" ({', '.join(paths)})" if count <= _NAMED else ""
    return f"{plural(count, 'file')} {word}{named}"
