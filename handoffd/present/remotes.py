"""When the remotes were last asked for what they have."""

from __future__ import annotations

from handoffd.git.repository import Worktree


def last_asked(worktree: Worktree) -> float:
    """Epoch seconds of the last fetch or pull in this worktree or the repository, 0 where there was none: git writes FETCH_HEAD at each."""
    found = 0.0
    for folder in (worktree.git_dir, worktree.common_dir):
        try:
            found = max(found, (folder / "FETCH_HEAD").lstat().st_mtime)
        except OSError:
            continue
    return found
