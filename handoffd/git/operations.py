"""A merge, rebase, cherry-pick, revert, bisect or am that git has open, from the files it keeps for that."""

from __future__ import annotations

import re
from pathlib import Path

from handoffd.files.safe_open import read_regular
from handoffd.git.parse import decode
from handoffd.git.repository import Worktree
from handoffd.git.run import Git
from handoffd.model.kinds import OperationKind
from handoffd.model.lazy import lazy
from handoffd.model.snapshot import OpenOperation

_MERGED = lazy(r"^Merge (?:(?:remote-tracking )?(?:branch|tag|commit)(?:es|s)? )?'?([^'\n]+?)'?(?: of \S+)?(?: into .*)?$", re.M)
_CONFLICT = lazy(r"^#?\t(.+)$")


def operation(git: Git, worktree: Worktree) -> OpenOperation | None:
    """The open operation, None when there is none. A rebase that stopped in a cherry-pick is a rebase."""
    folder = worktree.git_dir
    for name in ("rebase-merge", "rebase-apply"):
        if (folder / name).is_dir():
            return _rebase(git, worktree, folder / name)
    for name, kind in (
        ("MERGE_HEAD", OperationKind.MERGE),
        ("CHERRY_PICK_HEAD", OperationKind.CHERRY_PICK),
        ("REVERT_HEAD", OperationKind.REVERT),
    ):
        if (folder / name).exists():
            return _single(git, worktree, kind, folder / name)
    if (folder / "BISECT_LOG").exists():
        return OpenOperation(OperationKind.BISECT, branch=_read(folder / "BISECT_START"), since=_since(folder / "BISECT_LOG"))
    return None


def _single(git: Git, worktree: Worktree, kind: OperationKind, file: Path) -> OpenOperation:
    oid = _read(file).split("\n")[0]
    message = _read(worktree.git_dir / "MERGE_MSG")
    said = _MERGED.search(message) if kind == OperationKind.MERGE else None
    raw = git.try_run("rev-list", "--count", oid, "--not", "HEAD") if kind == OperationKind.MERGE and oid else None
    count = int(raw) if raw and raw.strip().isdigit() else 1
    # A pull's message names the branch at the other end ("branch 'x' of URL"); here it is known by its remote-tracking name.
    other = (_name_of(git, oid, "refs/remotes") if " of " in message.partition("\n")[0] else "") or (said[1] if said else "")
    return OpenOperation(kind, other, oid, count, since=_since(file), conflicts=_conflicts(message))


def _rebase(git: Git, worktree: Worktree, folder: Path) -> OpenOperation:
    merge = folder.name == "rebase-merge"
    step, total = ("msgnum", "end") if merge else ("next", "last")
    kind = OperationKind.REBASE if merge or (folder / "rebasing").exists() else OperationKind.AM
    onto = _read(folder / "onto")
    return OpenOperation(
        kind,
        other=_name_of(git, onto),
        other_oid=_read(worktree.git_dir / "REBASE_HEAD"),
        onto=onto,
        branch=_read(folder / "head-name").removeprefix("refs/heads/"),
        step=_number(_read(folder / step)),
        total=_number(_read(folder / total)),
        since=_since(folder),
        conflicts=_conflicts(_read(worktree.git_dir / "MERGE_MSG")),
    )


def rebased_branch(worktree: Worktree) -> str:
    """The branch that an open rebase or am will come back to, '' when there is none."""
    names = [_read(worktree.git_dir / folder / "head-name") for folder in ("rebase-merge", "rebase-apply")]
    return next((name.removeprefix("refs/heads/") for name in names if name.startswith("refs/heads/")), "")


def _name_of(git: Git, oid: str, *roots: str) -> str:
    where = roots or ("refs/heads", "refs/remotes")
    raw = git.try_run("for-each-ref", "--count=1", f"--points-at={oid}", "--format=%(refname:short)", *where) if oid else None
    return decode(raw or b"").strip()


def _conflicts(message: str) -> tuple[str, ...]:
    """The list that git appends to the message: `# Conflicts:` and a path a line after a tab."""
    lines = message.split("\n")
    start = next((at for at, line in enumerate(lines) if line.strip("# ") == "Conflicts:"), None)
    if start is None:
        return ()
    return tuple(said[1] for line in lines[start + 1 :] if (said := _CONFLICT.match(line)))


def _read(file: Path) -> str:
    try:
        return decode(read_regular(file)[:65536]).strip("\n")
    except OSError:
        return ""


def _since(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _number(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0
