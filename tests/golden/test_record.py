"""A script that is played again gives the recording that is there: one day always, all of them by night.

The words of git's logs and the sizes of folders are in the recordings: a git which says other words differs, and so may another file system.
"""

from __future__ import annotations

import json
import runpy
import time
from pathlib import Path

import pytest

from tests.golden.load import DAYS
from tests.golden.record import recording

FIRST = "feature_day"
SCRIPTS = sorted(DAYS.glob("*/play.py"), key=lambda script: script.parent.name != FIRST)
EACH = [pytest.param(script, id=script.parent.name, marks=() if script.parent.name == FIRST else pytest.mark.nightly) for script in SCRIPTS]


@pytest.mark.parametrize("script", EACH)
def test_a_day_played_again_is_the_same_day(script: Path, tmp_path: Path, home: Path) -> None:
    time.tzset()
    files = recording(tmp_path, runpy.run_path(str(script))["play"])
    about = json.loads(files.pop("day.json"))
    kept = json.loads((script.parent / "day.json").read_text())
    assert {name: kept.get(name) for name in about} == about
    for name, text in files.items():
        assert text == (script.parent / name).read_text(), name
