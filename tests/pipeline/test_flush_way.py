"""How many files of ours a commit goes through from git's log to the document: what somebody reads who follows it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import handoffd
from handoffd.model.triggers import Trigger
from handoffd.pipeline.flush import flush
from handoffd.pipeline.workspace import Workspace
from tests.pipeline.begun import MINUTE, NINE
from tests.support import Repo

ROOT = str(Path(handoffd.__file__).parent) + "/"
MOST = 133
"""Of a whole flush, every source and section of it. It only ever goes down; the aim is 60."""


def entered(place: Workspace) -> set[str]:
    """The files whose functions a flush calls, by their path in the package."""
    found: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        file = frame.f_code.co_filename
        if event == "call" and file.startswith(ROOT) and frame.f_code.co_name != "<module>":
            found.add(file.removeprefix(ROOT))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        written = flush(place, Trigger.FLUSH, "cli", NINE + 5 * MINUTE).written
    finally:
        sys.setprofile(before)
    assert written is not None and "✓ Two" in written.markdown
    return found


def test_a_commit_goes_through_no_more_files_than_before(place: Workspace, started: Repo) -> None:
    started.commit("feat: two", {"a.py": "def f():\n    return 2\n"}, at=NINE + 60)
    found = entered(place)
    assert {"sources/git/head.py", "pipeline/ingest.py", "handoff/sections/done.py", "output/markdown.py"} <= found
    assert len(found) <= MOST, sorted(found)
