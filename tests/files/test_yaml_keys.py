"""A small file of settings: its keys with their lines and plain values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoffd.files.yaml_keys import Entry, NoKeys, entries


def test_values_are_the_text_as_it_was_written() -> None:
    data = b"idle: 20m\nyes: no\nnumber: 007\nlist: [a, '1', null]\n# comment\ndeep: {a: 1}\n"
    assert entries(data) == [
        Entry("idle", 1, "20m"),
        Entry("yes", 2, "no"),
        Entry("number", 3, "007"),
        Entry("list", 4, ["a", "1", "null"]),
        Entry("deep", 6, None),
    ]


@pytest.mark.parametrize("data", [b"", b"\n# nothing\n"])
def test_an_empty_file_has_no_keys(data: bytes) -> None:
    assert entries(data) == []


def test_a_key_that_stands_twice_is_there_twice() -> None:
    assert [(entry.line, entry.value) for entry in entries(b"a: 1\nb: 2\na: 3\n")] == [(1, "1"), (2, "2"), (3, "3")]


@pytest.mark.parametrize(
    ("data", "line", "why"),
    [
        (b"- a\n- b\n", 1, "must be keys with values"),
        (b"\n\nword\n", 3, "must be keys with values"),
        (b"a: 1\nb: [\n", 3, "no YAML"),
        (b"a: 1\nb: \xff\n", 2, "not UTF-8"),
        (b"a: &x 1\n", 1, "anchors and aliases"),
        (b"a: 1\nb: *x\n", 2, "anchors and aliases"),
        (b"a: " + b"[" * 11 + b"]" * 11, 1, "nested too deeply"),
        (b"a: \x00\n", 1, "control character"),
    ],
)
def test_what_is_no_file_of_keys_names_its_line(data: bytes, line: int, why: str) -> None:
    with pytest.raises(NoKeys, match=f"^{line}: .*{why}"):
        entries(data)


def test_a_key_that_is_no_name_or_long_can_stand_in_a_message() -> None:
    assert [entry.key for entry in entries(b"[a, b]: 1\n" + b"k" * 99 + b": 2\n")] == ["a key that is no name", "k" * 60 + "…"]


def test_thousands_of_brackets_are_no_trouble() -> None:
    with pytest.raises(NoKeys, match="nested too deeply"):
        entries(b"a: " + b"[" * 60_000)


WORD = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)


@settings(deadline=None)
@given(st.dictionaries(WORD, WORD | st.lists(WORD, max_size=3), max_size=4))
def test_quoted_words_come_back(said: dict[str, Any]) -> None:
    data = "".join(f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in said.items())
    assert entries(data.encode()) == [Entry(key, line, value) for line, (key, value) in enumerate(said.items(), 1)]


@given(st.binary(max_size=60))
def test_any_bytes_are_keys_or_a_reason(data: bytes) -> None:
    try:
        assert all(entry.line >= 1 for entry in entries(data))
    except NoKeys as refused:
        assert str(refused).partition(":")[0].isdigit()
