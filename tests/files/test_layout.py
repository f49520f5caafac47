"""The names of our own files."""

from __future__ import annotations

import time

import pytest

from handoffd.files.layout import handoff_draft, handoff_names, handoff_order, handoff_stem, is_handoff, is_handoff_draft


@pytest.mark.parametrize(
    ("path", "directory", "expected"),
    [
        (".claude/handoffs/handoff-2026-03-08.md", ".claude/handoffs", True),
        (".claude/handoffs/handoff-2026-03-08-12.md", "./.claude/handoffs/", True),
        (".claude/handoffs/old/handoff-2026-03-08.md", ".claude/handoffs", False),
        (".claude/handoffs/handoff-2026-03-08.md.bak", ".claude/handoffs", False),
        ("handoff-2026-03-08.md", "", True),
        (".claude/.handoff-2026-03-08.0123456789ab.tmp", ".claude", True),
        (".claude/.handoff-2026-03-08.mine.tmp", ".claude", False),
        ("x/handoff-2026-03-08.md", ".", False),
    ],
)
def test_is_handoff(path: str, directory: str, expected: bool) -> None:
    assert is_handoff(path, directory) is expected


def test_a_day_s_handoffs_stand_in_the_order_of_their_numbers() -> None:
    names = ["handoff-2026-03-09.md", "handoff-2026-03-08-10.md", "handoff-2026-03-08.md", "handoff-2026-03-08-2.md"]
    assert sorted(names, key=handoff_order) == [
        "handoff-2026-03-08.md",
        "handoff-2026-03-08-2.md",
        "handoff-2026-03-08-10.md",
        "handoff-2026-03-09.md",
    ]


def test_every_name_that_is_made_is_known_again() -> None:
    stem = handoff_stem(time.mktime((2026, 3, 8, 12, 0, 0, 0, 0, -1)))
    assert stem == "handoff-2026-03-08"
    draft = handoff_draft(stem, "0123456789ab")
    assert is_handoff_draft(draft) and is_handoff(f"x/{draft}", "x") and not is_handoff_draft(f"{stem}.md")
    assert is_handoff(handoff_names("x").replace("*", stem.removeprefix("handoff-")), "x")
