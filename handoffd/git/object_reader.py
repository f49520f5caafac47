"""Commit facts and blobs by the user's git, for every format it knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from handoffd.files.safe_open import read_regular
from handoffd.git.parse import decode
from handoffd.git.patches import FLAGS, parse_patches
from handoffd.git.run import Git
from handoffd.git.status import base_or_empty, diff
from handoffd.model.change import Patch
from handoffd.model.errors import UserError
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass

LARGEST_BLOB = 4 * 1024 * 1024
# Of a longer message only its two ends are read, in bytes.
LONGEST_MESSAGE = 1024 * 1024
_CHUNK = 100
_TRAILER = lazy(r"^(?P<key>[A-Za-z][A-Za-z0-9-]*): +(?P<value>\S.*)$")
_PERSON = lazy(rb"^(?P<name>.*?) ?<(?P<email>[^>]*)> ?(?P<at>-?\d+)?", re.S)

BlobName = tuple[str, str]
"""A commit (any name git understands) and a path."""


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


class CommandLine:
    """The user's git, for what pygit2 cannot open. `shallow` is the file that names the commits whose parents were not fetched."""

    def __init__(self, git: Git, shallow: Path) -> None:
        self._git = git
        self._shallow = shallow

    def commit(self, oid: str) -> CommitFacts | None:
        # The object itself: `git show` fails where a parent is missing.
        raw = self._git.try_run("cat-file", "--batch", input=f"{oid}\n".encode()) or b""
        head, _, data = raw.partition(b"\n")
        if head.split(b" ")[1:2] != [b"commit"]:
            return None
        return _parsed(oid, data.removesuffix(b"\n"), self._is_cut(oid))

    def _is_cut(self, oid: str) -> bool:
        try:
            return oid.encode() in read_regular(self._shallow).split()
        except OSError:
            return False

    def patches(self, facts: CommitFacts) -> tuple[Patch, ...]:
        olds = facts.parents or (base_or_empty(self._git, "no such commit"),)
        found = []
        for old in olds:
            try:
                found.append(parse_patches(diff(self._git, *FLAGS, old, facts.oid, "--")))
            except UserError:
                return ()
        return in_all(found)

    def holds(self, old: str, new: str, tip: str) -> bool | None:
        """Whether the commit `tip` has each path that changed from `old` to `new` as `new` has it. pygit2 merges within a file and can say yes more
        often; git's own way of merging runs programs of the repository. None where git says nothing."""
        changed = self._entries(old or base_or_empty(self._git, "no such commit"), new)
        missing = self._entries(tip, new) if changed else {}
        return None if changed is None or missing is None else not set(changed) & set(missing)

    def _entries(self, old: str, new: str) -> dict[bytes, bytes] | None:
        """Path -> its entry, of all that differs between two trees."""
        raw = self._git.try_run("diff-tree", "-r", "-z", "--no-renames", "--no-commit-id", old, new, "--")
        if raw is None:
            return None
        parts = raw.split(b"\0")
        return dict(zip(parts[1::2], parts[::2], strict=False))

    def blobs(self, names: Sequence[BlobName]) -> dict[BlobName, bytes]:
        """Those that are there, are files and not above `LARGEST_BLOB`: two processes a hundred names."""
        plain = [name for name in dict.fromkeys(names) if not {"\n", "\0"} & {*name[0], *name[1]}]
        found: dict[BlobName, bytes] = {}
        for start in range(0, len(plain), _CHUNK):
            found |= self._blobs(plain[start : start + _CHUNK])
        # A batch takes a name a line.
        for commit, path in (name for name in names if "\n" in name[1]):
            raw = self._git.try_run("show", "--no-textconv", f"{commit}:{path}")
            if raw is not None and len(raw) <= LARGEST_BLOB:
                found[commit, path] = raw
        return found

    def _blobs(self, names: Sequence[BlobName]) -> dict[BlobName, bytes]:
        asked = "".join(f"{commit}:{path}\n" for commit, path in names).encode("utf-8", "surrogateescape")
        heads = (self._git.try_run("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", input=asked) or b"").splitlines()
        small = {name: oid for name, head in zip(names, heads, strict=False) if (oid := _small_blob(head))}
        raw = self._git.try_run("cat-file", "--batch", input=b"".join(oid + b"\n" for oid in small.values())) if small else None
        return dict(zip(small, _contents(raw or b""), strict=False))


def _small_blob(head: bytes) -> bytes:
    """The object name in a line of `cat-file --batch-check`, empty when it is no blob, or too large."""
    fields = head.split(b" ")
    return fields[0] if len(fields) == 3 and fields[1] == b"blob" and int(fields[2]) <= LARGEST_BLOB else b""


def _contents(raw: bytes) -> Iterator[bytes]:
    """The objects of `cat-file --batch`, each below a line that ends in its size."""
    at = 0
    while (end := raw.find(b"\n", at)) >= 0:
        size = raw[at:end].rpartition(b" ")[2]
        if not size.isdigit():
            return
        yield raw[end + 1 : end + 1 + int(size)]
        at = end + 2 + int(size)


def _parsed(oid: str, data: bytes, cut: bool) -> CommitFacts:
    """A commit object's bytes. `cut`: its parents are not there, by the user's wish."""
    heads, _, message = data.partition(b"\n\n")
    lines = [line.partition(b" ") for line in heads.split(b"\n")]
    first = {name: value for name, _, value in reversed(lines)}
    encoding = decode(first.get(b"encoding", b"")) or None
    parents = () if cut else tuple(decode(value) for name, _, value in lines if name == b"parent")
    author, committer = _PERSON.match(first.get(b"author", b"")), _PERSON.match(first.get(b"committer", b""))
    name, email = (text_of(author["name"], encoding), text_of(author["email"], encoding)) if author else ("", "")
    times = [float(person["at"] or 0) if person else 0.0 for person in (author, committer)]
    return facts_of(oid, parents, decode(first.get(b"tree", b"")), message_of(message, encoding), name, email, *times)


def in_all(found: list[tuple[Patch, ...]]) -> tuple[Patch, ...]:
    """Patches against the first parent of the paths that are in every parent's diff."""
    first, *others = found
    for patches in others:
        paths = {patch.path for patch in patches}
        first = tuple(patch for patch in first if patch.path in paths)
    return first


def text_of(raw: bytes, encoding: str | None) -> str:
    """As the commit says that it is encoded, else UTF-8."""
    if encoding and encoding.lower() not in ("utf-8", "utf8"):
        try:
            return raw.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            return decode(raw)
    return decode(raw)


def message_of(raw: bytes, encoding: str | None) -> str:
    """The message; of one of megabytes its beginning and, below an empty line, whole lines of its end, where the trailers are."""
    if len(raw) <= LONGEST_MESSAGE:
        return text_of(raw, encoding)
    half = LONGEST_MESSAGE // 2
    end = raw[-half:].partition(b"\n")[2]
    return text_of(raw[:half] + b"\n\n" + end, encoding)


def facts_of(
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
