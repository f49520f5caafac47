"""Commit facts and blobs. pygit2 answers in-process where it can open the repository, else the command line does, equally.

Both read objects only: what the working tree or the index holds is asked of git (`status.py`). Missing objects are None or empty,
never fetched, never a traceback.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Protocol

import pygit2

from handoffd.git.parse import decode
from handoffd.git.patches import FLAGS, MOST_LINES, parse_patches
from handoffd.git.repository import Worktree
from handoffd.git.run import Git
from handoffd.git.status import base_or_empty, diff
from handoffd.model.change import Hunk, Patch
from handoffd.model.errors import UserError

LARGEST_BLOB = 4 * 1024 * 1024
_TRAILER = re.compile(r"^(?P<key>[A-Za-z][A-Za-z0-9-]*): +(?P<value>\S.*)$")
_LETTERS = {"A": "created", "M": "changed", "D": "deleted", "R": "renamed", "C": "copied", "T": "type"}
# As git's own default: hunks slide to where indentation says that a block begins.
_HEURISTIC = pygit2.enums.DiffOption.INDENT_HEURISTIC
_HEX = re.compile(r"^[0-9a-f]{40,64}$")


@dataclass(frozen=True, slots=True)
class CommitFacts:
    """A commit. Times are epoch seconds; `body` is the message below the subject; `trailers` are its last block of `Key: value` lines."""

    oid: str
    parents: tuple[str, ...]
    tree: str
    subject: str
    body: str
    trailers: tuple[tuple[str, str], ...]
    author: str
    email: str
    author_at: float
    committer_at: float


class _Backend(Protocol):
    def commit(self, oid: str) -> CommitFacts | None: ...

    def patches(self, facts: CommitFacts) -> tuple[Patch, ...]: ...

    def blob(self, commit: str, path: str) -> bytes | None: ...


class Objects:
    """Questions about objects of one repository. Not for several threads at once."""

    def __init__(self, worktree: Worktree, git: Git, use_pygit2: bool = True) -> None:
        self._cli: _Backend = _CommandLine(git)
        self._fast: _Backend | None = _open(worktree) if use_pygit2 else None
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
        if self._fast is not None and _HEX.match(commit):
            found = self._fast.blob(commit, path)
            if found is not None:
                return found
        return self._cli.blob(commit, path)

    def blob_oid(self, data: bytes) -> str:
        """The name git gives a blob of these bytes, no filter applied."""
        digest = hashlib.new(self._digest, usedforsecurity=False)
        digest.update(b"blob %d\0" % len(data) + data)
        return digest.hexdigest()


def _open(worktree: Worktree) -> _Backend | None:
    """pygit2's view, None where it cannot open the repository or is known to answer wrongly (reftable, sha256)."""
    if worktree.object_format != "sha1" or worktree.ref_format != "files":
        return None
    try:
        return _InProcess(pygit2.Repository(str(worktree.git_dir)))
    except (pygit2.GitError, KeyError, ValueError, OSError, UnicodeError):
        return None


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
        message = _message(found.raw_message, found.message_encoding)
        author, email = decode(found.author.raw_name), decode(found.author.raw_email)
        return _facts(oid, parents, str(found.tree_id), message, author, email, found.author.time, found.commit_time)

    def patches(self, facts: CommitFacts) -> tuple[Patch, ...]:
        tree = self._tree(facts.oid)
        if not facts.parents:
            return self._diff(tree.diff_to_tree(flags=_HEURISTIC, context_lines=0, interhunk_lines=0, swap=True))
        diffs = [self._diff(self._tree(parent).diff_to_tree(tree, context_lines=0, interhunk_lines=0)) for parent in facts.parents]
        return _in_all(diffs)

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


class _CommandLine:
    """The user's git, for what pygit2 cannot open."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def commit(self, oid: str) -> CommitFacts | None:
        raw = self._git.try_run(
            "show", "-s", "--no-show-signature", "--encoding=UTF-8", "--format=%P%x00%T%x00%an%x00%ae%x00%at%x00%ct%x00%B", oid, "--"
        )
        fields = decode(raw or b"").split("\0", 6)
        if len(fields) != 7:
            return None
        parents = tuple(fields[0].split())
        return _facts(oid, parents, fields[1], fields[6], fields[2], fields[3], _number(fields[4]), _number(fields[5]))

    def patches(self, facts: CommitFacts) -> tuple[Patch, ...]:
        olds = facts.parents or (base_or_empty(self._git, "no such commit"),)
        found = []
        for old in olds:
            try:
                found.append(parse_patches(diff(self._git, *FLAGS, old, facts.oid, "--")))
            except UserError:
                return ()
        return _in_all(found)

    def blob(self, commit: str, path: str) -> bytes | None:
        name = f"{commit}:{path}"
        if "\n" in name or "\0" in name:
            return self._git.try_run("show", "--no-textconv", name) if "\0" not in name else None
        raw = self._git.try_run("cat-file", "-s", name)
        if raw is None or not raw.strip().isdigit() or int(raw) > LARGEST_BLOB:
            return None
        return self._git.try_run("cat-file", "blob", name)


def _number(text: str) -> float:
    return float(text) if text.lstrip("-").isdigit() else 0.0


def _in_all(found: list[tuple[Patch, ...]]) -> tuple[Patch, ...]:
    """Patches against the first parent of the paths that are in every parent's diff."""
    first, *others = found
    for patches in others:
        paths = {patch.path for patch in patches}
        first = tuple(patch for patch in first if patch.path in paths)
    return first


def _message(raw: bytes, encoding: str | None) -> str:
    if encoding and encoding.lower() not in ("utf-8", "utf8"):
        try:
            return raw.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            return decode(raw)
    return decode(raw)


def _facts(
    oid: str, parents: tuple[str, ...], tree: str, message: str, author: str, email: str, author_at: float, committer_at: float
) -> CommitFacts:
    # git's own subject: the first paragraph, its lines joined by a space.
    text = message.strip("\n").replace("\r\n", "\n")
    first, _, body = text.partition("\n\n")
    subject = " ".join(first.split("\n")).strip()
    body = body.strip("\n")
    return CommitFacts(oid, parents, tree, subject, body, trailers_of(body), author, email, float(author_at), float(committer_at))


def trailers_of(body: str) -> tuple[tuple[str, str], ...]:
    """The last paragraph's `Key: value` lines, when all its lines are such or continue one (start with a space)."""
    last = body.rstrip().rpartition("\n\n")[2]
    found: list[tuple[str, str]] = []
    for line in last.split("\n"):
        said = _TRAILER.match(line)
        if said:
            found.append((said["key"], said["value"].strip()))
        elif line.startswith((" ", "\t")) and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        else:
            return ()
    return tuple(found)


__all__ = ["CommitFacts", "Objects", "trailers_of"]
