"""A diff of git's into patches: `git diff --raw -z` gives names and modes exactly, the patch text that follows gives counts and hunks.

No name is read from the patch text, where odd ones are quoted: a file's patch is found by the line that git writes above it. Pure.
"""

from __future__ import annotations

import re
import sys
from collections import deque
from collections.abc import Iterator

from handoffd.git.parse import decode
from handoffd.model.change import Hunk, Patch
from handoffd.model.kinds import ChangeKind
from handoffd.model.lazy import lazy
from handoffd.model.records import replace

# More changed lines of a file than this keep their counts and places, not their texts.
MOST_LINES = 2000
LONGEST_LINE = 4000
KINDS = {
    "A": ChangeKind.CREATED,
    "M": ChangeKind.CHANGED,
    "D": ChangeKind.DELETED,
    "R": ChangeKind.RENAMED,
    "C": ChangeKind.COPIED,
    "T": ChangeKind.TYPE,
}
_ODD = lazy(rb'[\x00-\x1f"\\\x7f-\xff]')
_ESCAPES = {bytes([sign]): b"\\" + letter.encode() for sign, letter in zip(b'\a\b\t\n\v\f\r"\\', 'abtnvfr"\\', strict=True)}
_START = lazy(rb"diff --(?:git|cc|combined) ")
_HUNK = lazy(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
FLAGS = (
    "--raw",
    "-p",
    "-z",
    "-M",
    "-U0",
    "--no-color",
    "--full-index",
    "--no-abbrev",
    "--submodule=short",
)


def parse_patches(raw: bytes) -> tuple[Patch, ...]:
    """Output of `git diff` with FLAGS. Never raises; a text that does not fit its list gives patches without hunks."""
    return tuple(each_patch(raw))


def each_patch(raw: bytes) -> Iterator[Patch]:
    """The same one by one: of very many files no more than one patch need be held."""
    heads, at = _heads(raw)
    bodies = _Bodies(raw, at)
    # A conflicted path has two raw lines (U and M) and one patch; a head without a patch is told without hunks.
    left = _merged(heads)
    del heads
    while left:
        head = left.popleft()
        body = bodies.of(_title(head))
        if body or not _only_touched(head):
            yield _with_body(head, body)


def _heads(raw: bytes) -> tuple[list[Patch], int]:
    """The raw records, each `:modes oids letter NUL path NUL [path NUL]`, and where what follows them begins."""
    heads, at = [], 0
    while raw[at : at + 1] == b":":
        end = raw.find(b"\0", at)
        fields = decode(raw[at + 1 : end]).split(" ")
        if end < 0 or len(fields) != 5:
            break
        first_end = raw.find(b"\0", end + 1)
        first, at = decode(raw[end + 1 : first_end]), first_end + 1
        second = ""
        if fields[4][:1] in ("R", "C"):
            second_end = raw.find(b"\0", at)
            second, at = decode(raw[at:second_end]), second_end + 1
        if first_end < 0:
            break
        heads.append(_head(fields, first, second))
    while raw[at : at + 1] == b"\0":
        at += 1
    return heads, at


def _head(fields: list[str], first: str, second: str) -> Patch:
    kind = KINDS.get(fields[4][:1], ChangeKind.CHANGED)
    path, old = (second, first) if second else (first, "")
    # All files have the same few modes, and those that are not in git yet the same object of zeros.
    old_mode, new_mode, new_oid = map(sys.intern, (fields[0], fields[1], fields[3]))
    return Patch(path, kind, old, old_oid=fields[2], new_oid=new_oid, old_mode=old_mode, new_mode=new_mode)


def _merged(heads: list[Patch]) -> deque[Patch]:
    seen: dict[str, Patch] = {}
    for head in heads:
        seen[head.path] = head
    return deque(seen.values())


class _Bodies:
    """The patch text cut at its `diff --git` lines, by what stands on them. A content line never starts so: it has a sign in front.
    What became a link, or a file again, has two: it is taken away and made anew.

    git writes the patches in the order of its list. Where one is missed, all the others are kept until they are asked for."""

    def __init__(self, raw: bytes, at: int) -> None:
        self._parts = _parts(raw, at)
        self._next = next(self._parts, None)
        self._others: dict[bytes, bytes] = {}

    def of(self, title: bytes) -> bytes:
        """The text of the patch with this title, b"" where there is none."""
        body = b""
        while self._next is not None and self._next[0] == title:
            body += self._next[1]
            self._next = next(self._parts, None)
        if body:
            return body
        while self._next is not None:
            name, body = self._next
            self._others[name] = self._others.get(name, b"") + body
            self._next = next(self._parts, None)
        return self._others.pop(title, b"")


def _parts(raw: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    """(what stands on the `diff --git` line, what follows it) of each patch from `at` on."""
    start = _START.match(raw, at) or _next_start(raw, at)
    while start:
        after = _next_start(raw, start.end())
        title, _, body = raw[start.end() : after.start() if after else len(raw)].partition(b"\n")
        yield title, body
        start = after


def _next_start(raw: bytes, at: int) -> re.Match[bytes] | None:
    while (at := raw.find(b"\ndiff --", at) + 1) > 0:
        if start := _START.match(raw, at):
            return start
    return None


def _title(head: Patch) -> bytes:
    """What stands on the `diff --git` line of its patch."""
    return b" ".join(_quoted(f"{side}/{path}") for side, path in (("a", head.old_path or head.path), ("b", head.path)))


def _quoted(path: str) -> bytes:
    """As git quotes a path with `core.quotePath` on: in C's way, where a sign needs it."""
    raw = path.encode("utf-8", "surrogateescape")
    if not _ODD.search(raw):
        return raw
    return b'"' + _ODD.sub(lambda said: _ESCAPES.get(said[0], b"\\%03o" % said[0][0]), raw) + b'"'


def _only_touched(head: Patch) -> bool:
    """Whether a file without a patch is as it was: git lists it because its times are not those that the index knows."""
    return head.kind == ChangeKind.CHANGED and head.old_mode == head.new_mode and not head.new_oid.strip("0") and bool(head.old_oid.strip("0"))


def _with_body(head: Patch, body: bytes) -> Patch:
    binary = re.search(rb"(?m)^(?:Binary files .* differ|GIT binary patch)$", body.split(b"\n@@", 1)[0]) is not None
    hunks = tuple(_hunks(body))
    added = sum(hunk.new_count for hunk in hunks)
    removed = sum(hunk.old_count for hunk in hunks)
    if added + removed > MOST_LINES:
        hunks = tuple(replace(hunk, removed=(), added=()) for hunk in hunks[:MOST_LINES])
    return replace(head, added=added, removed=removed, binary=binary, hunks=hunks)


def _hunks(body: bytes) -> Iterator[Hunk]:
    lines = iter(body.split(b"\n"))
    for line in lines:
        said = _HUNK.match(line)
        if not said:
            continue
        old_count, new_count = int(said[2] or 1), int(said[4] or 1)
        removed, added = _sides(lines, old_count, new_count)
        yield Hunk(int(said[1]), old_count, int(said[3]), new_count, removed, added)


def _sides(lines: Iterator[bytes], old_count: int, new_count: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Exactly as many lines as the hunk's head says; `\\ No newline at end of file` counts for none."""
    removed: list[str] = []
    added: list[str] = []
    while len(removed) < old_count or len(added) < new_count:
        line = next(lines, None)
        if line is None:
            break
        text = decode(line[1 : LONGEST_LINE + 1]).removesuffix("\r")
        if line[:1] == b"-":
            removed.append(text)
        elif line[:1] == b"+":
            added.append(text)
    return tuple(removed), tuple(added)
