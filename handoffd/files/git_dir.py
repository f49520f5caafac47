"""The git dir behind a folder's `.git`, and HEAD's branch, without a process: for what must not wait for one. All other questions go to git
(`git/repository.py`). `pytest_plugin.py` walks the same way with code of its own, as it imports nothing of ours; one test holds both."""

from __future__ import annotations

import os
from pathlib import Path

from handoffd.files.safe_open import read_regular

_LONGEST = 4096
_BRANCH = b"ref: refs/heads/"
_IN_TABLES = b".invalid"
"""What HEAD names where refs are kept in tables."""


def top_of(folder: Path) -> Path | None:
    """The nearest folder that has a `.git`, from `folder` up; None where none has. Its `.git` may lead nowhere: `git_dir_of` tells."""
    return next((each for each in (folder, *folder.parents) if os.path.lexists(each / ".git")), None)


def git_dir_of(folder: Path) -> Path | None:
    """The git dir of a worktree whose top folder is `folder`; None where it is none."""
    git = folder / ".git"
    if git.is_dir():
        return git
    try:
        said = os.fsdecode(read_regular(git)[:_LONGEST].rstrip(b"\r\n"))
    except OSError:
        return None
    return Path(os.path.realpath(folder / said.removeprefix("gitdir: "))) if said.startswith("gitdir: ") else None


def branch_in(git_dir: Path) -> str | None:
    """The branch that HEAD is on, '' for a detached HEAD; None where its file does not tell."""
    try:
        head = read_regular(git_dir / "HEAD").strip()
    except OSError:
        return None
    name = head.removeprefix(_BRANCH)
    if name != head:
        return None if name == _IN_TABLES else name.decode("utf-8", "surrogateescape")
    return "" if len(head) in (40, 64) and head.isalnum() else None
