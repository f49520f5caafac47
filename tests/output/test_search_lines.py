from __future__ import annotations

import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handoffd.output.columns import columns
from handoffd.output.search_lines import search_lines
from handoffd.output.terminal import Style


def row(text: str, **more: Any) -> dict[str, Any]:
    at = time.mktime((2026, 11, 20, 14, 2, 0, 0, 0, -1))
    return {"repository": "/r/app", "at": at, "kind": "decision", "branch": "feat/retry", "text": text, "times": 1, **more}


def test_a_hit_is_a_line() -> None:
    assert search_lines([row("Raise\na warning would be overlooked")], ["warning"], Style()) == (
        "2026-11-20 14:02  decision  feat/retry  Raise — a warning would be overlooked"
    )


def test_a_long_text_is_shown_around_the_word_and_how_often_it_was_said() -> None:
    text = "word " * 100 + "needle " + "word " * 100
    line = search_lines([row(text, times=12)], ["NEEDLE"], Style(width=80))
    assert columns(line) <= 80 and "…word" in line and "needle" in line and line.endswith("… (12 times)")


def test_the_words_are_bold_and_no_others() -> None:
    line = search_lines([row("retry_count, retrying, pretry")], ["retry", "retry count"], Style(colour=True))
    assert line.count("\x1b[1m") == 2 and "\x1b[1mretry\x1b[0m_count" in line and "\x1b[1mretry\x1b[0ming" in line


def test_repositories_are_named_where_there_are_several() -> None:
    lines = search_lines([row("a"), row("b", repository="/r/lib")], ["a"], Style()).split("\n")
    assert ["  app  " in lines[0], "  lib  " in lines[1]] == [True, True]
    assert "  app  " not in search_lines([row("a")], ["a"], Style())


@given(st.text(), st.lists(st.text(min_size=1), min_size=1), st.text(), st.integers(80, 200))
def test_whatever_was_said_stays_in_its_line(text: str, words: list[str], branch: str, width: int) -> None:
    shown = search_lines([row(text, branch=branch, commit="a" * 40)], words, Style(width=width))
    assert shown.isprintable() and columns(shown) <= width
