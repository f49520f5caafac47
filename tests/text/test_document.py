"""Hostile text in every field of every fact: whatever it says, the handoff and the terminal keep their structure."""

from __future__ import annotations

import json
import os
import random
import re

import pytest

from handoffd.handoff.compose import compose
from handoffd.model.document import Document
from handoffd.model.open_work import BranchIndex, work_of
from handoffd.model.records import replace
from handoffd.output.json import from_json, to_json
from handoffd.output.lists import handoff_list
from handoffd.output.markdown import QUOTED, render
from handoffd.output.terminal import Style, log_line, status_screen
from handoffd.reading.shorten import shorten
from tests.text.laws import faults, screen_faults
from tests.text.nasty import NINE, World

WORLDS = 6000 if os.environ.get("HANDOFFD_NIGHTLY") else 32
SEED = int(os.environ.get("HANDOFFD_SEED", "0")) or random.SystemRandom().getrandbits(32)
SHARDS = 4


def document(world: World, rng: random.Random) -> Document:
    session, work = world.session(), None
    if rng.random() < 0.5:
        earlier = [replace(event, at=event.at - 86400) for event in world.events(20)]
        work = work_of(BranchIndex(1, "work"), earlier, session)
    flags = {"reconstructed": rng.random() < 0.3, "checkpoint": rng.random() < 0.3}
    return compose(session, world.snapshot(), work, worktree="/w", trigger=rng.choice([*world.pool, "push"]), ended=NINE + 1800, **flags)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_handoff_keeps_the_structure_of_its_template(shard: int) -> None:
    for number in range(shard, WORLDS, SHARDS):
        rng = random.Random(f"{SEED} {number}")
        made = document(World(rng), rng)
        for budget in (0, rng.randrange(1, 3000), rng.randrange(1, 400)):
            text = render(shorten(made, budget, render) if budget else made)
            wrong = faults(text)
            assert not wrong, f"HANDOFFD_SEED={SEED} world {number} budget {budget}: {wrong[:5]}\n{text}"
            assert text.split("\n")[1] == QUOTED
        assert render(from_json(json.loads(json.dumps(to_json(made))))) == render(made), f"HANDOFFD_SEED={SEED} world {number}"


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_resume_command_is_one_quote_of_single_lines(shard: int) -> None:
    for number in range(shard, WORLDS, SHARDS):
        rng = random.Random(f"{SEED} {number}")
        lines = document(World(rng), rng).resume.lines
        alone = "\n".join(f"> {line}" for line in lines)
        wrong = faults(alone)
        assert not wrong and len(alone.split("\n")) == len(lines), f"HANDOFFD_SEED={SEED} world {number}: {wrong[:5]}\n{alone}"
        assert not screen_faults("\n".join(lines), len(lines)), f"HANDOFFD_SEED={SEED} world {number}"
        assert lines[0].startswith("Continue working on ") and lines[1].startswith("Next step: ")


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_terminal_gets_no_escape_that_is_not_ours(shard: int) -> None:
    for number in range(shard, WORLDS, SHARDS):
        rng = random.Random(f"{SEED} {number}")
        world, style = World(rng), Style(True, rng.randrange(20, 220))
        said = f"HANDOFFD_SEED={SEED} world {number}"
        for event in world.events(20):
            line = log_line(event, style)
            assert not screen_faults(line, 1), f"{said}: {screen_faults(line, 1)}"
        some = rng.choice
        rows = [
            {
                "n": 0,
                "name": some(world.pool),
                "branch": some(world.pool),
                "started": NINE,
                "ended": NINE,
                "trigger": some(world.pool),
                "worktree": some(world.pool),
                "closed": rng.random() < 0.5,
                "reconstructed": False,
                "commits": 2,
                "tests": None,
                "next_step": some(world.pool),
            }
            for _ in range(4)
        ]
        assert not screen_faults(handoff_list(rows, style), len(rows)), said
        worktree = {
            "path": some(world.pool),
            "state": some(world.pool),
            "branch": some(world.pool),
            "last_event": NINE,
            "idle_at": NINE,
            "last_handoff": some(world.pool),
            "journal_bytes": 9,
            "remarks": [some(world.pool)],
        }
        daemon = {"pid": 7, "since": NINE, "version": some(world.pool)}
        screen = status_screen({"now": NINE, "daemon": daemon, "wanted": True, "trouble": some(world.pool), "worktrees": [worktree] * 2}, style)
        whole = re.sub(r"\n {10,}", " ", screen)  # what goes on below its own beginning
        assert not screen_faults(whole, 19), f"{said}: {screen_faults(whole, 19)}"
