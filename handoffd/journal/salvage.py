"""Events of a damaged database, read from its pages without the tree that leads to them.

A leaf page of a table tells its rows by itself, so that a lost root, interior page or header costs no row of the pages that are whole. The format
is that of sqlite.org/fileformat2.html; our databases have SQLite's own page size and reserve nothing at a page's end.

    page:    type 0x0d, .., cell count (2 bytes at 3), cell offsets (2 bytes each from 8); page 1 begins 100 bytes later
    cell:    varint payload size, varint rowid, payload, number of the page on which it goes on when it is too long for this one
    payload: varint header size, a varint a column that tells type and length, the values

What was committed and not folded back yet stands in the log beside the database, whose pages are newer. Those of a transaction that was not
finished count for nothing.

    log:   32 bytes (magic, .., page size at 8, .., salt at 16), frames
    frame: page number, size of the database when it ends a transaction, else 0, salt (8 bytes), .. to 24, the page
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from handoffd.model.lazy import lazy

PAGE = 4096
LEAF = 0x0D
# id at seen by kind worktree branch key data stage closes through name sha256: the table `event` as it was first made.
COLUMNS = 14
_LOG_HEAD, _FRAME_HEAD = 32, 24
_LOG_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_KIND = lazy(r"[a-z][a-z-]{0,31}\Z")
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_LONGEST = 64 * 1024 * 1024
# The longest payload that stands on its page alone, the shortest part of a longer one that does, and what one page of the rest holds.
_WHOLE, _LEAST, _REST = PAGE - 35, (PAGE - 12) * 32 // 255 - 23, PAGE - 4


def salvaged(path: Path) -> Iterator[tuple[Any, ...]]:
    """Rows of the table `event` in the order of the file's pages, each with its id; what cannot be one is left out."""
    with _Pages(path) as pages:
        for number in range(1, pages.count + 1):
            page = pages.read(number)
            for at in _cells(page, 100 if number == 1 else 0):
                try:
                    row = _row(pages, page, at)
                except (IndexError, struct.error, ValueError):  # no cell, or one that was overwritten
                    continue
                if _is_event(row):
                    yield row


class _Pages:
    """The newest state of each page. `count`: the highest number."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        log = path.with_name(f"{path.name}-wal")
        self._log: BinaryIO = log.open("rb") if log.is_file() else io.BytesIO()
        self._logged = _logged(self._log)
        self.count = max([path.stat().st_size // PAGE, *self._logged])

    def __enter__(self) -> _Pages:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._log.close()

    def read(self, number: int) -> bytes:
        """Shorter than PAGE where there is none."""
        source, at = (self._log, self._logged[number]) if number in self._logged else (self._file, (number - 1) * PAGE)
        source.seek(at)
        return source.read(PAGE)


def _logged(log: BinaryIO) -> dict[int, int]:
    """Where in the log the newest page of each number stands."""
    head = log.read(_LOG_HEAD)
    found: dict[int, int] = {}
    pending: dict[int, int] = {}
    if head[:4] not in _LOG_MAGIC or int.from_bytes(head[8:12], "big") != PAGE:
        return found
    at = _LOG_HEAD
    while len(frame := log.read(_FRAME_HEAD + PAGE)) == _FRAME_HEAD + PAGE and frame[8:16] == head[16:24]:
        number, ends = struct.unpack_from(">II", frame)
        pending[number] = at + _FRAME_HEAD
        if ends:
            found |= pending
            pending = {}
        at += len(frame)
    return found


def _cells(page: bytes, start: int) -> list[int]:
    """Where the cells of a leaf page stand, none on any other page."""
    if len(page) < PAGE or page[start] != LEAF:
        return []
    count = min(int.from_bytes(page[start + 3 : start + 5], "big"), (PAGE - start - 8) // 2)
    return list(struct.unpack_from(f">{count}H", page, start + 8))


def _row(pages: _Pages, page: bytes, at: int) -> tuple[Any, ...]:
    size, at = _varint(page, at)
    rowid, at = _varint(page, at)
    values = _values(_payload(pages, page, at, size))
    return (rowid, *values[1:])


def _payload(pages: _Pages, page: bytes, at: int, size: int) -> bytes:
    if size <= _WHOLE:
        return page[at : at + size]
    if size > _LONGEST:
        raise ValueError("no payload of ours")
    local = _LEAST + (size - _LEAST) % _REST
    local = local if local <= _WHOLE else _LEAST
    parts, following = [page[at : at + local]], int.from_bytes(page[at + local : at + local + 4], "big")
    for _ in range((size - local + _REST - 1) // _REST):
        more = pages.read(following) if following else b""
        if len(more) < PAGE:
            raise ValueError("the rest is missing")
        parts.append(more[4:])
        following = int.from_bytes(more[:4], "big")
    return b"".join(parts)[:size]


def _values(payload: bytes) -> list[Any]:
    end, at = _varint(payload, 0)
    types = []
    while at < end:
        kind, at = _varint(payload, at)
        types.append(kind)
    values = []
    for kind in types:
        value, at = _value(payload, at, kind)
        values.append(value)
    return values


def _value(payload: bytes, at: int, kind: int) -> tuple[Any, int]:
    """The value of a serial type and where the next one stands."""
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    size = _INTEGERS.get(kind) or (8 if kind == 7 else (kind - 12) // 2)
    raw = payload[at : at + size]
    if kind in (10, 11) or len(raw) < size:
        raise ValueError("no value")
    if kind in _INTEGERS:
        return int.from_bytes(raw, "big", signed=True), at + size
    if kind == 7:
        return struct.unpack(">d", raw)[0], at + size
    return raw.decode("utf-8", "replace") if kind % 2 else raw, at + size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Up to nine bytes, seven bits each, all eight of the ninth."""
    value = 0
    for count in range(8):
        byte = data[at + count]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + count + 1
    return value << 8 | data[at + 8], at + 9


def _is_event(row: tuple[Any, ...]) -> bool:
    if len(row) < COLUMNS or not 0 < row[0] < 2**63:
        return False
    _, at, seen, by, kind, worktree, branch, key, data = row[:9]
    texts = all(isinstance(text, str) for text in (by, kind, worktree, branch, key, data))
    if not texts or not isinstance(at, int | float) or not isinstance(seen, int | float) or not _KIND.match(kind):
        return False
    try:
        return isinstance(json.loads(data), dict)
    except (ValueError, RecursionError):
        return False
