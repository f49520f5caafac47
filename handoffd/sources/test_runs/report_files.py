"""Report files: those of the worktree that match a pattern, and what one of them says."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from handoffd.files.safe_open import open_regular
from handoffd.model.records import dataclass
from handoffd.sources.test_runs.formats.all_formats import all_formats
from handoffd.sources.test_runs.formats.format import Foreign, Format, Refused, Report, check_size
from handoffd.sources.test_runs.text_budget import TextBudget

FILES = 2000
_PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report as read: `path` relative to the worktree, `format` the name of its format."""

    path: str
    mtime_ns: int
    digest: str
    format: str
    report: Report

    @property
    def mtime(self) -> float:
        """Epoch seconds."""
        return self.mtime_ns / 1e9


def matches(root: Path, pattern: str) -> list[str]:
    """Paths of regular files that match, in order. `*` stands for part of one name. A pattern that leads outside or anywhere matches nothing."""
    parts = pattern.split("/")
    if pattern.startswith("/") or ".." in parts or "**" in parts or not all(parts):
        return []
    found = [""]
    for number, part in enumerate(parts, 1):
        found = [path for folder in found for path in _named(root, folder, part, number == len(parts))][:FILES]
    top = os.path.realpath(root) + os.sep
    return sorted(path for path in found if os.path.realpath(root / path).startswith(top))


def read_file(
    root: Path, path: str, before: Mapping[str, Any], failing: frozenset[str], budget: TextBudget
) -> tuple[dict[str, Any] | None, ReportFile | None]:
    """What to keep of the file for the next scan, and the report if the file is another than `before`. Nothing is kept of a file that cannot be
    opened."""
    try:
        # Links within the worktree are followed, and only those: `matches` knows where they lead.
        file = open_regular(os.path.realpath(root / path))
    except OSError:
        return None, None
    with file:
        stamp = _stamp(file)
        if stamp == {name: before.get(name) for name in stamp}:
            return dict(before), None
        found = _parsed(file, path, stamp["size"], failing, budget)
        if _stamp(file) != stamp:  # it is being written
            return {}, None
    if isinstance(found, Refused):
        return (stamp if isinstance(found, Foreign) else {**stamp, "refused": str(found)[:200]}), None
    digest, known, report = found
    return {**stamp, "digest": digest}, ReportFile(path, stamp["mtime_ns"], digest, known.name, report)


def _stamp(file: BinaryIO) -> dict[str, Any]:
    """What tells one state of a file from another."""
    status = os.fstat(file.fileno())
    return {"inode": status.st_ino, "size": status.st_size, "mtime_ns": status.st_mtime_ns}


def _parsed(file: BinaryIO, path: str, size: int, failing: frozenset[str], budget: TextBudget) -> tuple[str, Format, Report] | Refused:
    """The digest of the bytes, the format and the report, read piece by piece."""
    digest = hashlib.blake2b(digest_size=12)

    def pieces() -> Iterator[bytes]:
        while piece := file.read(_PIECE):
            digest.update(piece)
            yield piece

    try:
        check_size(size)
        rest = pieces()
        first = next(rest, b"")
        known = format_of(path, first)
        report = known.parse(chain([first], rest), failing, budget)
    except Refused as why:
        return why
    for _ in rest:  # the digest is of all bytes, whatever the format needed
        pass
    return digest.hexdigest(), known, report


def format_of(path: str, first: bytes) -> Format:
    """The format of a file that begins with these bytes. Raises Refused."""
    for known in all_formats():
        if known.recognises(path, first):
            return known
    raise Refused("it is in no report format that is known")


def _named(root: Path, folder: str, pattern: str, last: bool) -> Iterator[str]:
    """Entries of a folder that match one part of a pattern: folders, at the end regular files. A plain name costs no listing."""
    wild = any(sign in pattern for sign in "*?[")
    try:
        names = sorted(os.listdir(root / folder)) if wild else [pattern]
    except OSError:
        return
    for name in names:
        if wild and (not fnmatchcase(name, pattern) or (name.startswith(".") and not pattern.startswith("."))):
            continue
        path = f"{folder}/{name}" if folder else name
        if _is_right(root / path, last):
            yield path


def _is_right(path: Path, last: bool) -> bool:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(mode) if last else stat.S_ISDIR(mode)
