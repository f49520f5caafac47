from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.code.conflict_markers import conflict_places, in_conflict

BLOCK = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> origin/main\n"
DIFF3 = "<<<<<<< HEAD\na\n||||||| base\nc\n=======\nb\n>>>>>>> origin/main\n"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("x\n" + BLOCK + "y\n" + DIFF3, (2, 8)),
        ("Title\n=======\ntext\n", ()),
        ("<<<<<<< HEAD\na\n=======\n", ()),
        ("    <<<<<<< HEAD\n=======\n>>>>>>> x\n", ()),
        (BLOCK.replace("\n", "\r\n"), (1,)),
        ("<<<<<<<<\n=======\n>>>>>>> x\n", ()),
    ],
)
def test_conflict_places(text: str, places: tuple[int, ...]) -> None:
    assert conflict_places(text) == places


def test_in_conflict() -> None:
    assert [in_conflict("x\n" + BLOCK + "y\n", line) for line in range(1, 8)] == [False, True, True, True, True, True, False]


@given(st.lists(st.sampled_from(["<<<<<<< a", "=======", ">>>>>>> b", "||||||| c", "x"])))
def test_places_are_opening_markers(lines: list[str]) -> None:
    assert all(lines[place - 1] == "<<<<<<< a" for place in conflict_places("\n".join(lines)))
