"""The list of handoffs, and of what can be taken off one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.droppable import Candidate
from handoffd.output.columns import columns
from handoffd.output.lists import candidate_list, handoff_list
from handoffd.output.terminal import Style

ROW: dict[str, Any] = {
    "n": 0,
    "name": "h.md",
    "worktree": ".",
    "branch": "work",
    "started": 0.0,
    "ended": 1_700_000_000.0,
    "trigger": "push",
    "closed": True,
    "reconstructed": False,
    "commits": 1,
    "tests": {"passed": 12, "failed": 2, "skipped": 0},
    "next_step": "Fix 2 failing tests",
}


def test_a_line_tells_commits_tests_and_the_next_step() -> None:
    green = {
        **ROW,
        "n": 10,
        "branch": "日本",
        "tests": {"passed": 12, "failed": 0, "skipped": 0},
        "commits": 0,
        "reconstructed": True,
        "next_step": "",
    }
    assert handoff_list([ROW, green, {**ROW, "tests": None, "closed": False, "name": ""}], Style()).splitlines() == [
        "  0  2023-11-14 22:13  work  1 commit    2 failed     Fix 2 failing tests",
        " 10  2023-11-14 22:13  日本  no commits  12 passed    reconstructed: nothing open",
        "  0  2023-11-14 22:13  work  1 commit    no run seen  open: Fix 2 failing tests (in the journal only)",
    ]


@given(st.text(max_size=60), st.text(max_size=200), st.integers(80, 200), st.sampled_from([".", "worktrees/w@1", "worktrees/" + "w" * 60 + "@1"]))
def test_a_long_branch_gives_way_in_a_narrow_window(branch: str, step: str, width: int, worktree: str) -> None:
    rows = [{**ROW, "branch": branch, "worktree": worktree, "next_step": step}, {**ROW, "branch": "main"}]
    assert all(columns(line) <= width for line in handoff_list(rows, Style(False, width)).split("\n"))


def test_what_can_be_taken_off_stands_under_its_section() -> None:
    rows = [
        (1, Candidate("3f2a9c01", "TODO: wait", "What's In Progress", "src/a.py", 12)),
        (3, Candidate("00aa9c01", "odd\x1b[31m", "What's In Progress")),
        (4, Candidate("11bb9c01", "x" * 200, "What's Pending")),
    ]
    lines = candidate_list(rows, Style(width=80)).split("\n")
    assert lines[:2] == ["What's In Progress", "  1  3f2a9c01  src/a.py:12 — TODO: wait"] and lines[3] == "What's Pending"
    assert all(columns(line) <= 80 and line.isprintable() for line in lines)
