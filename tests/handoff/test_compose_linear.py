"""What composing costs: counted in calls, which are the same on every machine."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from handoffd.model.change import Change, HunkPlace
from tests.handoff.builders import handoff, made, on_head, session_of


def calls(files: int) -> int:
    """Calls of functions of ours while the handoff of a commit of so many files is composed."""
    changes = [Change(f"src/m{at // 10}/f{at}.py", "created", added=2, adds=(f"f{at}",), definitions=(HunkPlace(1, 2, f"f{at}"),)) for at in range(files)]
    session, snapshot = session_of(made(1, "feat: all at once", *changes)), on_head(1)
    seen = 0

    def count(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal seen
        seen += event == "call" and "handoffd" in frame.f_code.co_filename

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        handoff(session, snapshot)
    finally:
        sys.setprofile(before)
    return seen


def test_ten_times_as_many_files_cost_ten_times_as_much() -> None:
    few, many = calls(100), calls(1000)
    assert few > 100 and many < 12 * few, (few, many)
