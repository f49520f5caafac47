from __future__ import annotations

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoffd.journal.row_codec import as_json, decode, encode, escape, iso, unescape
from handoffd.model import facts as told_facts
from handoffd.model.change import Change, HunkPlace
from handoffd.model.events import KINDS, Event, Fact
from handoffd.model.fact_codec import data_of
from handoffd.model.facts import Commit, Handoff, Note, Unknown
from handoffd.model.kinds import ChangeKind, CommitAction, EntryKind
from handoffd.model.snapshot import Entry, OpenOperation, Snapshot

# Any text that git, a file name or a report can hold: bytes that are no UTF-8 are lone surrogates.
BYTES = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF)
TEXT = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), BYTES, st.just("\\")), max_size=12)
SIMPLE = st.none() | st.booleans() | st.integers() | TEXT
JSON = st.recursive(SIMPLE, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2), max_leaves=4)

st.register_type_strategy(str, TEXT)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
KIND = st.sampled_from(sorted(KINDS))
MAPPING = st.dictionaries(TEXT, JSON, max_size=3)


@st.composite
def facts(draw: st.DrawFn) -> tuple[str, Any]:
    kind = draw(KIND)
    more = {"document": MAPPING} if kind == "handoff" else {}
    return kind, draw(st.builds(KINDS[kind], **more))


@settings(max_examples=150, deadline=None)
@given(facts())
def test_any_fact_comes_back(told: tuple[str, Any]) -> None:
    kind, fact = told
    text = encode(fact)
    assert text.isascii() and "\n" not in text
    assert decode(kind, text) == (fact, {})


@given(facts(), MAPPING)
@settings(max_examples=50, deadline=None)
def test_fields_of_a_newer_version_are_kept(told: tuple[str, Any], more: dict[str, Any]) -> None:
    kind, fact = told
    extra = {f"new-{name}": value for name, value in more.items()}
    text = encode(fact, extra)
    assert decode(kind, text) == (fact, extra)
    assert as_json(Event(kind, 1.0, "k", fact, extra=extra))["data"] == json.loads(text)


@given(MAPPING)
def test_a_kind_of_a_newer_version_is_kept(data: dict[str, Any]) -> None:
    fact, extra = decode("telepathy", json.dumps(data))
    assert (fact, extra) == (Unknown(data), {})
    assert json.loads(encode(fact)) == data


def test_missing_fields_take_their_defaults() -> None:
    assert decode("commit", '{"new":"b"}')[0] == Commit("", "b", CommitAction.COMMIT)
    assert decode("test", "{}")[0] == told_facts.Test("", 0, 0)


@pytest.mark.parametrize(
    "text",
    ['{"new":1}', '{"parents":"ab"}', '{"changes":[1]}', '{"trailers":[["a"]]}', '{"missing":1}', "[]", "7", "nothing", "[" * 9000],
)
def test_what_is_no_such_fact_is_kept_and_not_guessed(text: str) -> None:
    assert isinstance(decode("commit", text)[0], Unknown)


def test_a_movement_always_tells_its_ends() -> None:
    data = json.loads(encode(Commit("", "", "")))
    assert data.keys() >= {"old", "new", "ref", "action"} and data["ref"] == "HEAD"
    assert json.loads(encode(Snapshot(operation=OpenOperation("merge")))) == {"operation": {"kind": "merge"}}


def test_what_is_no_number_does_not_break_the_line() -> None:
    line = json.dumps(as_json(Event("test", float("inf"), "k", told_facts.Test("pytest", 1, 0, duration=float("nan")))), allow_nan=False)
    assert '"at": "9999-12-31T23:59:59.000Z"' in line


@given(TEXT)
def test_columns_take_any_text(text: str) -> None:
    escape(text).encode("utf-8")
    assert unescape(escape(text)) == text


def test_different_texts_stay_different() -> None:
    assert escape("\udc80") != escape("\\udc80")


def test_log_line() -> None:
    event = Event("handoff", 1772980200.5, "k", Handoff("a.md", "ab", "written"), "worktrees/x", "main", 7, 1772980201.0, "cli")
    told = as_json(event)
    assert told["at"] == iso(1772980200.5) == "2026-03-08T14:30:00.500Z"
    assert list(told) == ["id", "at", "seen", "by", "kind", "worktree", "branch", "data"]


def test_ten_thousand_commits_are_decoded_in_seconds() -> None:
    changes = tuple(Change(f"src/{n}.py", "changed", added=3, adds=("f",), places=(HunkPlace(1, 2, "f"),)) for n in range(20))
    text = encode(Commit("a" * 40, "b" * 40, "commit", changes=changes))
    start = time.process_time()
    for _ in range(1000):
        decode("commit", text)
    assert time.process_time() - start < 2


ENTRIES = tuple(Entry(f"a{number}\udc80", EntryKind.MODIFIED, mtime=number / 3) for number in range(2500))
CHANGES = tuple(Change(f"a{number}", ChangeKind.CHANGED, added=1, places=(HunkPlace(1, 1),)) for number in range(1001))


@pytest.mark.parametrize(
    "fact",
    [
        Snapshot(head="x", entries=ENTRIES, changes=CHANGES, totals=(("a", 1, 2),)),
        Snapshot(),
        Snapshot(entries=(Entry("a", EntryKind.MODIFIED, mtime=math.nan),)),
        Note("todo", '"quoted" \u2028 \udc80'),
        Handoff("n", "x", "written", document={"a": (1, {"b": [math.inf]})}),
        Commit("a", "b", CommitAction.COMMIT, changes=CHANGES),
        Unknown({"a": (1, 2), "b": {"c": None}}),
    ],
)
def test_field_by_field_is_as_in_one_piece(fact: Fact) -> None:
    line = encode(fact)
    assert line == json.dumps(data_of(fact), separators=(",", ":")) and "\n" not in line and line.isascii()
