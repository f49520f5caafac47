"""Facts as JSON's own types, and back: one writer and one reader for every frozen dataclass of the model, driven by its type hints.

    Fact  ──> plain() ──>  dict, list, str, int, float, bool, None  ──> fact_of(kind, data) ──>  Fact, unknown fields

What is as its default is left out. A missing field takes its default (one without a default the empty value of its type). A value of the
wrong type makes the whole fact `Unknown`: it is kept as it is, never guessed.
"""

from __future__ import annotations

import functools
import math
import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from handoffd.model.events import KINDS, Fact
from handoffd.model.facts import Unknown
from handoffd.model.records import MISSING, Field, fields, is_record

Reader = Callable[[Any], Any]

# Always written, also when empty: programs that read `log --json` look for them.
_ALWAYS = frozenset({"old", "new", "ref", "action", "type", "path", "passed", "failed", "subject"})
_AS_IS = frozenset({str, int, bool, type(None)})
_EMPTY: Mapping[Any, Any] = {str: "", int: 0, float: 0.0, bool: False}


def plain(value: Any) -> Any:
    """Dataclasses and mappings become dicts, tuples become lists. What is not a number becomes 0: JSON has no word for it."""
    kind = type(value)
    if kind in _AS_IS:
        return value
    if kind is float:
        return value if math.isfinite(value) else 0.0
    if is_record(value):
        return _fields_of(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    return value


def data_of(fact: Fact, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The data of a fact as the journal keeps it; `extra` are fields that this version does not know."""
    data: dict[str, Any] = plain(fact.data if isinstance(fact, Unknown) else fact)
    return {**data, **plain(extra)} if extra else data


def fact_of(kind: str, data: Any) -> tuple[Fact, Mapping[str, Any]]:
    """The fact that `data` tells, and those of its fields that this version does not know."""
    if not isinstance(data, dict):
        return Unknown({"value": data}), {}
    found = KINDS.get(kind)
    if found is None:
        return Unknown(data), {}
    try:
        fact: Fact = reader(found)(data)
    except (TypeError, ValueError, OverflowError):
        return Unknown(data), {}
    names = _names(found)
    extra = {} if names.issuperset(data) else {name: value for name, value in data.items() if name not in names}
    return fact, extra


@functools.cache
def reader(hint: Any) -> Reader:
    """A function from JSON to a value of the type; made once a type. It raises TypeError or ValueError for a value of another type."""
    if hint in _EMPTY:
        return _READERS[hint]
    if is_record(hint):
        return _of_dataclass(typing.cast(type, hint))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _member_of(hint)
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return _of_tuple(args)
    if origin in (typing.Union, types.UnionType):
        inner = reader(next(arg for arg in args if arg is not type(None)))
        return lambda value: None if value is None else inner(value)
    return _mapping if isinstance(origin, type) and issubclass(origin, Mapping) else _same


def _fields_of(value: Any) -> dict[str, Any]:
    told = {}
    kind: Any = type(value)
    for name, default in _defaults(kind):
        part = getattr(value, name)
        if part != default or name in _ALWAYS:
            told[name] = part if type(part) in _AS_IS else plain(part)
    return told


def fields_of(value: Any) -> dict[str, Any]:
    """The fields of one record that are not as their default; records and tuples in them as they are. Raises TypeError for what is no record."""
    if not is_record(value):
        raise TypeError(f"{type(value).__name__} is no record")
    told = {}
    kind: Any = type(value)
    for name, default in _defaults(kind):
        part = getattr(value, name)
        if part != default or name in _ALWAYS:
            told[name] = plain(part) if isinstance(part, Mapping) else part
    return told


@functools.cache
def _names(kind: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind))


@functools.cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, _default(field)) for field in fields(kind))


def _default(field: Field) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    # No default: a value that equals nothing, so the field is always written.
    return field.default if field.default is not MISSING else object()


def _of_dataclass(kind: type) -> Reader:
    hints = typing.get_type_hints(kind)
    readers = {field.name: reader(hints[field.name]) for field in fields(kind)}
    required = [field for field in fields(kind) if field.default is field.default_factory is MISSING]
    empty = {field.name: _empty(hints[field.name]) for field in required}

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise TypeError(f"{kind.__name__}: not an object")
        given = {name: readers[name](part) for name, part in value.items() if name in readers}
        return kind(**given) if given.keys() >= empty.keys() else kind(**{**empty, **given})

    return read


def _empty(hint: Any) -> Any:
    """What a missing field without a default is: the first member of a closed set, else the empty value of its type."""
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint))
    return _EMPTY.get(hint, ())


def _of_tuple(args: tuple[Any, ...]) -> Reader:
    if len(args) == 2 and args[1] is Ellipsis:
        inner = reader(args[0])
        return lambda value: tuple([inner(part) for part in _list(value)])
    inners = [reader(arg) for arg in args]
    return lambda value: tuple([inner(part) for inner, part in zip(inners, _list(value), strict=True)])


def _member_of(closed: type[StrEnum]) -> Reader:
    """A text that the closed set does not have makes the whole fact Unknown, as a wrong type does."""
    members = {member.value: member for member in closed}

    def read(value: Any) -> StrEnum:
        member = members.get(_text(value))
        if member is None:
            raise ValueError(f"{value!r} is no {closed.__name__}")
        return member

    return read


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError("not a list")
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("not a text")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("not a whole number")
    return value


def _number(value: Any) -> float:
    if type(value) is not float and type(value) is not int:
        raise TypeError("not a number")
    number = float(value)
    return number if math.isfinite(number) else 0.0


def _truth(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError("neither true nor false")
    return value


def _mapping(value: Any) -> Mapping[str, Any]:
    if type(value) is not dict:
        raise TypeError("not an object")
    return value


def _same(value: Any) -> Any:
    return value


_READERS: Mapping[Any, Reader] = {str: _text, int: _whole, float: _number, bool: _truth}
