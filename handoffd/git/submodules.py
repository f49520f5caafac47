"""Repositories inside a worktree: its submodules, and its own linked worktrees. Each is asked by our hardened git in its own folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from handoffd.files.git_dir import git_dir_of
from handoffd.files.safe_open import read_regular
from handoffd.git.parse import Status, parse_names
from handoffd.git.repository import Worktree
from handoffd.git.run import Git, GitError
from handoffd.git.status import status
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass

GITLINK = "160000"
"""The mode under which the index holds a submodule's commit."""
_MODULES = ".gitmodules"
_PATH = lazy(rb'^[ \t]*path[ \t]*=[ \t]*"?(.+?)"?[ \t]*\r?$', 8)  # re.M
_MOST = 100


@dataclass(frozen=True, slots=True)
class Submodule:
    """A submodule that is checked out at `path`. `index`: the commit that the index names."""

    path: str
    index: str
    git: Git


def submodules(git: Git) -> tuple[Submodule, ...]:
    """Those that are checked out. The index decides what is one; `.gitmodules` is anybody's word, and only says where to ask."""
    try:
        named = [os.fsdecode(path) for path in _PATH.findall(read_regular(git.root / _MODULES))]
    except OSError:
        return ()
    if not named:
        return ()
    found = (entry.split("\t", 1) for entry in parse_names(git.try_run("ls-files", "--stage", "-z", "--", *named[:_MOST]) or b""))
    links = {path: about.split(" ")[1] for about, path in found if about.startswith(f"{GITLINK} ")}
    return tuple(Submodule(path, oid, Git(git.root / path)) for path, oid in links.items() if _is_checked_out(git.root, path))


def _is_checked_out(root: Path, path: str) -> bool:
    """A link in the way would lead out of the worktree."""
    folder = root / path
    return os.path.realpath(folder) == os.path.join(os.path.realpath(root), path) and git_dir_of(folder) is not None


def inside(submodule: Submodule) -> Status:
    """What differs inside; nothing where git does not tell."""
    try:
        return status(submodule.git)
    except (GitError, OSError):
        return Status(head=submodule.index)


def newest(folder: Path, paths: Iterable[str]) -> float:
    """When one of the files was changed last, epoch seconds; 0 where none is there."""
    return max((stat.st_mtime for path in paths if (stat := _stat(folder / path))), default=0.0)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None


def distance(submodule: Submodule, old: str, new: str) -> tuple[int, int] | None:
    """How many commits `new` has that `old` has not, and the other way round; None where one of them is not there."""
    said = submodule.git.try_run("rev-list", "--count", "--left-right", f"{old}...{new}", "--") if old and new else None
    counts = (said or b"").split()
    return (int(counts[1]), int(counts[0])) if len(counts) == 2 else None


def own_worktrees(worktree: Worktree, paths: Iterable[str]) -> frozenset[str]:
    """Those of the paths, which end in a slash, that are linked worktrees of the same repository: what happens there is theirs to tell."""
    linked = worktree.common_dir / "worktrees"
    return frozenset(path for path in paths if path.endswith("/") and (found := git_dir_of(worktree.root / path)) and found.parent == linked)
