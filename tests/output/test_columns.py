"""Laws of text in columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.output.columns import columns, fit, pad, wrap

TEXT = st.text() | st.text("a日é\u0301 ")


@pytest.mark.parametrize(("text", "taken"), [("", 0), ("abc", 3), ("日本", 4), ("e\u0301", 1), ("é…", 2), ("🙂", 2)])
def test_columns(text: str, taken: int) -> None:
    assert columns(text) == taken


@pytest.mark.parametrize(
    ("text", "most", "said"), [("abcd", 4, "abcd"), ("abcde", 4, "abc…"), ("ab cd", 4, "ab…"), ("日本語", 5, "日本…"), ("日本語", 6, "日本語")]
)
def test_fit(text: str, most: int, said: str) -> None:
    assert fit(text, most) == said


@given(TEXT, st.integers(1, 40))
def test_what_is_fitted_fits_and_is_the_beginning(text: str, most: int) -> None:
    said = fit(text, most)
    assert columns(said) <= most
    assert said == text or text.startswith(said.removesuffix("…"))


@given(TEXT, st.integers(0, 40))
def test_what_is_padded_is_as_wide_as_was_asked_or_as_it_was(text: str, to: int) -> None:
    assert columns(pad(text, to)) == max(columns(text), to) and pad(text, to).startswith(text)


@given(TEXT, st.integers(1, 40))
def test_wrapping_loses_no_word_and_only_a_word_is_too_wide(text: str, most: int) -> None:
    lines = wrap(text, most)
    assert " ".join(lines).split() == text.split()
    assert all(columns(line) <= most or " " not in line.strip(" ") for line in lines)
