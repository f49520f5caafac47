"""Where a worktree stands, in few and cheap questions: for a screen that tells of many at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from handoffd.files.layout import spool_in
from handoffd.git.refs import head_branch, stashes
from handoffd.git.repository import Worktree
from handoffd.git.run import Git
from handoffd.model.records import dataclass

# What git writes when HEAD, the index or a ref moves. A ref's folder is written when one in it moves, is made or goes: git renames a lock file.
_OWN = ("HEAD", "index", "logs/HEAD", "MERGE_HEAD", "rebase-merge", "rebase-apply")
_SHARED = ("packed-refs", "FETCH_HEAD", "logs/refs/stash", "refs", "reftable/tables.list")
_TREES = ("refs/heads", "refs/remotes")
# Folders of refs that are looked at: more branches than anybody has are packed.
_MOST_FOLDERS = 2000


@dataclass(frozen=True, slots=True)
class Standing:
    """`unpushed` counts commits that no remote-tracking branch has, None where git cannot tell. `made_on`: the branch of each stash, '' where it
    has none."""

    branch: str
    unpushed: int | None
    made_on: tuple[str, ...]


def moved_since(worktree: Worktree, at: float, files: Iterable[str] = ()) -> bool:
    """Whether HEAD, the index, a ref or one of the `files` (paths in the worktree) may have moved after `at` (epoch seconds), or a hook or a probe
    told of something: by the times of the files alone."""
    return any(_written(file) > at for file in _watched(worktree)) or any(_edited(worktree.root / file, at) for file in files)


def _watched(worktree: Worktree) -> Iterator[Path]:
    yield from (worktree.git_dir / name for name in _OWN)
    yield from (worktree.common_dir / name for name in _SHARED)
    yield spool_in(worktree.git_dir)
    left = _MOST_FOLDERS
    for tree in _TREES:
        waiting = [worktree.common_dir / tree]
        while waiting and left:
            left -= 1
            folder = waiting.pop()
            yield folder
            waiting += _folders(folder)


def _folders(folder: Path) -> list[Path]:
    with suppress(OSError), os.scandir(folder) as found:
        return [folder / entry.name for entry in found if entry.is_dir(follow_symlinks=False)]
    return []


def _written(file: Path) -> float:
    try:
        return file.lstat().st_mtime
    except (OSError, ValueError):
        return 0.0


def _edited(file: Path, at: float) -> bool:
    """A file that is gone was edited, too."""
    written = _written(file)
    return written == 0.0 or written > at


def standing(worktree: Worktree, branch: str = "") -> Standing:
    """Asked of git now. With a `branch` that branch is told of instead of HEAD, as for a worktree that was removed."""
    from handoffd.present.refs import made_on

    git = Git(worktree.root)
    tip = f"refs/heads/{branch}" if branch else "HEAD"
    raw = git.try_run("rev-list", "--count", tip, "--not", "--remotes", "--") if _has_remote_refs(git, worktree) else None
    unpushed = int(raw) if raw is not None and raw.strip().isdigit() else None
    return Standing(branch or head_branch(git, worktree), unpushed, tuple(made_on(stash) for stash in stashes(git, worktree)))


def _has_remote_refs(git: Git, worktree: Worktree) -> bool:
    """Mostly without a process: one that moved is a file of its own."""
    if any(files for _, _, files in os.walk(worktree.common_dir / "refs" / "remotes")):
        return True
    return bool(git.try_run("for-each-ref", "--count=1", "--format=%(refname)", "refs/remotes"))
