"""Seeds: work, flush, check; three sessions each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tests.truth import acts, acts_branches, acts_commits, acts_files, acts_words  # noqa: F401  the table is filled by them
from tests.truth.checks import Finding, check_all
from tests.truth.document import parse
from tests.truth.kills import Daemon
from tests.truth.truth import Truth
from tests.truth.world import World

SESSIONS, ACTS = 3, 25


def seed_findings(folder: Path, shape: str, seed: int, sessions: int = SESSIONS, count: int = ACTS, documents: Path | None = None, daemon: bool = False) -> Iterator[Finding]:
    """What is false or missing after each session of a seed."""
    world = World(folder, shape, seed)
    beside = Daemon(world) if daemon else None
    try:
        for number in range(sessions):
            world.log.append(f"=== session {number + 1}")
            acts.work(world, count, beside.disturb if beside else lambda: None)
            yield from flushed(world, documents)
    finally:
        if beside:
            beside.kill()


def flushed(world: World, documents: Path | None = None) -> Iterator[Finding]:
    """Flush, then check all that is told: the document, its JSON, `resume` and `list`."""
    truth = Truth.of(world)
    said = world.handoffd("flush")
    world.log.append(said.strip())
    shown = world.handoffd("show")
    data = json.loads(world.handoffd("show", "--json"))
    resumed = world.handoffd("resume")
    listed = [json.loads(line) for line in world.handoffd("list", "--json").splitlines()]
    world.books.flushed += 1
    if documents:
        documents.mkdir(parents=True, exist_ok=True)
        name = f"{world.shape.name}-{world.seed}-{world.books.session}"
        (documents / f"{name}.md").write_text(shown)
        (documents / f"{name}.resume.md").write_text(resumed)
        (documents / f"{name}.log").write_text("\n".join(world.log))
    where = f"{world.shape.name}/{world.seed}/{world.books.session}"
    for kind, what in check_all(truth, parse(shown), parse(resumed), data, listed):
        yield Finding(where, kind, what)
    world.books.open(world)
