"""Where the logs of refs come from: git's log files, git itself where it keeps them in tables, or history where git keeps no logs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from handoffd.files.safe_open import read_regular
from handoffd.git.reflog import history_as_log, keeps_logs, logs_of_tables
from handoffd.git.refs import head
from handoffd.sources.git.log_cursor import LogRead, read_answer, read_log
from handoffd.sources.source import Scan

_GROUPS = (("heads", "--branches"), ("remotes", "--remotes"))


def head_log(scan: Scan, cursor: Mapping[str, Any] | None) -> LogRead:
    """New lines of HEAD's log."""
    worktree = scan.reader.worktree
    if worktree.ref_format == "reftable":
        return read_answer(lambda: logs_of_tables(scan.reader.git, "HEAD").get("HEAD", b""), _stamp(worktree.git_dir), cursor)
    path = worktree.git_dir / "logs" / "HEAD"
    if path.exists() or keeps_logs(scan.reader.git):
        return read_log(path, cursor)
    at = head(scan.reader.git, worktree)
    return read_answer(lambda: history_as_log(scan.reader.git, scan.limits.floor), f"{at.oid} {at.branch}", cursor)


def whole_head_log(scan: Scan) -> bytes:
    """All of HEAD's log as it is now."""
    if scan.reader.worktree.ref_format == "reftable":
        return logs_of_tables(scan.reader.git, "HEAD").get("HEAD", b"")
    try:
        return read_regular(scan.reader.worktree.git_dir / "logs" / "HEAD")
    except OSError:
        return b""


def other_logs(scan: Scan, cursors: Mapping[str, Any]) -> Iterator[tuple[str, LogRead]]:
    """New lines of the logs of branches and remote-tracking branches, by the ref's full name. `cursors` has the cursor of each."""
    common = scan.reader.worktree.common_dir
    if scan.reader.worktree.ref_format != "reftable":
        for ref, path in _files(common / "logs" / "refs"):
            yield ref, read_log(path, cursors.get(scan.reader.redactor.text(ref)))
        return
    stamp = _stamp(common)
    if cursors and all(cursor.get("stamp") == stamp for cursor in cursors.values()):
        yield from ((ref, LogRead((), cursor, False)) for ref, cursor in cursors.items())
        return
    for group, selection in _GROUPS:
        for name, log in logs_of_tables(scan.reader.git, selection).items():
            yield f"refs/{group}/{name}", read_answer(partial(bytes, log), stamp, cursors.get(scan.reader.redactor.text(f"refs/{group}/{name}")))


def _stamp(git_dir: Path) -> str:
    """What changes with every transaction on tables of refs."""
    try:
        found = (git_dir / "reftable" / "tables.list").stat()
    except OSError:
        return ""
    return f"{found.st_ino} {found.st_mtime_ns} {found.st_size}"


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for group, _ in _GROUPS:
        for folder, folders, files in os.walk(root / group):
            folders.sort()
            for name in sorted(files):
                path = Path(folder) / name
                yield f"refs/{path.relative_to(root)}", path
