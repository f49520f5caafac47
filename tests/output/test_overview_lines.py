"""The morning screen's lines at any width."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.records import replace
from handoffd.output.columns import columns
from handoffd.output.overview_lines import overview_lines
from handoffd.output.terminal import Style
from handoffd.reading.overview import OverviewLine

NOW = 1_800_000_000.0
HOME = Path("/home/me")
ROW = OverviewLine("/home/me/p/httpx/.git", "/home/me/p/httpx", ".", "feat/retry", "Fix 1 failing test", 1, 2, 1, NOW - 7200, 0.0, True)


def lines(*rows: OverviewLine, width: int = 200) -> list[str]:
    return overview_lines(rows, NOW, HOME, Style(False, width))


def test_a_line_tells_place_branch_age_step_and_what_is_left() -> None:
    assert lines(ROW) == ["~/p/httpx  feat/retry  2 h  Fix 1 failing test  (1 red, 2 not pushed, 1 stash)"]


def test_what_is_none_is_not_told_and_a_stale_line_says_of_when_it_is() -> None:
    bare = OverviewLine("/r/.git", "/r", ".", "", "", at=NOW - 90000, as_of=NOW - 90000)
    (line,) = lines(bare)
    assert line.startswith("/r  detached  25 h") and " as of 20" in line and "(" not in line
    assert lines(OverviewLine("/r/.git", "/r", ".", "main", "x", at=NOW))[0] == "/r  main  now  x"


def test_a_branch_without_a_handoff_says_so_and_names_what_was_left() -> None:
    bare = OverviewLine("/r/.git", "/r", ".", "main", "", at=NOW - 120, written=False)
    assert lines(bare) == ["/r  main  2 min  no handoff of this branch yet"]
    assert lines(replace(bare, branch="", beside="feat\x1b")) == ["/r  detached  2 min  no handoff of this detached HEAD yet; feat\\x1b is open"]


def test_a_removed_worktree_is_named() -> None:
    gone = OverviewLine("/home/me/p/httpx/.git", "", "worktrees/side@17", "side", "Push 1 commit", 0, 1, 0, NOW - 60)
    assert lines(gone)[0].startswith("httpx, removed: side  side  1 min  Push 1 commit  (1 not pushed)")


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=200), st.integers(80, 160))
def test_every_worktree_is_one_line_without_escapes_of_others(root: str, branch: str, step: str, width: int) -> None:
    row = OverviewLine("/r/.git", f"/{root}", ".", branch, step, 3, 4, 5, NOW - 60, NOW - 7200, True)
    (line,) = lines(row, width=width)
    assert "\n" not in line and "\x1b" not in line and columns(line) <= width


@pytest.mark.parametrize("width", [80, 140])
def test_a_long_next_step_is_cut_and_the_state_stands(width: int) -> None:
    long = OverviewLine("/r/.git", "/home/me/" + "deep/" * 20 + "end", ".", "feat/" + "x" * 60, "Resolve " + "y " * 200, 2, 9, 0, NOW, 0.0, True)
    (line,) = lines(long, width=width)
    assert columns(line) <= width and line.endswith("…  (2 red, 9 not pushed)") and "end  feat/x" in line
