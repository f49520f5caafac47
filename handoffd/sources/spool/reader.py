"""What other processes left in the git dir's spool: one line a record, appended by processes that must not wait for us.

    v1 TAB KIND TAB EPOCH TAB ...                               a hook: a wake-up, and no fact that git's logs lack
    {"v":1,"kind":K,"key":KEY,"at":T,"branch":B,"data":{...}}   a fact: notes and handoffs of a command line that had no lock, test runs,
                                                                agents' reports

Only whole lines count. A line that is still being written waits for its end. A line that was cut short and is followed by another is skipped.
How a spool that was read gives way to an empty one: rotation.py.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from handoffd.files.config import Settings
from handoffd.files.safe_open import open_regular
from handoffd.files.spool_line import put
from handoffd.model.events import KINDS, Event
from handoffd.model.fact_codec import data_of, fact_of
from handoffd.model.facts import Test, Unknown
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass, replace
from handoffd.sources.source import Cursor, Found, Scan
from handoffd.sources.spool.rotation import before, rotate

# A longer line is skipped. The record of a big session's handoff, with its text twice, must fit.
LONGEST = 16 * 1024 * 1024
_CHUNK = LONGEST + 1024 * 1024
_PIECE = 1024 * 1024
# Values of one record, by the signs that separate and open them: each costs many times its length once it is parsed.
_VALUES = 1_000_000
_TAIL = 64
# These facts are taken from git and the files alone.
_ELSEWHERE = frozenset({"commit", "checkout", "reset", "stash", "push", "branch", "file"})
_KIND = lazy(r"[a-z][a-z-]{0,31}\Z")


class Spool:
    """Notes, test runs and handoffs that had to wait, and agents' reports."""

    name = "spool"
    about = "the spool"
    in_narrow_scan = True

    def folders(self, settings: Settings) -> tuple[Path, ...]:
        return ()

    def read(self, scan: Scan, cursor: Cursor | None) -> Found:
        """Test runs come first: at equal times they stand before a person's words."""
        found = read(scan.spool, cursor, scan.reader.id, scan.limits.pruned)
        runs = [event for event in found.events if isinstance(event.fact, Test)]
        others = [replace(event, at=scan.clamp(event.at)) for event in found.events if not isinstance(event.fact, Test)]
        return Found((*runs, *others), found.cursor)


@dataclass(frozen=True, slots=True)
class Result:
    """Events in the order they were appended, and the cursor to keep: by inode how far each file was read, and how many lines made no sense."""

    events: tuple[Event, ...]
    cursor: dict[str, Any]


def append(spool: Path, event: Event) -> None:
    """Leave a fact for the next process that ingests: one write at the end of the file, made 0600 when missing. Raises UserError where that fails."""
    record = {"kind": event.kind, "key": event.key, "at": event.at, "branch": event.branch, "data": data_of(event.fact, event.extra)}
    put(spool, record, os.O_CREAT)


def read(spool: Path, cursor: Mapping[str, Any] | None, worktree: str, floor: float = 0.0) -> Result:
    """Everything after `cursor` in the spool and in what is left of the spool before it. In a file that `cursor` does not know (the repository was
    moved to another disk, the journal was damaged) everything from `floor` on: the journal may have had older facts and forgotten them. Writes
    nothing but the rotation of a spool that was read to its end."""
    kept = dict(cursor or {})
    known = kept.get("files") or {}
    events: list[Event] = []
    files: dict[str, Any] = {}
    skipped = int(kept.get("skipped") or 0)
    for path in before(spool), spool:
        part = _read_file(path, known, worktree, floor)
        if part is not None:
            events += part.events
            files[part.inode] = part.place
            skipped += part.skipped
    if not events and files == known:
        rotate(spool, known)
    return Result(tuple(events), {"files": files, "skipped": skipped})


@dataclass(frozen=True, slots=True)
class _Part:
    inode: str
    place: dict[str, Any]
    events: list[Event]
    skipped: int


def _read_file(path: Path, known: Mapping[str, Any], worktree: str, floor: float) -> _Part | None:
    """None where there is no regular file."""
    try:
        file = open_regular(path)
    except OSError:
        return None
    with file:
        status = os.fstat(file.fileno())
        inode = str(status.st_ino)
        found = _start(file, known.get(inode), status.st_size)
        start, oldest = (0, floor) if found is None else (found, 0.0)
        file.seek(start)
        # Memory is taken for as much as is asked for.
        data = file.read(min(_CHUNK, max(0, status.st_size - start)))
        length = data.rfind(b"\n") + 1
        events = [_event(raw, worktree) for raw in data[:length].split(b"\n") if raw.strip() and not raw.startswith(b"v1\t")]
        end = start + length
        if not length and len(data) > LONGEST:
            end, events = _line_end(file), [None]
        file.seek(max(0, end - _TAIL))
        place = {"offset": end, "tail": _digest(file.read(min(_TAIL, end)))}
    return _Part(inode, place, [event for event in events if event is not None and event.at >= oldest], events.count(None))


def _line_end(file: BinaryIO) -> int:
    """The end of a line that is too long to be one of ours: its newline, or the file's end."""
    while piece := file.read(_PIECE):
        at = piece.find(b"\n")
        if at >= 0:
            return file.tell() - len(piece) + at + 1
    return file.tell()


def _start(file: Any, place: Any, size: int) -> int | None:
    """Where to read on; None when the file is not the one that was read before: inode numbers are used again."""
    if not isinstance(place, dict):
        return None
    offset = int(place.get("offset") or 0)
    if offset > size:
        return None
    file.seek(max(0, offset - _TAIL))
    return offset if _digest(file.read(min(_TAIL, offset))) == place.get("tail") else None


def _digest(raw: bytes) -> str:
    return hashlib.blake2b(raw, digest_size=8).hexdigest()


def _event(raw: bytes, worktree: str) -> Event | None:
    """The fact of a line; None for a line that is torn, too long or not of this form."""
    if len(raw) > LONGEST or sum(map(raw.count, (b",", b"[", b"{"))) > _VALUES:
        return None
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or record.get("v") != 1:
        return None
    kind, key, at, branch = record.get("kind"), record.get("key"), _time(record.get("at")), record.get("branch", "")
    if not isinstance(kind, str) or not _KIND.match(kind) or kind in _ELSEWHERE:
        return None
    if not isinstance(key, str) or not 0 < len(key) <= 500 or not isinstance(branch, str) or at is None:
        return None
    fact, extra = fact_of(kind, record.get("data"))
    if isinstance(fact, Unknown) and (kind in KINDS or not isinstance(record.get("data"), dict)):
        return None
    return Event(kind, at, key, fact, worktree, branch, extra=extra)


def _time(at: Any) -> float | None:
    sound = isinstance(at, int | float) and not isinstance(at, bool) and math.isfinite(at) and 0 <= at < 2**40
    return float(at) if sound else None
