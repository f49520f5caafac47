"""`dataclass` as the standard library's means it, for what we use of it, at a tenth of the time: a command makes a hundred of them before it begins.

The standard library's imports `inspect`, and writes and compiles six methods for each class, half a millisecond a class. Here all classes share
their methods; only `__init__` is written, when a class is first used. To a type checker it is the standard library's.

A field's default stands behind `=`, or is `field(default_factory=...)`. There is no `ClassVar`, no `__post_init__`, and records do not inherit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

MISSING: Any = object()


class Field:
    """One field; `default` and `default_factory` are MISSING where it has none."""

    __slots__ = ("default", "default_factory", "name")

    def __init__(self, name: str, default: Any = MISSING, default_factory: Any = MISSING) -> None:
        self.name, self.default, self.default_factory = name, default, default_factory


def is_record(value: Any) -> bool:
    """Whether it is such a class, or of one."""
    return hasattr(value if isinstance(value, type) else type(value), "__record_fields__")


def fields(of: Any) -> tuple[Field, ...]:
    """The fields of a class, or of an instance's class, in their order."""
    found: tuple[Field, ...] = of.__record_fields__
    return found


def asdict(one: Any) -> dict[str, Any]:
    """Values by name; what is inside them stays as it is."""
    return {name: getattr(one, name) for name in one.__match_args__}


def _replace(one: Any, /, **changes: Any) -> Any:
    """The same with other values for some fields."""
    for name in one.__match_args__:
        if name not in changes:
            changes[name] = getattr(one, name)
    return type(one)(**changes)


def _field(*, default_factory: Callable[[], Any]) -> Any:
    """The default is what `default_factory` makes, for each instance its own."""
    return Field("", MISSING, default_factory)


def _dataclass(kind: type | None = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True) -> Any:
    """The class as a record; a decorator with or without parameters. Raises TypeError for a class that is derived from a record."""
    return _made(kind, frozen, slots, eq) if kind else lambda given: _made(given, frozen, slots, eq)


def _made(kind: type, frozen: bool, slots: bool, eq: bool) -> type:
    own = _declared(kind)
    names = tuple(field.name for field in own)
    written = {name: value for name, value in vars(kind).items() if name not in (*names, "__dict__", "__weakref__")}
    body = _COMMON | {"__qualname__": kind.__qualname__, "__match_args__": names, "__record_fields__": own}
    if eq:
        # With the class it is a tuple also of one field.
        body |= {"__record_values__": attrgetter("__class__", *names), "__eq__": _eq, "__hash__": _hash if frozen else None}
    if frozen:
        body |= _FROZEN
    if slots:
        body["__slots__"] = names
    made = type(kind)(kind.__name__, kind.__bases__, body | written)
    type.__setattr__(made, "__init__", _Init(made))
    return made


def _declared(kind: type) -> tuple[Field, ...]:
    if any(map(is_record, kind.__bases__)):
        raise TypeError(f"{kind.__name__}: records do not inherit from records")
    own = vars(kind)
    given = ((name, own.get(name, MISSING)) for name in own["__annotations__"])
    return tuple(Field(name, default_factory=value.default_factory) if isinstance(value, Field) else Field(name, value) for name, value in given)


class _Init:
    """Stands in the place of a class's `__init__` until that is asked for: a verb uses few of the classes that it loads."""

    def __init__(self, kind: type) -> None:
        self._kind = kind

    def __get__(self, one: Any, owner: type) -> Any:
        made = _written_init(self._kind)
        type.__setattr__(self._kind, "__init__", made)
        return made if one is None else made.__get__(one, owner)


def _written_init(kind: Any) -> Any:
    """`__init__` with the fields' names as its parameters: it takes and refuses what one that a person wrote would."""
    scope: dict[str, Any] = {"_put": object.__setattr__, "_missing": MISSING}
    parameters, lines = list[str](), list[str]()
    for number, one in enumerate(fields(kind)):
        name, default, factory, given = one.name, one.default, one.default_factory, f"_given{number}"
        if factory is not MISSING:
            scope[given] = factory
            parameters.append(f"{name}=_missing")
            lines.append(f"_put(self, {name!r}, {given}() if {name} is _missing else {name})")
        else:
            scope[given] = default
            parameters.append(name if default is MISSING else f"{name}={given}")
            lines.append(f"_put(self, {name!r}, {name})")
    source = f"def make({', '.join(scope)}):\n def __init__(self, {', '.join(parameters)}): {'; '.join(lines)}\n return __init__"
    made: dict[str, Any] = {}
    # Its parts are names of fields in our own code.
    exec(source, vars(sys.modules[kind.__module__]), made)  # noqa: S102
    init = made["make"](**scope)
    init.__qualname__, init.__annotations__ = f"{kind.__qualname__}.__init__", {**kind.__annotations__, "return": None}
    return init


def _repr(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in asdict(self).items())})"


def _eq(self: Any, other: Any) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    values = self.__record_values__
    return values(self) == values(other)


def _hash(self: Any) -> int:
    return hash(self.__record_values__(self))


def _refuse(self: Any, name: str, value: Any = None) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change {name!r}: a {type(self).__name__} is frozen")


def _reduce(self: Any) -> tuple[type, tuple[Any, ...]]:
    """For copying and pickling, which would set the fields one by one."""
    return type(self), tuple(asdict(self).values())


class _Standard:
    """What the standard library's `fields`, `replace` and `is_dataclass` ask a class for, and reports of pytest and Hypothesis."""

    def __get__(self, instance: Any, owner: type) -> Mapping[str, Any]:
        import dataclasses as standard

        given: list[Any] = []
        for one in fields(owner):
            said = {name: value for name in ("default", "default_factory") if (value := getattr(one, name)) is not MISSING}
            given.append((one.name, owner.__annotations__[one.name], standard.field(**said)))
        found: Mapping[str, Any] = vars(standard.make_dataclass(owner.__name__, given))["__dataclass_fields__"]
        type.__setattr__(owner, "__dataclass_fields__", found)
        return found


_COMMON: dict[str, Any] = {"__repr__": _repr, "__dataclass_fields__": _Standard()}
_FROZEN: Mapping[str, Any] = {"__setattr__": _refuse, "__delattr__": _refuse, "__reduce__": _reduce}

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    dataclass, field, replace = _dataclass, _field, _replace

__all__ = ["MISSING", "Field", "asdict", "dataclass", "field", "fields", "is_record", "replace"]
