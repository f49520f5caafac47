"""git's machine formats into data. Pure; never raises on any bytes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from handoffd.model.kinds import StatusKind
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass, field

_REFLOG = lazy(
    rb"^(?P<old>[0-9a-f]{40,64}) (?P<new>[0-9a-f]{40,64}) (?P<name>.*?) ?<(?P<email>[^>]*)> (?P<at>-?\d+) (?P<zone>[+-]\d{4})(?:\t(?P<message>.*))?$",
    re.S,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of `git status --porcelain=v2`. `index` and `tree` are its X and Y letters; `kind`: tracked renamed unmerged untracked. `head`: of a
    submodule, the commit that HEAD names."""

    path: str
    old_path: str = ""
    index: str = "."
    tree: str = "."
    kind: StatusKind = StatusKind.TRACKED
    submodule: bool = False
    head: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """All paths that differ, in git's order. `not_compared`: path -> content filter, of those whose content only that filter could compare.

    `head` is HEAD's commit, '' when unborn; `branch` what it is on, '' when detached. `upstream` is what the branch follows, by its short name, ''
    when it follows nothing; `level`: the two are at the same commit.
    """

    entries: tuple[Entry, ...] = ()
    head: str = ""
    branch: str = ""
    upstream: str = ""
    level: bool = False
    not_compared: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReflogLine:
    """One line of a ref's log. `at` is epoch seconds (git keeps whole ones), `zone` as written (+0100)."""

    old: str
    new: str
    name: str
    email: str
    at: float
    zone: str
    message: str


def decode(raw: bytes) -> str:
    """Text of unknown encoding: UTF-8, other bytes surrogate-escaped."""
    return raw.decode("utf-8", "surrogateescape")


def parse_reflog_line(raw: bytes) -> ReflogLine | None:
    """A line without its newline; None for what is no such line (a torn or damaged one)."""
    said = _REFLOG.match(raw)
    if not said:
        return None
    at = min(max(int(said["at"]), -(2**40)), 2**40)
    message = decode(said["message"] or b"")
    return ReflogLine(decode(said["old"]), decode(said["new"]), decode(said["name"]), decode(said["email"]), float(at), decode(said["zone"]), message)


def parse_status(raw: bytes) -> Status:
    """Output of `git status --porcelain=v2 --branch -z`; records that are not understood are left out."""
    records = raw.split(b"\0")
    heads = [decode(record).split(" ", 2) for record in itertools.takewhile(lambda record: record.startswith(b"# "), records)]
    told = {head[1]: head[2] for head in heads if len(head) == 3}
    head, branch = told.get("branch.oid", ""), told.get("branch.head", "")
    return Status(
        tuple(_entries(iter(records[len(heads) :]))),
        head="" if head == "(initial)" else head,
        branch="" if branch == "(detached)" else branch,
        upstream=told.get("branch.upstream", ""),
        level=told.get("branch.ab") == "+0 -0",
    )


def _entries(records: Iterator[bytes]) -> Iterator[Entry]:
    for record in records:
        mark = record[:2]
        if mark == b"? ":
            yield Entry(decode(record[2:]), kind=StatusKind.UNTRACKED, index="?", tree="?")
        elif mark == b"1 ":
            fields = record.split(b" ", 8)
            if len(fields) == 9:
                yield _tracked(fields, fields[8], "", StatusKind.TRACKED)
        elif mark == b"2 ":
            fields = record.split(b" ", 9)
            old = next(records, b"")
            if len(fields) == 10:
                yield _tracked(fields, fields[9], decode(old), StatusKind.RENAMED)
        elif mark == b"u ":
            fields = record.split(b" ", 10)
            if len(fields) == 11:
                yield _tracked(fields, fields[10], "", StatusKind.UNMERGED)


def _tracked(fields: list[bytes], path: bytes, old: str, kind: StatusKind) -> Entry:
    letters = decode(fields[1]).ljust(2, ".")
    submodule = fields[2].startswith(b"S")
    return Entry(decode(path), old, letters[0], letters[1], kind, submodule, decode(fields[6]) if submodule and kind != StatusKind.UNMERGED else "")


def parse_names(raw: bytes) -> tuple[str, ...]:
    """NUL separated paths."""
    return tuple(decode(path) for path in raw.split(b"\0") if path)
