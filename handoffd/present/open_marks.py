"""Marks that the branch added and that still stand, each as that mark: the same words without it, a ticked box, a test without its skip are done.

commits, oldest first ─> marks by the path that they have now ─┐
uncommitted changes ───────────────────────────────────────────┴─> held against the marks of the text as it is
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from handoffd.code.conflict_markers import conflict_blocks
from handoffd.code.marks import marks_in
from handoffd.git.content import read_text, texts_in
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.change import Change, Mark
from handoffd.model.kinds import ChangeKind, FileRole
from handoffd.model.questions import AskedCommit
from handoffd.model.records import dataclass
from handoffd.model.snapshot import OpenMark

# A commit of more files is bulk: its marks are counted.
BULK = 20


@dataclass(frozen=True, slots=True)
class _Added:
    """A mark with the commit that added it, '' while uncommitted, and when. `bulk`: it came with many others."""

    mark: Mark
    commit: str
    at: float
    bulk: bool


def open_marks(
    reader: WorktreeReader, commits: Sequence[AskedCommit], uncommitted: Sequence[Change], now: float, default: str = ""
) -> tuple[OpenMark, ...]:
    """Those of the commits and of the working tree that still stand, with their line now; newest first. What the commit `default`, the tip of the
    default branch, holds too is no open work of another branch."""
    added = _by_path(reader, commits, uncommitted, now)
    found = [mark for path, marks in added.items() for mark in _standing(reader, path, marks)]
    there = _held(reader, default, {mark.path for mark in found if mark.commit}) if default else {}
    left = [mark for mark in found if not mark.commit or (mark.kind, mark.text) not in there.get(mark.path, ())]
    return tuple(sorted(left, key=lambda mark: (-mark.at, mark.path, mark.line)))


def _held(reader: WorktreeReader, commit: str, paths: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """Path -> the marks that its text in the commit holds."""
    texts = texts_in(reader, [(commit, path) for path in sorted(paths)])
    return {path: {(mark.kind, mark.text) for mark in marks_in(path, text)} for (_, path), text in texts.items()}


def _by_path(reader: WorktreeReader, commits: Sequence[AskedCommit], uncommitted: Sequence[Change], now: float) -> dict[str, list[_Added]]:
    """Marks by the path that their file has now, newest last."""
    found: dict[str, list[_Added]] = {}
    for commit in commits:
        bulk = len(commit.changes) > BULK
        for change in commit.changes:
            _take(found, change, commit.oid, commit.at, bulk)
    for change in uncommitted:
        _take(found, change, "", _written(reader, change.path, now), bulk=False)
    return found


def _take(found: dict[str, list[_Added]], change: Change, commit: str, at: float, bulk: bool) -> None:
    if change.kind == ChangeKind.RENAMED and change.old_path in found:
        found.setdefault(change.path, []).extend(found.pop(change.old_path))
    if change.marks:
        generated = bulk or change.role == FileRole.GENERATED
        found.setdefault(change.path, []).extend(_Added(mark, commit, at, generated) for mark in change.marks)


def _written(reader: WorktreeReader, path: str, now: float) -> float:
    try:
        return min((reader.worktree.root / path).lstat().st_mtime, now)
    except OSError:
        return now


def _standing(reader: WorktreeReader, path: str, added: Sequence[_Added]) -> list[OpenMark]:
    """Each standing mark once: of equal ones that were added, the newest that is nearest to it."""
    text = read_text(reader, path)
    if text is None:
        return []
    there: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks_in(path, text):
        there.setdefault((mark.kind, mark.text), []).append(mark)
    blocks = conflict_blocks(text)
    found = []
    for one in reversed(added):
        standing = there.get((one.mark.kind, one.mark.text))
        if standing:
            mark = min(standing, key=lambda mark: abs(mark.line - one.mark.line))
            standing.remove(mark)
            inside = any(first <= mark.line <= last for first, last in blocks)
            found.append(_open(path, mark, one, inside))
    return found


def _open(path: str, mark: Mark, one: _Added, inside: bool) -> OpenMark:
    return OpenMark(mark.kind, path, mark.line, mark.text, mark.reason, one.commit, one.at, inside, mark.word, mark.name, one.bulk)
