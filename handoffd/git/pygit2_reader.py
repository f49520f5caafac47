"""pygit2: objects read in this process. None stands for every shape that it does not know or answers otherwise than git; the command line
(`object_reader.py`) is asked then. Imported only when an object is asked for: it takes as long to load as everything else of a command line."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import pygit2

from handoffd.files.safe_open import read_regular
from handoffd.git.object_reader import LARGEST_BLOB, CommitFacts, facts_of, in_all, message_of, text_of
from handoffd.git.parse import decode
from handoffd.git.patches import KINDS, LONGEST_LINE, MOST_LINES
from handoffd.git.repository import Worktree
from handoffd.model.change import Hunk, Patch
from handoffd.model.kinds import ChangeKind

# As git's own default: hunks slide to where indentation says that a block begins. A link in place of a file is told as such.
_OPTIONS = pygit2.enums.DiffOption.INDENT_HEURISTIC | pygit2.enums.DiffOption.INCLUDE_TYPECHANGE

# Bytes of objects that libgit2 keeps over all repositories, by its own count, a fourth of what they take. Its own limit is 256 MB: a daemon that
# runs for weeks would grow with every commit it looks at. Without any, reading commits takes an eighth longer.
KEPT = 64 * 1024
# Files of one change that are merged.
MOST_MERGED = 400
pygit2.settings.cache_max_size(KEPT)


def in_process(worktree: Worktree) -> InProcess | None:
    """pygit2's view, None where it cannot open the repository (reftable, sha256) or answers otherwise than git (replaced objects)."""
    if worktree.object_format != "sha1" or worktree.ref_format != "files" or _replaces(worktree.common_dir):
        return None
    try:
        return InProcess(pygit2.Repository(str(worktree.git_dir)))
    except (pygit2.GitError, KeyError, ValueError, OSError, UnicodeError):
        return None


def _replaces(common_dir: Path) -> bool:
    """Whether objects are replaced by others, which git honours and pygit2 does not."""
    try:
        return (common_dir / "refs" / "replace").is_dir() or b" refs/replace/" in read_regular(common_dir / "packed-refs")
    except OSError:
        return False


class InProcess:
    """One repository. Commits are asked for by full names."""

    def __init__(self, repository: pygit2.Repository) -> None:
        self._repository = repository

    def commit(self, oid: str) -> CommitFacts | None:
        try:
            found = self._repository.get(oid)
        except (pygit2.GitError, ValueError, KeyError):
            return None
        if not isinstance(found, pygit2.Commit):
            return None
        parents = tuple(str(parent) for parent in found.parent_ids)
        message = message_of(found.raw_message, found.message_encoding)
        author, email = text_of(found.author.raw_name, found.message_encoding), text_of(found.author.raw_email, found.message_encoding)
        return facts_of(oid, parents, str(found.tree_id), message, author, email, found.author.time, found.commit_time)

    def patches(self, facts: CommitFacts) -> tuple[Patch, ...] | None:
        """As `Objects.patches`."""
        try:
            return self._patches(facts)
        except (pygit2.GitError, KeyError, ValueError, OSError):
            return None

    def _patches(self, facts: CommitFacts) -> tuple[Patch, ...]:
        tree = self._tree(facts.oid)
        if not facts.parents:
            return self._diff(tree.diff_to_tree(flags=_OPTIONS, context_lines=0, interhunk_lines=0, swap=True))
        diffs = [self._diff(self._tree(parent).diff_to_tree(tree, flags=_OPTIONS, context_lines=0, interhunk_lines=0)) for parent in facts.parents]
        return in_all(diffs)

    def blob(self, commit: str, path: str) -> bytes | None:
        try:
            entry: pygit2.Object = self._tree(commit)
            for part in path.encode("utf-8", "surrogateescape").split(b"/"):
                entry = _child(entry, part)
        except (pygit2.GitError, KeyError, ValueError, TypeError, UnicodeError):
            return None
        if not isinstance(entry, pygit2.Blob) or entry.size > LARGEST_BLOB:
            return None
        return bytes(entry.data)

    def holds(self, old: str, new: str, tip: str) -> bool | None:
        """As `Objects.holds`."""
        try:
            return holds(self._repository, self._tree(old) if old else None, self._tree(new), self._tree(tip))
        except (pygit2.GitError, KeyError, ValueError, OSError, UnicodeError):
            return None

    def _tree(self, oid: str) -> pygit2.Tree:
        found = self._repository[oid]
        return found.peel(pygit2.Tree)

    def _diff(self, diff: pygit2.Diff) -> tuple[Patch, ...]:
        if any(delta.status is pygit2.enums.DeltaStatus.TYPECHANGE for delta in diff.deltas):
            raise ValueError("pygit2 shows no content of what became a link, or a file again")
        diff.find_similar(flags=pygit2.enums.DiffFind.FIND_RENAMES)
        return tuple(_patch(patch) for patch in diff if patch is not None)


def holds(repository: pygit2.Repository, old: pygit2.Tree | None, new: pygit2.Tree, tip: pygit2.Tree) -> bool | None:
    """Applying the change from `old` to `new` to `tip` changes nothing. Files are merged one by one in memory: to merge whole trees would write
    objects. None where there are too many files."""
    if new.id == tip.id:
        return True
    diff = old.diff_to_tree(new, context_lines=0) if old is not None else new.diff_to_tree(context_lines=0, swap=True)
    deltas = list(itertools.islice(diff.deltas, MOST_MERGED + 1))
    if len(deltas) > MOST_MERGED:
        return None
    paths = dict.fromkeys(path for delta in deltas for path in (delta.old_file.raw_path, delta.new_file.raw_path) if path)
    return all(_held(repository, path, _entry(old, path), _entry(new, path), _entry(tip, path)) for path in paths)


def _entry(tree: pygit2.Tree | None, path: bytes) -> pygit2.Object | None:
    entry: pygit2.Object | None = tree
    try:
        for part in path.split(b"/"):
            entry = _child(entry, part) if entry is not None else None
    except KeyError:
        return None
    return entry


def _held(repository: pygit2.Repository, path: bytes, old: pygit2.Object | None, new: pygit2.Object | None, tip: pygit2.Object | None) -> bool:
    if _same(new, tip):
        return True
    if old is None or new is None or tip is None or _same(old, tip) or not all(isinstance(one, pygit2.Blob) for one in (old, new, tip)):
        return False
    name = path.decode("utf-8", "replace")
    ancestor, ours, theirs = (pygit2.IndexEntry(name, one.id, one.filemode) for one in (old, tip, new))
    merged = repository.merge_file_from_index(ancestor, ours, theirs, use_deprecated=False)
    assert isinstance(tip, pygit2.Blob)
    return bool(merged.automergeable) and merged.contents.encode("utf-8", "surrogateescape") == bytes(tip.data)


def _same(one: pygit2.Object | None, other: pygit2.Object | None) -> bool:
    return (one.id, one.filemode) == (other.id, other.filemode) if one is not None and other is not None else one is other


def _child(entry: pygit2.Object, part: bytes) -> pygit2.Object:
    if not isinstance(entry, pygit2.Tree):
        raise KeyError(part)
    try:
        # pygit2 1.21 never gives back the name that it is asked for: one for each name instead of one for each question.
        return entry[sys.intern(part.decode("utf-8"))]
    except UnicodeDecodeError:
        return next(child for child in entry if child.raw_name == part)


def _patch(patch: pygit2.Patch) -> Patch:
    delta = patch.delta
    old, new = decode(delta.old_file.raw_path), decode(delta.new_file.raw_path)
    kind = KINDS.get(delta.status_char(), ChangeKind.CHANGED)
    moved = kind in (ChangeKind.RENAMED, ChangeKind.COPIED)
    _, added, removed = patch.line_stats
    hunks = tuple(_hunk(hunk, added + removed <= MOST_LINES) for hunk in patch.hunks[:MOST_LINES])
    return Patch(
        new if kind != ChangeKind.DELETED else old,
        kind,
        old if moved else "",
        added,
        removed,
        bool(delta.is_binary),
        str(delta.old_file.id),
        str(delta.new_file.id),
        f"{delta.old_file.mode:06o}",
        f"{delta.new_file.mode:06o}",
        hunks,
    )


def _hunk(hunk: pygit2.DiffHunk, whole: bool) -> Hunk:
    lines = hunk.lines if whole else []
    removed = tuple(_line(line) for line in lines if line.origin == "-")
    added = tuple(_line(line) for line in lines if line.origin == "+")
    return Hunk(hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines, removed, added)


def _line(line: pygit2.DiffLine) -> str:
    return decode(line.raw_content[:LONGEST_LINE]).removesuffix("\n").removesuffix("\r")
