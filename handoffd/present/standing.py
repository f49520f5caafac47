"""Where a worktree stands, in few and cheap questions: for a screen that tells of many at once."""

from __future__ import annotations

from pathlib import Path

from handoffd.git.refs import head_branch, stashes
from handoffd.git.repository import Worktree
from handoffd.git.run import Git
from handoffd.model.records import dataclass

# What git writes when HEAD, the index or a ref moves.
_OWN = ("HEAD", "index", "logs/HEAD", "MERGE_HEAD", "rebase-merge", "rebase-apply")
_SHARED = ("packed-refs", "FETCH_HEAD", "logs/refs/stash", "refs/stash", "refs/heads", "refs/remotes")


@dataclass(frozen=True, slots=True)
class Standing:
    """`unpushed` counts commits of HEAD that no remote-tracking branch has, 0 without a remote."""

    branch: str
    unpushed: int
    stashes: int


def moved_since(worktree: Worktree, at: float) -> bool:
    """Whether HEAD, the index or a ref may have moved after `at` (epoch seconds), by the times of git's files alone."""
    files = (*(worktree.git_dir / name for name in _OWN), *(worktree.common_dir / name for name in _SHARED))
    return any(_written(file) > at for file in files)


def _written(file: Path) -> float:
    try:
        return file.lstat().st_mtime
    except OSError:
        return 0.0


def standing(worktree: Worktree) -> Standing:
    """Asked of git now."""
    git = Git(worktree.root)
    raw = git.try_run("rev-list", "--count", "HEAD", "--not", "--remotes", "--") or b""
    has_remote = bool(git.try_run("for-each-ref", "--count=1", "--format=%(refname)", "refs/remotes"))
    unpushed = int(raw) if has_remote and raw.strip().isdigit() else 0
    return Standing(head_branch(git, worktree), unpushed, len(stashes(git, worktree)))
