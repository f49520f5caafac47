"""Patterns as in .gitignore, without `!`: which paths one of them names, or a folder above them.

*.log         a file or folder of that name, anywhere
/build/       the folder build at the top, and all in it
docs/*.pdf    below the folder docs, no deeper
gen/**/x.py   at any depth below gen
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache, partial

_FOLDERS = 4096


class Globs:
    """`name in globs`: the path of a file relative to the worktree. Takes time in the size of path and patterns alone, whatever they hold."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = tuple(_parts(pattern) for pattern in patterns)
        self._folder = lru_cache(_FOLDERS)(partial(self._named, is_folder=True))

    def __contains__(self, path: str) -> bool:
        if not self._patterns:
            return False
        names = path.split("/")
        folders = ("/".join(names[:depth]) for depth in range(1, len(names)))
        return any(self._folder(folder) for folder in folders) or self._named(path, is_folder=False)

    def _named(self, path: str, is_folder: bool) -> bool:
        names = tuple(path.split("/"))
        return any((is_folder or not folders_only) and _match(parts, names) for parts, folders_only in self._patterns)


def _parts(pattern: str) -> tuple[tuple[str, ...], bool]:
    """The pattern's names from the top, and whether it means folders alone. One without a slash but at its end may stand anywhere."""
    bare = pattern.rstrip("/")
    names = tuple(name for name in bare.split("/") if name)
    return names if "/" in bare else ("**", *names), pattern.endswith("/")


def _match(parts: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """`**` stands for any number of names. `reached`: how many names the parts so far can stand for."""
    reached = {0}
    for number, part in enumerate(parts):
        if part == "**":
            last = number == len(parts) - 1
            reached = set(range(min(reached) + last, len(names) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(names) and fnmatchcase(names[at], part)}
        if not reached:
            return False
    return len(names) in reached
