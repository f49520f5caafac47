"""Characters that may stand in a line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.characters import clean, cut, uncoloured, visible

ANY = st.text(st.characters(exclude_categories=[]) | st.sampled_from("\n\t\x1b\u202e\u200b\udc80 "), max_size=40)


@given(ANY, st.integers(1, 20))
def test_a_cleaned_line_is_short_and_nothing_in_it_controls_or_hides(text: str, most: int) -> None:
    line = clean(text, most)
    assert len(line) <= most
    assert not [sign for sign in line if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")]


@given(ANY)
def test_a_line_that_was_cleaned_once_stays_as_it_is(text: str) -> None:
    line = clean(text, 200)
    assert clean(line, 200) == line


@given(ANY)
def test_a_visible_name_is_printable_and_keeps_what_was_printable(text: str) -> None:
    name = visible(text)
    assert all(sign == " " or unicodedata.category(sign)[0] not in "CZ" for sign in name)
    assert visible(name) == name


@pytest.mark.parametrize(
    ("one", "other"), [("a b", "a\u00a0b"), ("ab", "a\u200bb"), ("a", "a\udc80"), ("ab", "a\u202eb"), ("a\tb", "a\nb"), ("a", "a\ufe0f")]
)
def test_names_that_differ_look_different(one: str, other: str) -> None:
    assert visible(one) != visible(other)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  a \n\t b  ", "a b"),
        ("a\x00b", r"a\x00b"),
        ("caf\udce9", r"caf\xe9"),
        ("a\u200bb\u202ec", "abc"),
        ("a\u2028b", "a b"),
        ("héllo → ✓", "héllo → ✓"),
    ],
)
def test_prose(text: str, line: str) -> None:
    assert clean(text, 50) == line


def test_what_is_left_out_is_said() -> None:
    assert cut("abcdef", 6) == "abcdef" and cut("abcdef", 5) == "abcd…" and cut("abc  d", 5) == "abc…"
    assert clean("word " * 10_000, 20).endswith("…") and clean("\u200b" * 10_000 + "end", 20) == "…"


def test_colours_go_and_what_they_coloured_stays() -> None:
    assert uncoloured("\x1b[1;31mred\x1b[0m and \x1b]8;;http://x\x07link\x1b]8;;\x1b\\") == "red and link"
    assert uncoloured("plain [31m") == "plain [31m"
