"""The uncommitted changes with their names, the marks that still stand, and the session's totals per path."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from handoffd.git.conflicts import in_conflict
from handoffd.git.hunks import describe
from handoffd.git.markers import removed_lines
from handoffd.git.parse import Entry as StatusEntry
from handoffd.git.paths import is_handoff
from handoffd.git.status import status, try_diff, worktree_patches
from handoffd.model.change import Change, Hunk, Mark, Patch
from handoffd.model.session import History
from handoffd.model.snapshot import Entry, OpenMark
from handoffd.sources.context import Context

BIGGEST = 1024 * 1024
DESCRIBED = 400
_KINDS = {"unmerged": "conflicted", "untracked": "untracked", "renamed": "renamed"}


def entries(context: Context, baseline: Collection[str]) -> tuple[Entry, ...]:
    """Status, one entry a path, handoff files left out."""
    blanked = getattr(status(context.git), "not_compared", {})
    found = {}
    for entry in status(context.git).entries:
        if not is_handoff(entry.path, context.directory) and not entry.path.endswith("/"):
            found[entry.path] = _entry(context, entry, entry.path in baseline, blanked)
    return tuple(found.values())


def _entry(context: Context, entry: StatusEntry, baseline: bool, blanked: object) -> Entry:
    try:
        found = (context.worktree.root / entry.path).lstat()
        mtime, size = found.st_mtime, found.st_size
    except OSError:
        mtime, size = 0.0, 0
    kind = _KINDS.get(entry.kind, "deleted" if "D" in (entry.index, entry.tree) and not mtime else "modified")
    staged, unstaged = entry.index not in ".? " and kind != "conflicted", entry.tree not in ". "
    compared = blanked.get(entry.path, "") if isinstance(blanked, dict) else ""
    return Entry(entry.path, kind, entry.old_path, staged, unstaged, mtime, size, baseline, compared)


def changes(context: Context, seen: Sequence[Entry], head: str) -> tuple[Change, ...]:
    """What differs between HEAD and the working tree, named, and each untracked file as one change of kind `untracked`."""
    patches = [patch for patch in worktree_patches(context.git) if not is_handoff(patch.path, context.directory)]
    untracked = [entry for entry in seen if entry.kind == "untracked"]
    removed = removed_lines(patches)
    found = []
    for number, patch in enumerate(patches):
        near = number < DESCRIBED and not patch.binary
        new = read_text(context, patch.path) if near else None
        old = _old_text(context, head, patch.old_path or patch.path) if near and head and patch.kind != "created" else None
        found.append(describe(patch, new, old, removed))
    tracked = {change.path for change in found}
    for number, entry in enumerate(untracked):
        if entry.path not in tracked:
            found.append(_untracked(context, entry, number < DESCRIBED, removed))
    return tuple(found)


def _untracked(context: Context, entry: Entry, near: bool, removed: frozenset[str]) -> Change:
    text = read_text(context, entry.path) if near else None
    if text is None:
        return Change(entry.path, "untracked", binary=near)
    lines = tuple(text.split("\n")[: -1 if text.endswith("\n") else None]) if text else ()
    patch = Patch(entry.path, "created", added=len(lines), hunks=(Hunk(0, 0, 1, len(lines), (), lines),) if lines else ())
    return replace(describe(patch, text, None, removed), kind="untracked")


def read_text(context: Context, path: str) -> str | None:
    """The file's text as it is now, None for what is no readable regular text file of at most a megabyte. Links are not followed."""
    data = read_bytes(context, path)
    return data.decode("utf-8", "surrogateescape") if data is not None and b"\0" not in data[:8000] else None


def read_bytes(context: Context, path: str, limit: int = BIGGEST) -> bytes | None:
    """The file's bytes, None for what is missing, no regular file, or larger than `limit`."""
    try:
        handle = os.open(context.worktree.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
            return None
        return file.read(limit + 1)


def _old_text(context: Context, head: str, path: str) -> str | None:
    data = context.objects.blob(head, path)
    return data.decode("utf-8", "surrogateescape") if data is not None else None


def open_marks(context: Context, told: History, uncommitted: Sequence[Change]) -> tuple[OpenMark, ...]:
    """Marks added this session, committed or not, that still stand in the files, each with its line now; newest first."""
    texts: dict[str, list[str]] = {}
    found: dict[tuple[str, int, str], OpenMark] = {}
    for commit, at, change, mark in _added(context, told, uncommitted):
        if change.path not in texts:
            texts[change.path] = (read_text(context, change.path) or "").split("\n")
        line = _line_now(texts[change.path], mark)
        if line:
            inside = in_conflict("\n".join(texts[change.path]), line)
            found.setdefault((change.path, line, mark.kind), OpenMark(mark.kind, change.path, line, mark.text, mark.reason, commit, at, inside))
    return tuple(sorted(found.values(), key=lambda mark: -mark.at))


def _added(context: Context, told: History, uncommitted: Sequence[Change]) -> Iterator[tuple[str, float, Change, Mark]]:
    for change in uncommitted:
        for mark in change.marks:
            yield "", _mtime(context, change.path), change, mark
    for seen in reversed(told.counted):
        for change in seen.fact.changes:
            for mark in change.marks:
                yield seen.fact.new, seen.at, change, mark


def _mtime(context: Context, path: str) -> float:
    try:
        return context.clamp((context.worktree.root / path).lstat().st_mtime)
    except OSError:
        return context.now


def _line_now(lines: list[str], mark: Mark) -> int:
    """The line nearest to where the mark was added that still holds its text, 0 when none does."""
    words = mark.text.strip()
    holding = [number for number, line in enumerate(lines, 1) if words and words in line] if words else []
    return min(holding, key=lambda number: abs(number - mark.line), default=0)


def totals(context: Context, base: str, uncommitted: Iterable[Change]) -> tuple[tuple[str, int, int], ...]:
    """(path, added, removed) from `base` to the working tree, untracked files counted as added."""
    raw = try_diff(context.git, "--numstat", "-z", "-M", base, "--")
    counts = {path: (added, removed) for path, added, removed in _numstat(raw)}
    counts.update({change.path: (change.added, 0) for change in uncommitted if change.kind == "untracked"})
    return tuple((path, *pair) for path, pair in counts.items() if not is_handoff(path, context.directory))


def _numstat(raw: bytes) -> Iterator[tuple[str, int, int]]:
    fields = iter(raw.decode("utf-8", "surrogateescape").split("\0"))
    for field in fields:
        parts = field.split("\t", 2)
        if len(parts) != 3:
            continue
        path = parts[2]
        if not path:
            next(fields, "")
            path = next(fields, "")
        yield path, int(parts[0]) if parts[0].isdigit() else 0, int(parts[1]) if parts[1].isdigit() else 0
