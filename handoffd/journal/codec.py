"""Event <-> row. Facts become JSON by their fields; unknown kinds and fields are kept, missing ones take their defaults."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from handoffd.model.events import KINDS, Event, Fact
from handoffd.model.facts import Unknown

Decoder = Callable[[Any], Any]
# Always written, also where they are empty: programs that read `log --json` look for them.
_ALWAYS = frozenset({"old", "new", "ref", "action", "type", "path", "passed", "failed", "subject"})


def encode(fact: Fact) -> str:
    """The fact as JSON; values that are as their default are left out. Lone surrogates become \\udcXX."""
    if isinstance(fact, Unknown):
        return json.dumps(dict(fact.data), ensure_ascii=True, separators=(",", ":"))
    return json.dumps(plain(fact), ensure_ascii=True, separators=(",", ":"))


def plain(value: Any) -> Any:
    """Dataclasses, tuples and mappings as JSON's own types."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name, default in _fields(type(value)) if name in _ALWAYS or getattr(value, name) != default}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    return value


@functools.cache
def _fields(kind: type) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, _default(field)) for field in dataclasses.fields(kind))


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    # No default at all: equal to nothing, so always written.
    return field.default if field.default is not dataclasses.MISSING else object()


def decode(kind: str, text: str) -> tuple[Fact, Mapping[str, Any]]:
    """The fact, and the fields of it that this version does not know."""
    data = json.loads(text)
    found = KINDS.get(kind)
    if found is None or not isinstance(data, dict):
        return Unknown(data if isinstance(data, dict) else {"value": data}), {}
    names = {name for name, _ in _fields(found)}
    extra = {name: value for name, value in data.items() if name not in names}
    try:
        fact: Fact = decoder(found)(data)
    except (TypeError, ValueError, KeyError, AttributeError):
        return Unknown(data), {}
    return fact, extra


@functools.cache
def decoder(hint: Any) -> Decoder:
    """A function from JSON to a value of that type; made once a type."""
    if dataclasses.is_dataclass(hint):
        return _of_dataclass(typing.cast(type, hint))
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return _of_tuple(args)
    if origin in (typing.Union, types.UnionType):
        inner = decoder(next(arg for arg in args if arg is not type(None)))
        return lambda value: None if value is None else inner(value)
    if hint is float:
        return float
    return lambda value: value


def _of_dataclass(kind: type) -> Decoder:
    hints = typing.get_type_hints(kind)
    parts = {field.name: decoder(hints[field.name]) for field in dataclasses.fields(kind)}

    def build(value: Any) -> Any:
        return kind(**{name: parts[name](part) for name, part in value.items() if name in parts})

    return build


def _of_tuple(args: tuple[Any, ...]) -> Decoder:
    if len(args) == 2 and args[1] is Ellipsis:
        inner = decoder(args[0])
        return lambda value: tuple(inner(part) for part in value)
    inners = [decoder(arg) for arg in args]
    return lambda value: tuple(inner(part) for inner, part in zip(inners, value, strict=True))


def escape(text: str) -> str:
    """Text for a column: SQLite takes no lone surrogates. Backslashes are doubled so that it can be undone."""
    if text.isascii() and "\\" not in text:
        return text
    return text.replace("\\", "\\\\").encode("utf-8", "backslashreplace").decode("utf-8")


def unescape(text: str) -> str:
    """The inverse of `escape`."""
    if "\\" not in text:
        return text
    parts = text.split("\\\\")
    return "\\".join(_surrogates(part) for part in parts)


def _surrogates(part: str) -> str:
    head, *rest = part.split("\\u")
    return head + "".join(chr(int(piece[:4], 16)) + piece[4:] for piece in rest)


def as_json(event: Event) -> dict[str, Any]:
    """The event as `log --json` prints it. Times are UTC, ISO 8601 with milliseconds."""
    data = dict(event.fact.data) if isinstance(event.fact, Unknown) else plain(event.fact)
    return {
        "id": event.id,
        "at": iso(event.at),
        "seen": iso(event.seen),
        "by": event.by,
        "kind": event.kind,
        "worktree": event.worktree,
        "branch": event.branch,
        "data": {**data, **event.extra},
    }


def iso(at: float) -> str:
    """2026-03-08T14:30:00.000Z"""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
