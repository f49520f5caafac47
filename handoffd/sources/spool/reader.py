"""What others left for us in the git dir's spool: one line a record, appended by processes that must not wait for us.

    v1 TAB KIND TAB EPOCH TAB ...                               a hook: a wake-up that tells nothing the logs lack
    {"v":1,"kind":K,"key":KEY,"at":T,"branch":B,"data":{...}}   a fact: notes and handoffs of a command line that had no lock, test runs,
                                                                agents' reports

Only whole lines count: one that is still being written waits for its end, one that was cut short and is followed by another is skipped. A spool
that was consumed is renamed away when it has grown, never truncated under a writer; its tail is read on, for those who had it open,
and it is kept until they have closed it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import math
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from handoffd.files.crash_points import reached
from handoffd.files.safe_open import open_regular
from handoffd.files.spool_line import put
from handoffd.model.events import KINDS, Event
from handoffd.model.fact_codec import data_of, fact_of
from handoffd.model.facts import Unknown
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass

# A longer line is skipped. The record of a big session's handoff, with its text twice, must fit.
LONGEST = 16 * 1024 * 1024
ROTATE = 256 * 1024
# From here on whoever has the spool before this one open is waited for no longer: some file systems say so of every file.
_PATIENCE = 64 * ROTATE
_CHUNK = LONGEST + 1024 * 1024
_PIECE = 1024 * 1024
# Values of one record, by the signs that part and open them: each costs many times its length once it is parsed.
_VALUES = 1_000_000
_TAIL = 64
# Facts that git or the files tell are taken from there alone.
_ELSEWHERE = frozenset({"commit", "checkout", "reset", "stash", "push", "branch", "file"})
_KIND = lazy(r"[a-z][a-z-]{0,31}\Z")


@dataclass(frozen=True, slots=True)
class Result:
    """Events in the order they were appended, and the cursor to keep: by inode how far each file was read, and how many lines made no sense."""

    events: tuple[Event, ...]
    cursor: dict[str, Any]


def append(spool: Path, event: Event) -> None:
    """Leave a fact for the next who ingests: one write at the end of the file, made 0600 when missing. Raises UserError where that cannot be."""
    told = {"kind": event.kind, "key": event.key, "at": event.at, "branch": event.branch, "data": data_of(event.fact, event.extra)}
    put(spool, told, os.O_CREAT)


def read(spool: Path, cursor: Mapping[str, Any] | None, worktree: str, floor: float = 0.0) -> Result:
    """Everything after `cursor` in the spool and in what is left of the one before it. Of a file that `cursor` does not know (the repository was
    moved to another disk, the journal was damaged) nothing older than `floor`: the journal may have had it and forgotten it. Writes nothing but
    the renaming of a consumed spool."""
    before = dict(cursor or {})
    known = before.get("files") or {}
    events: list[Event] = []
    files: dict[str, Any] = {}
    skipped = int(before.get("skipped") or 0)
    for path in _before(spool), spool:
        part = _read_file(path, known, worktree, floor)
        if part is not None:
            events += part.events
            files[part.inode] = part.place
            skipped += part.skipped
    if not events and files == known:
        _rotate(spool, known)
    return Result(tuple(events), {"files": files, "skipped": skipped})


@dataclass(frozen=True, slots=True)
class _Part:
    inode: str
    place: dict[str, Any]
    events: list[Event]
    skipped: int


def _before(spool: Path) -> Path:
    return spool.with_name(f"{spool.name}.1")


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
        # Room is made for as much as is asked for.
        data = file.read(min(_CHUNK, max(0, status.st_size - start)))
        length = data.rfind(b"\n") + 1
        told = [_event(raw, worktree) for raw in data[:length].split(b"\n") if raw.strip() and not raw.startswith(b"v1\t")]
        end = start + length
        if not length and len(data) > LONGEST:
            end, told = _line_end(file), [None]
        file.seek(max(0, end - _TAIL))
        place = {"offset": end, "tail": _digest(file.read(min(_TAIL, end)))}
    return _Part(inode, place, [event for event in told if event is not None and event.at >= oldest], told.count(None))


def _line_end(file: BinaryIO) -> int:
    """Where the line ends that is too long to be one of ours; the file's end where it goes on to there."""
    while piece := file.read(_PIECE):
        at = piece.find(b"\n")
        if at >= 0:
            return file.tell() - len(piece) + at + 1
    return file.tell()


def _start(file: Any, place: Any, size: int) -> int | None:
    """Where to go on; None when the file is not the one that was read before: inode numbers are used again."""
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
    """The fact that a line tells; None for one that is torn, too long or not of this form."""
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


def _rotate(spool: Path, known: Mapping[str, Any]) -> None:
    """Put an empty spool in the place of one that was consumed to its end, in one step: there is always one to append to.

    `known` is what the journal has kept, so nothing that is renamed away was only read and not journalled.
    """
    for handle in _opened(spool):
        status = os.fstat(handle)
        place = known.get(str(status.st_ino)) or {}
        if place.get("offset") != status.st_size or status.st_size <= ROTATE:
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if spool.lstat().st_ino != status.st_ino:
                return
            if status.st_size <= _PATIENCE and not _is_over(_before(spool), known):
                return
            fresh = spool.with_name(f"{spool.name}.new")
            fresh.unlink(missing_ok=True)
            os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            reached("rotation-made")
            _before(spool).unlink(missing_ok=True)
            reached("rotation-freed")
            os.link(spool, _before(spool))
            reached("rotation-linked")
            fresh.replace(spool)
            reached("rotation-done")
        except OSError:
            return


def _is_over(before: Path, known: Mapping[str, Any]) -> bool:
    """Whether nobody will write to the spool before this one any more, and all of it is known. Who opened it may have stood still since."""
    for handle in _opened(before):
        place = known.get(str(os.fstat(handle).st_ino)) or {}
        return not _is_being_written(handle) and place.get("offset") == os.fstat(handle).st_size
    return True


def _is_being_written(handle: int) -> bool:
    """Whether a process has the file open for writing: the kernel gives no lease on it then. False where there are no leases."""
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    # Who opens it at this very moment has the kernel tell us, by a signal that ends a process unless it is one that is ignored.
    fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:  # a file system without leases
        return False
    fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def _opened(spool: Path) -> Iterator[int]:
    """Its handle, or none where it cannot be opened."""
    try:
        handle = os.open(spool, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return
    try:
        yield handle
    finally:
        os.close(handle)
