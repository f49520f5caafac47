"""Commit facts and blobs. pygit2 answers in-process where it can open the repository, else the command line does, equally.

Both read objects only: what the working tree or the index holds is asked of git (`status.py`). Missing objects are None or empty,
never fetched, never a traceback.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import pygit2

from handoffd.git.commits import LARGEST_BLOB, BlobName, CommandLine, CommitFacts, facts_of, in_all, message_of, text_of, trailers_of
from handoffd.git.parse import decode
from handoffd.git.patches import MOST_LINES
from handoffd.git.repository import Worktree
from handoffd.git.run import Git
from handoffd.model.change import Hunk, Patch

_LETTERS = {"A": "created", "M": "changed", "D": "deleted", "R": "renamed", "C": "copied", "T": "type"}
# As git's own default: hunks slide to where indentation says that a block begins. A link in place of a file is told as such.
_OPTIONS = pygit2.enums.DiffOption.INDENT_HEURISTIC | pygit2.enums.DiffOption.INCLUDE_TYPECHANGE
_HEX = re.compile(r"^[0-9a-f]{40,64}$")


class Objects:
    """Questions about objects of one repository. Not for several threads at once."""

    def __init__(self, worktree: Worktree, git: Git, use_pygit2: bool = True) -> None:
        self._git = git
        self._cli = CommandLine(git, worktree.common_dir / "shallow")
        self._fast = _open(worktree) if use_pygit2 else None
        self._digest = worktree.object_format
        self._seen: dict[str, CommitFacts] = {}

    def commit(self, oid: str) -> CommitFacts | None:
        """The commit's facts, None when its object is missing or no commit."""
        if not _HEX.match(oid) or not oid.strip("0"):
            return None
        if oid not in self._seen:
            found = (self._fast.commit(oid) if self._fast else None) or self._cli.commit(oid)
            if found is None:
                return None
            if len(self._seen) > 5000:
                self._seen.clear()
            self._seen[oid] = found
        return self._seen[oid]

    def patches(self, oid: str) -> tuple[Patch, ...]:
        """What the commit changed against its first parent, renames found, without context. Of a merge only the files that differ
        from every parent: what came with a parent is told by that parent's own commits."""
        facts = self.commit(oid)
        if facts is None:
            return ()
        if self._fast is not None:
            try:
                return self._fast.patches(facts)
            except (pygit2.GitError, KeyError, ValueError, OSError):
                pass  # a shape that pygit2 does not know: the command line answers
        return self._cli.patches(facts)

    def blob(self, commit: str, path: str) -> bytes | None:
        """The file's bytes in a commit (any name git understands), None when it is missing, no file, or above 4 MB."""
        return self.blobs([(commit, path)]).get((commit, path))

    def blobs(self, names: Sequence[BlobName]) -> dict[BlobName, bytes]:
        """The same of many files at once: those that are there."""
        fast, found = self._fast, dict[BlobName, bytes]()
        if fast is not None:
            found = {name: data for name in names if _HEX.match(name[0]) and (data := fast.blob(*name)) is not None}
        missing = [name for name in names if name not in found]
        return found | self._cli.blobs(missing) if missing else found

    def known(self, oid: str) -> bool:
        """Whether the repository has an object of this full name."""
        return self._git.try_run("cat-file", "-e", oid) is not None

    def blob_oid(self, data: bytes) -> str:
        """The name git gives a blob of these bytes, no filter applied."""
        digest = hashlib.new(self._digest, usedforsecurity=False)
        digest.update(b"blob %d\0" % len(data) + data)
        return digest.hexdigest()


def _open(worktree: Worktree) -> _InProcess | None:
    """pygit2's view, None where it cannot open the repository (reftable, sha256) or answers otherwise than git (replaced objects)."""
    if worktree.object_format != "sha1" or worktree.ref_format != "files" or _replaces(worktree.common_dir):
        return None
    try:
        return _InProcess(pygit2.Repository(str(worktree.git_dir)))
    except (pygit2.GitError, KeyError, ValueError, OSError, UnicodeError):
        return None


def _replaces(common_dir: Path) -> bool:
    """Whether objects are replaced by others, which git honours and pygit2 does not."""
    try:
        return (common_dir / "refs" / "replace").is_dir() or b" refs/replace/" in (common_dir / "packed-refs").read_bytes()
    except OSError:
        return False


class _InProcess:
    """pygit2."""

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

    def patches(self, facts: CommitFacts) -> tuple[Patch, ...]:
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

    def _tree(self, oid: str) -> pygit2.Tree:
        found = self._repository[oid]
        return found.peel(pygit2.Tree)

    def _diff(self, diff: pygit2.Diff) -> tuple[Patch, ...]:
        if any(delta.status is pygit2.enums.DeltaStatus.TYPECHANGE for delta in diff.deltas):
            raise ValueError("pygit2 shows no content of what became a link, or a file again")
        diff.find_similar(flags=pygit2.enums.DiffFind.FIND_RENAMES)
        return tuple(_patch(patch) for patch in diff if patch is not None)


def _child(entry: pygit2.Object, part: bytes) -> pygit2.Object:
    if not isinstance(entry, pygit2.Tree):
        raise KeyError(part)
    try:
        return entry[part.decode("utf-8")]
    except UnicodeDecodeError:
        return next(child for child in entry if child.raw_name == part)


def _patch(patch: pygit2.Patch) -> Patch:
    delta = patch.delta
    old, new = decode(delta.old_file.raw_path), decode(delta.new_file.raw_path)
    kind = _LETTERS.get(delta.status_char(), "changed")
    moved = kind in ("renamed", "copied")
    _, added, removed = patch.line_stats
    hunks = tuple(_hunk(hunk, added + removed <= MOST_LINES) for hunk in patch.hunks[:MOST_LINES])
    return Patch(
        new if kind != "deleted" else old,
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
    return decode(line.raw_content[:4000]).removesuffix("\n").removesuffix("\r")


__all__ = ["CommitFacts", "Objects", "trailers_of"]
