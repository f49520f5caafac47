"""The git dir behind a folder's `.git`, without a process: for what must not wait for one. All other questions go to git (repository.py)."""

from __future__ import annotations

import os
from pathlib import Path

from handoffd.files.safe_open import read_regular


def git_dir_of(folder: Path) -> Path | None:
    """The git dir of a worktree whose top folder is `folder`; None where it is none."""
    git = folder / ".git"
    if git.is_dir():
        return git
    try:
        said = os.fsdecode(read_regular(git)[:4096].rstrip(b"\r\n"))
    except OSError:
        return None
    return Path(os.path.realpath(folder / said.removeprefix("gitdir: "))) if said.startswith("gitdir: ") else None
