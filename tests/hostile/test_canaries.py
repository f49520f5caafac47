"""A hostile repository runs nothing: every verb and the daemon over each way in which a repository makes git run a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handoffd.cli.verbs import VERBS
from tests.gits import name_of
from tests.hostile import verbs
from tests.hostile.arena import armed, sings, songs
from tests.hostile.ways import WAYS

TOP = Path(__file__).resolve().parent.parent.parent
# They start or end the daemon; the daemon has tests of its own below.
OF_THE_DAEMON = {"start", "stop", "restart", "daemon"}


# Ways that git itself takes while it compares: each verb is asked there, also in the small size. Elsewhere the verbs that read the most.
BUSIEST = {"core.fsmonitor", "hooks", "hook.*.command", "diff.*.textconv", "filter.*.clean", "filter.*.process", "fsmonitor in a submodule"}
NIGHTLY = os.environ.get("HANDOFFD_NIGHTLY") == "1"


@pytest.mark.parametrize("way", WAYS)
def test_no_verb_makes_a_canary_sing(git: str, way: str, tmp_path: Path) -> None:
    arena = armed(tmp_path, way)
    alive = [canary for canary in arena.controls if sings(arena, canary)]
    if not alive:
        pytest.skip(f"{way}: {name_of(git)} does not run it")
    lines = verbs.LINES if NIGHTLY or way in BUSIEST else verbs.FEW
    done = subprocess.run(
        [sys.executable, "-P", verbs.__file__, str(arena.watched), *lines], cwd=TOP, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert songs(tmp_path) == set()
    told = json.loads(done.stdout)
    assert not [(line, code, said) for line, code, said in told if code not in (0, 1) or "Traceback" in said]
    assert "init" in [line for line, code, _ in told if code == 0]


def test_the_verbs_are_all_there() -> None:
    asked = {line.split()[0] for line in verbs.LINES}
    assert set(VERBS) - asked - OF_THE_DAEMON == set()
