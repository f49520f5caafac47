"""Reading one of git's logs so that each line is reported exactly once, whatever happened to the file between two scans.

A line's natural key is its digest and its number among equal lines of the file. The cursor (inode, size, mtime, the bytes before the offset) only
saves work. `git gc` writes a line without a message anew with a tab at its end, so that tab is no part of the key. A file that was expired, rewritten
or replaced is read from the start; the journal then leaves out the keys that it knows.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from handoffd.files.safe_open import open_linked
from handoffd.model.records import dataclass

TAIL = 4096
LIMIT = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LogLine:
    """One whole line without its newline. `digest` and `number` make its key; `fresh`: it stands after all that was read before."""

    raw: bytes
    digest: str
    number: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class LogRead:
    """Lines that may be new, in file order, and the cursor to keep. `changed` is False when the file is as it was. `torn`: the line that was the last
    one before is gone."""

    lines: tuple[LogLine, ...]
    cursor: Mapping[str, Any]
    changed: bool
    torn: bool = False


def read_log(path: Path, cursor: Mapping[str, Any] | None) -> LogRead:
    """Lines that may be new since `cursor`; a missing or unreadable file has none and keeps the cursor."""
    before = dict(cursor or {})
    try:
        with open_linked(path) as log:
            stat = path.stat()
            if (stat.st_ino, stat.st_size, stat.st_mtime_ns) == (before.get("inode"), before.get("size"), before.get("mtime")):
                return LogRead((), before, False)
            data = log.read(LIMIT)
    except OSError:
        return LogRead((), before, False)
    # Where the last line is still being written, size and mtime must not claim that all was read.
    complete = not data or data.endswith(b"\n")
    return _read(data, before, {"inode": stat.st_ino, "size": len(data) if complete else -1, "mtime": stat.st_mtime_ns})


def read_answer(ask: Callable[[], bytes], stamp: str, cursor: Mapping[str, Any] | None) -> LogRead:
    """The same for a log that git does not keep in a file of its own. git is asked only if `stamp`, which changes with the log, has changed."""
    before = dict(cursor or {})
    return LogRead((), before, False) if before.get("stamp") == stamp else _read(ask(), before, {"stamp": stamp})


def _read(data: bytes, before: Mapping[str, Any], stamp: Mapping[str, Any]) -> LogRead:
    whole = data[: data.rfind(b"\n") + 1]
    offset = int(before.get("offset", 0))
    good = offset <= len(whole) and before.get("before") == _digest(whole[max(0, offset - TAIL) : offset])
    lines = _after(whole, offset) if good else _all(whole, str(before.get("last", "")))
    torn = not good and bool(before.get("last")) and all(line.digest != before["last"] for line in lines)
    return LogRead(tuple(lines), {**before, **stamp, **_end(whole)}, True, torn)


def log_lines(whole: bytes) -> tuple[LogLine, ...]:
    """All lines of a log, as if none had been read before."""
    return tuple(_after(whole, 0))


def _end(whole: bytes) -> dict[str, Any]:
    """How far a log was read, for the cursor."""
    last = _digest(_without_tab(whole[:-1].rsplit(b"\n", 1)[-1])) if whole else ""
    return {"offset": len(whole), "before": _digest(whole[-TAIL:]), "last": last}


def _after(whole: bytes, offset: int) -> list[LogLine]:
    head, seen, lines = whole[:offset], Counter[bytes](), []
    for raw in map(_without_tab, whole[offset:].split(b"\n")[:-1]):
        if raw not in seen:
            seen[raw] = _occurrences(head, raw)
        seen[raw] += 1
        lines.append(LogLine(raw, _digest(raw), seen[raw], True))
    return lines


def _occurrences(head: bytes, raw: bytes) -> int:
    return [_without_tab(line) for line in head.split(b"\n")].count(raw) if raw in head else 0


def _all(whole: bytes, last: str) -> list[LogLine]:
    seen, lines, fresh = Counter[bytes](), [], False
    for raw in map(_without_tab, whole.split(b"\n")[:-1]):
        seen[raw] += 1
        lines.append(LogLine(raw, _digest(raw), seen[raw], False))
    for place in range(len(lines) - 1, -1, -1):
        if last and lines[place].digest == last:
            fresh = True
            break
    if not fresh:
        return lines
    return [line if at <= place else LogLine(line.raw, line.digest, line.number, True) for at, line in enumerate(lines)]


def _without_tab(raw: bytes) -> bytes:
    """A line without the tab that is no part of its key."""
    return raw.removesuffix(b"\t")


def _digest(raw: bytes) -> str:
    return hashlib.blake2b(raw, digest_size=12).hexdigest()
