"""`kill -9`, again and again, at random instants and inside the write path."""

from __future__ import annotations

import time

import pytest

from tests.crash.harness import Harness
from tests.crash.world import World

KILLS = 20
SEEDS, NIGHTLY_SEEDS = 2, 250


@pytest.mark.parametrize("seed", [pytest.param(seed, marks=pytest.mark.nightly if seed >= SEEDS else ()) for seed in range(NIGHTLY_SEEDS)])
def test_nothing_is_lost_doubled_or_half(world: World, seed: int) -> None:
    began, harness = time.monotonic(), Harness(world, seed)
    harness.run(KILLS)
    movements = sum(event["data"].get("ref") == "HEAD" for log in harness.seen.values() for event in log)
    files = sum(1 for _ in world.home.glob("*/.claude/handoff-*.md"))
    took = time.monotonic() - began
    print(
        f"seed {seed}: {world.kills} kills ({world.placed.total()} placed: {dict(world.placed)}), {len(harness.work.model.steps)} steps, {movements} movements, {files} files, {took:.1f} s"
    )
    assert world.kills >= KILLS
