"""Each single change of the world after a handoff is told, or is without effect; every line of `resume` is true after it."""

from __future__ import annotations

import random
from itertools import count
from pathlib import Path

import pytest

from tests.truth.acts import ACTS
from tests.truth.live import live_findings
from tests.truth.live_changes import CHANGES
from tests.truth.shapes import SHAPES

# `look` changes nothing. Who goes to another branch reads of another session: tests/life/test_resume.py.
SINGLE = [*CHANGES, *(name for name in ACTS if name not in ("look", "settle", "switch", "branch_new"))]
SLICE = ["conflict resolved", "red run turned green", "mark moved", "a colleague's patch", "committed and thrown away", "amend", "todo_done", "stash_pop"]
PAIRS = [tuple(random.Random(f"pair {number}").sample([name for name in SINGLE if name in ACTS], 2)) for number in range(120)]
TRIES = 12


def findings(folder: Path, shape: str, changes: tuple[str, ...], seeds: range | count[int]) -> list[str]:
    """Of the first seed where there is something to do."""
    for seed in seeds:
        found = live_findings(folder / f"world-{seed}", shape, seed, changes)
        if found is not None:
            return [str(one) for one in found]
    pytest.skip("nothing of the kind came up")


def test_there_are_sixty_single_changes() -> None:
    assert len(SINGLE) >= 60 and set(SLICE) <= set(SINGLE)


@pytest.mark.parametrize("name", SLICE)
def test_a_change_is_told(name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, "python", (name,), range(1, TRIES)) == []


@pytest.mark.nightly
@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("shape", SHAPES)
def test_each_change_is_told(shape: str, name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, shape, (name,), range(1, TRIES)) == []


@pytest.mark.nightly
@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_each_pair_is_told(pair: tuple[str, str], tmp_path: Path) -> None:
    assert findings(tmp_path, random.Random("+".join(pair)).choice(list(SHAPES)), pair, range(1, TRIES)) == []
