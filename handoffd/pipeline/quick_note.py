"""A person's words left in the spool, as hooks and probes leave theirs: the next look journals them, the daemon's at once. It needs no git and no
journal, so that a note is as quick as a thought.

Whatever is not plain at a glance is not done here but by `flush.add_note`, which asks git and the journal.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handoffd.files.git_dir import branch_in, git_dir_of, top_of
from handoffd.files.layout import JOURNAL, RESTRICTIONS, spool_in
from handoffd.files.spool_line import put
from handoffd.model.errors import UserError
from handoffd.model.redact import Redactor


def spool_around(cwd: Path) -> tuple[Path, Path] | None:
    """(root, spool) of the worktree around a folder; None where nothing is watched, and for another user's, of which git has to judge."""
    root = top_of(Path(os.path.realpath(cwd)))
    git_dir = git_dir_of(root) if root else None
    if root is None or git_dir is None:
        return None
    spool = spool_in(git_dir)
    return (root, spool) if _ours(root, git_dir) and spool.is_file() and not spool.parent.is_symlink() else None


def _ours(*folders: Path) -> bool:
    try:
        return all(folder.stat().st_uid == os.geteuid() for folder in folders)
    except OSError:  # a `.git` that leads nowhere
        return False


def jot(root: Path, spool: Path, data: Mapping[str, Any], now: float) -> bool:
    """Leave a note with the fields `data` of `model.facts.Note`, which is not loaded for it. False where it takes more than that: a secret is in it,
    the repository restricts us, its journal or its branch is not where they mostly are, the spool cannot be written."""
    branch = branch_in(spool.parent.parent)
    # A linked worktree has no journal in its git dir, which goes with all that is in it when the worktree is removed: no place for words to wait.
    if branch is None or not (spool.parent / JOURNAL).is_file() or os.path.lexists(root / RESTRICTIONS):
        return False
    if Redactor(b"").data(data) != data:
        return False
    try:
        put(spool, {"kind": "note", "key": f"note:{os.urandom(16).hex()}", "at": now, "branch": branch, "data": dict(data)})
    except UserError:
        return False
    return True
