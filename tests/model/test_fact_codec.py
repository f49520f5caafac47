"""Facts as JSON's own types and back."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoffd.model.change import Change, HunkPlace
from handoffd.model.events import KINDS
from handoffd.model.fact_codec import data_of, fact_of, plain, reader
from handoffd.model.facts import Commit, Failure, File, Handoff, Note, Test, Unknown
from handoffd.model.kinds import ChangeKind, CommitAction, HandoffStage, NoteType, OperationKind
from handoffd.model.snapshot import OpenOperation, Snapshot

# Mappings of any JSON; the rest by its type hints. Numbers are finite: JSON has no word for others.
TEXT = st.text(max_size=6)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT, lambda one: st.lists(one, max_size=2) | st.dictionaries(TEXT, one, max_size=2), max_leaves=3
)
HANDOFF = st.builds(
    Handoff, TEXT, TEXT, st.sampled_from(HandoffStage), through=st.integers(), ended=NUMBER, document=st.dictionaries(TEXT, JSON, max_size=2)
)
TEST = st.builds(
    Test,
    TEXT,
    st.integers(),
    st.integers(),
    failures=st.lists(st.builds(Failure, TEXT, TEXT, frames=st.lists(st.tuples(TEXT, st.integers()), max_size=2).map(tuple)), max_size=2).map(tuple),
    dirty=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
    duration=NUMBER,
)
CHANGE = st.builds(
    Change,
    TEXT,
    st.sampled_from(ChangeKind),
    added=st.integers(),
    adds=st.lists(TEXT, max_size=2).map(tuple),
    places=st.lists(st.builds(HunkPlace, st.integers(), st.integers()), max_size=2).map(tuple),
)
COMMIT = st.builds(
    Commit,
    TEXT,
    TEXT,
    st.sampled_from(CommitAction),
    trailers=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
    changes=st.lists(CHANGE, max_size=2).map(tuple),
)
SNAPSHOT = st.builds(
    Snapshot,
    TEXT,
    operation=st.none() | st.builds(OpenOperation, st.sampled_from(OperationKind), since=NUMBER),
    on_branches=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
)
FACT = (
    COMMIT.map(lambda fact: ("commit", fact))
    | TEST.map(lambda fact: ("test", fact))
    | HANDOFF.map(lambda fact: ("handoff", fact))
    | SNAPSHOT.map(lambda fact: ("snapshot", fact))
    | st.builds(Note, st.sampled_from(NoteType), TEXT, steps=st.lists(TEXT, max_size=2).map(tuple)).map(lambda fact: ("note", fact))
)


@settings(max_examples=60, deadline=None)
@given(FACT)
def test_a_fact_comes_back_from_json(told: tuple[str, Any]) -> None:
    kind, fact = told
    assert fact_of(kind, json.loads(json.dumps(data_of(fact)))) == (fact, {})


@pytest.mark.parametrize(("kind", "made"), sorted(KINDS.items()))
def test_every_kind_reads_its_own_empty_object(kind: str, made: type) -> None:
    fact, extra = fact_of(kind, {})
    assert type(fact) is made and not extra


def test_what_is_as_its_default_is_left_out_but_for_what_programs_look_for() -> None:
    assert data_of(File("a", "changed")) == {"path": "a", "action": "changed"}
    assert data_of(Note("todo", "")) == {"type": "todo", "text": "", "path": ""}
    assert data_of(Test("", 0, 0)) == {"runner": "", "passed": 0, "failed": 0}


def test_fields_of_a_newer_version_are_kept_beside_the_fact() -> None:
    fact, extra = fact_of("note", {"type": "todo", "text": "a", "mood": ["b"]})
    assert fact == Note("todo", "a") and extra == {"mood": ["b"]}
    assert data_of(fact, extra)["mood"] == ["b"]


@pytest.mark.parametrize("data", [{"text": 1}, {"line": "3"}, {"line": True}, {"steps": "ab"}, {"steps": [1]}, {"line": 1.0}, {"type": "telepathy"}])
def test_a_value_of_another_type_makes_the_whole_fact_unknown(data: dict[str, Any]) -> None:
    assert fact_of("note", data) == (Unknown(data), {})


def test_a_kind_of_a_newer_version_and_what_is_no_object() -> None:
    assert fact_of("telepathy", {"a": 1}) == (Unknown({"a": 1}), {})
    assert fact_of("note", [1]) == (Unknown({"value": [1]}), {})
    assert data_of(Unknown({"a": 1})) == {"a": 1}


def test_a_pair_has_two_parts() -> None:
    assert fact_of("commit", {"trailers": [["a", "b"]]})[0] == Commit("", "", CommitAction.COMMIT, trailers=(("a", "b"),))
    assert isinstance(fact_of("commit", {"trailers": [["a"]]})[0], Unknown)


def test_numbers_that_json_lacks_become_zero_both_ways() -> None:
    assert plain([math.nan, math.inf, 1.5]) == [0.0, 0.0, 1.5]
    assert reader(float)(math.nan) == 0.0 and reader(float)(3) == 3.0
    with pytest.raises(TypeError):
        reader(float)("3")


def test_an_optional_record_is_none_or_itself() -> None:
    assert fact_of("snapshot", {"operation": None})[0] == Snapshot()
    assert fact_of("snapshot", {"operation": {"kind": "merge"}})[0] == Snapshot(operation=OpenOperation("merge"))
