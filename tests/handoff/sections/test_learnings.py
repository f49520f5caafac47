"""Learnings Captured: a person's first, the same rule once."""

from __future__ import annotations

import pytest

from handoffd.handoff.sections.learnings import MOST_LINES, learnings
from handoffd.model.document import PERSON, TOOL, Item
from handoffd.model.facts import Note
from handoffd.model.snapshot import OpenMark
from tests.handoff.builders import NINE, claims_of, made, oid, on_head, view


def items(*facts, **more) -> list[Item]:
    return list(learnings(view(*facts, snapshot=on_head(1, 2, **more))))


def test_notes_then_trailers_then_lines_each_newest_first() -> None:
    marks = (OpenMark("learning", "CLAUDE.md", 3, "line one", at=NINE), OpenMark("learning", "CLAUDE.md", 4, "line two", at=NINE + 5))
    found = items(
        Note("learning", "a"),
        made(1, "x", trailers=(("Learned", "c"),)),
        Note("learning", "b"),
        made(2, "y", trailers=(("Learning", "d"),)),
        marks=marks,
    )
    assert [item.text for item in found] == ["b", "a", "d", "c", "line two", "line one"]
    assert [item.kind for item in found] == ["note", "note", "trailer", "trailer", "line", "line"]
    assert [item.rank.strength for item in found] == [PERSON] * 4 + [TOOL] * 2


def test_the_same_rule_is_there_once_in_its_strongest_form() -> None:
    mark = OpenMark("learning", "CLAUDE.md", 3, "keys are long.", at=NINE)
    (item,) = items(Note("learning", "Keys are LONG"), made(1, "x", trailers=(("Learned", "keys are long!"),)), marks=(mark,))
    assert (item.kind, item.source, item.evidence) == ("note", "person", (1,))


@pytest.mark.parametrize(
    ("said", "category", "text"),
    [
        ("[Cache] keys", "Cache", "keys"),
        ("[x] keys", "", r"\[x] keys"),
        ("[ ] keys", "", r"\[ ] keys"),
        ("[Cache]keys", "", "[Cache]keys"),
        ("keys", "", "keys"),
    ],
)
def test_a_category_in_brackets(said: str, category: str, text: str) -> None:
    (item,) = items(Note("learning", said))
    assert (item.category, item.text) == (category, text)


def test_a_category_that_was_named_beside_the_words() -> None:
    (named,) = items(Note("learning", "[Other] keys", category="Cache"))
    assert (named.category, named.text) == ("Cache", "[Other] keys")
    (box,) = items(Note("learning", "keys", category="x"))
    assert (box.category, box.text) == ("", r"\[x] keys"), "in brackets it would be a box that is ticked"


def test_a_line_of_a_file_claims_that_it_still_stands_there_and_there_is_an_end() -> None:
    marks = tuple(OpenMark("learning", "CLAUDE.md", number, f"rule {number}", at=NINE + number) for number in range(1, MOST_LINES + 4))
    found = items(marks=marks)
    assert len(found) == MOST_LINES and found[0].text == f"rule {MOST_LINES + 3}"
    assert claims_of(found[0]) == [("text_at", {"path": "CLAUDE.md", "line": MOST_LINES + 3, "near": 20, "text": f"rule {MOST_LINES + 3}"})]


def test_a_commit_that_was_taken_back_taught_nothing() -> None:
    assert items(made(1, "x", trailers=(("Learned", "a"),)), made(2, "back", reverts=oid(1))) == []
