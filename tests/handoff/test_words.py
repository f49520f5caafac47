"""Small wordings that several sections share."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.handoff.words import changed, covered, done_subject, is_wip, joined, normalised, series, words
from handoffd.model.local_time import day, minute

PARTS = st.lists(st.sampled_from(["a", "b", "c d"]), max_size=8)


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("feat: add retry", "Add retry"),
        ("fix(web)!: crash", "Crash"),
        ("webhooks: add retry", "Webhooks: add retry"),
        ("Docs:   tell", "Tell"),
        ("chore:", "Chore:"),
        ("élan", "Élan"),
        ("", ""),
    ],
)
def test_a_subject_says_what_was_done(subject: str, said: str) -> None:
    assert done_subject(subject) == said


@pytest.mark.parametrize("subject", ["wip", "WIP: x", "x (wip)", "wip_x", "fixup! x", "squash! x", "  amend! x"])
def test_work_in_progress(subject: str) -> None:
    assert is_wip(subject)


@pytest.mark.parametrize("subject", ["wiper", "swipe", "use fixup! words", ""])
def test_words_that_only_look_like_it(subject: str) -> None:
    assert not is_wip(subject)


def test_words_apart_from_case_punctuation_and_todo() -> None:
    assert words("TODO: Write the docs!") == ("write", "the", "docs") and words("TODO") == ()
    assert normalised("Write the docs.") == normalised("write   THE docs") == "write the docs" and normalised(" ?! ") == "?!"


@given(st.text(max_size=20))
def test_a_bag_of_a_bag_is_itself(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


def test_a_text_is_covered_by_one_that_has_all_its_words() -> None:
    assert covered("write docs", ["nothing", "Write all the docs"]) and not covered("write docs", ["write", "docs"])
    assert not covered("TODO", ["TODO"]) and not covered("a", [])


@given(st.text(max_size=20), st.lists(st.text(max_size=10), max_size=3))
def test_a_text_covers_itself_and_more_texts_uncover_nothing(text: str, more: list[str]) -> None:
    assert covered(text, [text]) == bool(words(text))
    assert covered(text, more) <= covered(text, [*more, "x"])


@given(PARTS, st.integers(1, 10))
def test_a_series_shows_so_many_and_counts_the_rest(parts: list[str], most: int) -> None:
    shown = series(parts, most, "; ").split("; ") if parts else []
    left = len(parts) - most
    assert shown == (parts if left <= 0 else [*parts[:most], f"+{left} more"])


@pytest.mark.parametrize(("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_parts_in_a_sentence(parts: list[str], said: str) -> None:
    assert joined(parts) == said


def test_lines_that_changed() -> None:
    assert changed(3, 0) == "+3 −0"


@given(st.floats())
def test_any_time_has_a_date_and_a_clock(at: float) -> None:
    assert len(minute(at)) == 5 and day(at).count("-") == 2


def test_times_are_local_and_what_is_no_time_is_the_first() -> None:
    noon = 1_699_963_200.0
    assert f"{day(noon)} {minute(noon)}" == time.strftime("%Y-%m-%d %H:%M", time.localtime(noon))
    assert day(math.nan) == day(-5.0) == day(0.0) and day(math.inf).startswith("9999")
