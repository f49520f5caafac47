"""Conflicts of the open operation: where they stand, which commits of both sides touched the path, and how resolved ones were resolved."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.code.conflict_markers import conflict_places
from handoffd.files.layout import is_handoff
from handoffd.git.content import BIGGEST, read_bytes
from handoffd.git.log import log_records
from handoffd.git.refs import merge_base
from handoffd.git.status import try_diff
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.kinds import EntryKind, OperationKind, Resolution
from handoffd.model.records import replace
from handoffd.model.snapshot import Conflict, Entry, OpenOperation, Reference

MOST = 200
_REPLAYS = (OperationKind.REBASE, OperationKind.CHERRY_PICK, OperationKind.AM, OperationKind.REVERT)


def conflicts(reader: WorktreeReader, operation: OpenOperation | None, entries: Sequence[Entry]) -> tuple[Conflict, ...]:
    """One for each path that conflicted when the operation stopped, resolved or not; unmerged paths also where no operation is open (a stash pop)."""
    unmerged = [entry.path for entry in entries if entry.kind == EntryKind.CONFLICTED]
    listed = operation.conflicts if operation else ()
    paths = [path for path in dict.fromkeys([*unmerged, *listed]) if not is_handoff(path, reader.directory)][:MOST]
    other = operation.other_oid if operation else ""
    base = merge_base(reader.git, "HEAD", other) if other and paths else ""
    names = _old_names(reader, base, "HEAD") if base else {}
    replayed = _only(reader, other) if operation and operation.kind in _REPLAYS and other else ()
    found = (_conflict(reader, path, path in unmerged, base, other, names) for path in paths)
    return tuple(replace(one, theirs=replayed) if replayed else one for one in found)


def _only(reader: WorktreeReader, oid: str) -> tuple[Reference, ...]:
    """The one commit that is replayed."""
    return tuple(Reference(*fields) for fields in log_records(reader.git, ("%H", "%s", "%an"), "--max-count=1", oid, "--") if fields)


def _conflict(reader: WorktreeReader, path: str, open_now: bool, base: str, other: str, names: dict[str, str]) -> Conflict:
    before = names.get(path, path)
    theirs_path = path if not other or _exists(reader, other, path) else before
    data = read_bytes(reader, path) if open_now else None
    return Conflict(
        path,
        lines=conflict_places(data.decode("utf-8", "surrogateescape")) if data is not None else (),
        resolved=Resolution.UNMERGED if open_now else _resolved(reader, path, other, theirs_path),
        ours=_commits(reader, base, "HEAD", (path, before)) if base else (),
        theirs=_commits(reader, base, other, (theirs_path, before)) if base else (),
        other_path=theirs_path if theirs_path != path else "",
    )


def _resolved(reader: WorktreeReader, path: str, other: str, theirs_path: str) -> Resolution:
    now = read_bytes(reader, path, 4 * BIGGEST)
    if now == reader.objects.blob("HEAD", path):
        return Resolution.HEAD
    return Resolution.OTHER if other and now == reader.objects.blob(other, theirs_path) else Resolution.MERGED


def _exists(reader: WorktreeReader, commit: str, path: str) -> bool:
    return reader.git.try_run("cat-file", "-e", f"{commit}:{path}") is not None


def _old_names(reader: WorktreeReader, base: str, tip: str) -> dict[str, str]:
    """New name -> name at the merge base, of files renamed in between."""
    raw = try_diff(reader.git, "--name-status", "--diff-filter=R", "-z", "-M", base, tip, "--")
    fields = raw.decode("utf-8", "surrogateescape").split("\0")
    return {fields[at + 2]: fields[at + 1] for at in range(0, len(fields) - 2, 3)}


def _commits(reader: WorktreeReader, base: str, tip: str, paths: Sequence[str]) -> tuple[Reference, ...]:
    """Commits between the merge base and `tip` that touch one of the names, newest first."""
    records = log_records(reader.git, ("%H", "%s", "%an"), "--max-count=50", f"{base}..{tip}", "--", *dict.fromkeys(paths))
    return tuple(Reference(*fields) for fields in records if fields)
