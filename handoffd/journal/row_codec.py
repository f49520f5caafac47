"""Event <-> row and event -> line of `log --json`. The facts' own JSON is model/fact_codec.py's."""

from __future__ import annotations

import binascii
import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from handoffd.model.events import Event, Fact
from handoffd.model.fact_codec import data_of, fact_of, fields_of, plain
from handoffd.model.facts import Unknown

__all__ = ["as_json", "decode", "encode", "escape", "iso", "moment", "number", "plain", "seal", "short", "unescape", "unseal"]

# The first and last second that ISO 8601 has four digits for.
_FIRST, _LAST = -62_135_596_800.0, 253_402_300_799.0
_LINE = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False)
_AT_ONCE = 1000
_RECORDS = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False, default=fields_of)


def encode(fact: Fact, extra: Mapping[str, Any] | None = None) -> str:
    """The fact as one line of ASCII JSON; lone surrogates become \\udcXX."""
    if not extra and not isinstance(fact, Unknown):
        # Field by field: of a snapshot of very many files no second copy in dicts is made.
        with suppress(ValueError, TypeError):
            return f"{{{','.join(_fields(fact))}}}"
    return _LINE.encode(data_of(fact, extra))


def _fields(fact: Fact) -> Iterator[str]:
    """Each field that is not as its default, with its name; a long list in parts."""
    for name, value in fields_of(fact).items():
        if type(value) is tuple and len(value) > _AT_ONCE:
            parts = (_RECORDS.encode(value[start : start + _AT_ONCE])[1:-1] for start in range(0, len(value), _AT_ONCE))
            yield f'"{name}":[{",".join(parts)}]'
        else:
            yield f'"{name}":{_RECORDS.encode(value)}'


def decode(kind: str, text: str) -> tuple[Fact, Mapping[str, Any]]:
    """The fact, and the fields of it that this version does not know. Text that is no JSON is kept as Unknown."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = text
    return fact_of(kind, data)


def short(key: str) -> str:
    """A natural key as the journal keeps it: of a file's, which is long (path, time, size, inode), a digest of 72 bits that never looks like
    another's key; any other one as it is, and so the digest."""
    if not key.startswith("file:"):
        return key
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=9).digest()
    return "#" + binascii.b2a_base64(digest, newline=False).decode("ascii")


def escape(text: str) -> str:
    """Text for a column: SQLite takes no lone surrogates. Backslashes are doubled so that it can be undone."""
    if text.isascii() and "\\" not in text:
        return text
    return text.replace("\\", "\\\\").encode("utf-8", "backslashreplace").decode("utf-8")


def unescape(text: str) -> str:
    """The inverse of `escape`."""
    if "\\" not in text:
        return text
    return "\\".join(_surrogates(part) for part in text.split("\\\\"))


def _surrogates(part: str) -> str:
    head, *rest = part.split("\\u")
    return head + "".join(_surrogate(piece) for piece in rest)


def _surrogate(piece: str) -> str:
    try:
        return chr(int(piece[:4], 16)) + piece[4:]
    except ValueError:  # no escape of ours: the column was damaged
        return "\\u" + piece


def seal(value: Any) -> str:
    """A short cut as text that tells by itself whether it is still what was written."""
    text = json.dumps(plain(value))
    return f"{_digest(text)} {text}"


def unseal(text: object) -> Any:
    """The value that was sealed; None for anything else, as a damaged short cut is none: the source is read from its start."""
    if not isinstance(text, str):
        return None
    digest, _, rest = text.partition(" ")
    return json.loads(rest) if digest == _digest(rest) else None


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def number(text: object) -> float | None:
    """A finite number that was kept as text or number, None for anything else."""
    try:
        found = float(text) if isinstance(text, str | int | float) else math.nan
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def moment(at: object, seen: object) -> tuple[float, float]:
    """When an event was and when it was seen, from columns that may be damaged: what no clock ever said is taken for the other, then for 0."""
    late = number(seen)
    late = late if late is not None and _FIRST <= late <= _LAST else 0.0
    early = number(at)
    return (early if early is not None and _FIRST <= early <= _LAST else late), late


def as_json(event: Event) -> dict[str, Any]:
    """The event as `log --json` prints it. Times are UTC, ISO 8601 with milliseconds."""
    return {
        "id": event.id,
        "at": iso(event.at),
        "seen": iso(event.seen),
        "by": event.by,
        "kind": event.kind,
        "worktree": event.worktree,
        "branch": event.branch,
        "data": data_of(event.fact, event.extra),
    }


def iso(at: float) -> str:
    """2026-03-08T14:30:00.000Z"""
    moment = datetime.fromtimestamp(min(max(at, _FIRST), _LAST), UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
