"""Records against what the standard library makes of the same class."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import typing
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.model import records
from handoffd.model.events import KINDS, Event
from handoffd.model.facts import Commit

VALUE = st.one_of(st.integers(-2, 2), st.text("ab", max_size=2), st.just((1, "a")))
KINDS_OF_CLASS = ({"frozen": True, "slots": True}, {"frozen": True}, {"slots": True}, {}, {"eq": False}, {"frozen": True, "eq": False})


def declared(dataclass: Any, field: Callable[..., Any], **how: bool) -> Any:
    @dataclass(**how)
    class Pair:
        """Two values."""

        one: Any
        two: Any = "two"
        more: Any = field(default_factory=list)

        def swapped(self) -> Any:
            return self.two, self.one

    return Pair


@pytest.fixture(params=KINDS_OF_CLASS, ids=lambda how: "-".join(how) or "plain", scope="module")
def both(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """Ours, and the standard library's."""
    return declared(records.dataclass, records.field, **request.param), declared(dataclasses.dataclass, dataclasses.field, **request.param)


def outcome(call: Callable[[], Any]) -> Any:
    """What came of it, for a comparison: the value, or the kind of error."""
    try:
        return call()
    except Exception as fault:
        return type(fault)


@given(st.lists(VALUE, max_size=4), st.dictionaries(st.sampled_from(["one", "two", "more", "other"]), VALUE, max_size=3))
def test_it_takes_and_refuses_the_same_words(both: tuple[Any, Any], values: list[Any], named: dict[str, Any]) -> None:
    ours, theirs = (outcome(lambda kind=kind: repr(kind(*values, **named)).partition("(")[2]) for kind in both)
    assert ours == theirs


@given(VALUE, VALUE, VALUE, VALUE)
def test_equality_and_hash_are_the_same(both: tuple[Any, Any], a: Any, b: Any, c: Any, d: Any) -> None:
    def said(kind: Any) -> Any:
        one, other = kind(a, b, ()), kind(c, d, ())
        hashed = outcome(lambda: hash(one) == hash(kind(a, b, ())))
        return one == other, one == kind(a, b, ()), one != other, one == (a, b, ()), hashed

    ours, theirs = map(said, both)
    assert ours == theirs


@pytest.mark.parametrize("name", ["one", "more", "else_"])
def test_setting_and_deleting_are_the_same(both: tuple[Any, Any], name: str) -> None:
    def said(kind: Any) -> Any:
        one = kind(1)
        done = (
            outcome(lambda: setattr(one, name, 2)),
            getattr(one, name, "nothing"),
            outcome(lambda: delattr(one, name)),
            getattr(one, name, "nothing"),
        )
        # A slotted class of the standard library's meets a fault of its own at a name that is no field.
        return tuple(dataclasses.FrozenInstanceError if part is TypeError else part for part in done)

    ours, theirs = map(said, both)
    assert ours == theirs


@given(VALUE, VALUE)
def test_replacing_is_the_same(both: tuple[Any, Any], a: Any, b: Any) -> None:
    kind, _ = both
    one = kind(a, b)
    for replace in (records.replace, dataclasses.replace):
        made: Any = replace(one, two=a)
        assert type(made) is kind and (made.one, made.two) == (a, a) and made.more is one.more
        with pytest.raises(TypeError):
            replace(one, other=1)


def test_shape_and_words_are_the_same(both: tuple[Any, Any]) -> None:
    ours, theirs = both
    told = [
        (kind.__match_args__, kind.__doc__, kind.__name__, kind.__qualname__, kind.__module__, hasattr(kind(1), "__dict__"), kind(1).swapped())
        for kind in both
    ]
    assert told[0] == told[1]
    assert inspect.signature(ours).parameters.keys() == inspect.signature(theirs).parameters.keys()
    assert [(field.name, field.default, field.default_factory, field.type) for field in dataclasses.fields(ours)] == [
        (field.name, field.default, field.default_factory, field.type) for field in dataclasses.fields(theirs)
    ]
    assert dataclasses.is_dataclass(ours) and dataclasses.asdict(ours(1)) == dataclasses.asdict(theirs(1)) == records.asdict(ours(1))


def test_a_default_of_its_own_for_each(both: tuple[Any, Any]) -> None:
    kind, _ = both
    assert kind(1).more == [] and kind(1).more is not kind(1).more


def test_a_generic_class_and_methods_of_its_own_stay() -> None:
    T = typing.TypeVar("T")

    @records.dataclass(frozen=True, slots=True)
    class Box(typing.Generic[T]):
        value: T

        def __repr__(self) -> str:
            return "a box"

    assert Box[int](3).value == 3 and repr(Box(3)) == "a box" and Box(3) == Box[str](3)


def test_records_do_not_inherit() -> None:
    base = declared(records.dataclass, records.field)
    with pytest.raises(TypeError, match="inherit"):

        @records.dataclass
        class Other(base):  # type: ignore[misc, valid-type]
            three: int


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))], ids=["copy", "deepcopy", "pickle"])  # noqa: S301
def test_facts_can_be_copied(again: Callable[[Any], Any]) -> None:
    event = Event("commit", 1.0, "k", Commit("a", "b", "commit", parents=("a",)), extra={"new": 1})
    assert again(event) == event and again(event) is not event


@pytest.mark.parametrize("kind", [*KINDS.values(), Event])
def test_a_fact_s_constructor_has_the_hints_of_its_fields(kind: Any) -> None:
    hints = typing.get_type_hints(kind.__init__)
    assert hints.pop("return") is type(None) and hints == typing.get_type_hints(kind)
