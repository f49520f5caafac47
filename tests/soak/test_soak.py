"""A daemon at work for long: it must not grow. Two minutes by night, hours by `make soak` (SOAK_MINUTES, SOAK_WORKTREES)."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from tests.soak.work import IDLE, Sample, kept, prepare, rests, sample, slope, table, work
from tests.support import Repo, cli, wait_for
from tests.watched import Watched

NIGHTLY = bool(os.environ.get("HANDOFFD_NIGHTLY"))
MINUTES = float(os.environ.get("SOAK_MINUTES", "2"))
WORKTREES = int(os.environ.get("SOAK_WORKTREES", "20" if NIGHTLY else "3"))
A_SECOND = float(os.environ.get("SOAK_STEPS", "5"))
"""Steps of work a second, over all worktrees."""
LONG = 20.0
"""Minutes from which on a slope means something. Before, the allocator still settles, and only the growth as a whole is bounded."""
SLOPE = 1.0
GROWTH = 12.0
"""MB an hour, and MB in a run that is too short for a slope."""
JOURNAL = 4.0
"""MB a worktree."""
FEW = 12
"""Events a worktree that a prune of everything leaves."""


def soak(pid: int, repos: list[Repo], began: float) -> list[Sample]:
    """Work, and look at the daemon 120 times, at the most once in two seconds."""
    luck, samples = random.Random(7), []
    end = began + MINUTES * 60
    every = max(2.0, MINUTES * 60 / 120)
    while time.monotonic() < end:
        due = time.monotonic() + every
        while time.monotonic() < due:
            work(luck.choice(repos), luck)
            time.sleep(1 / A_SECOND)
        samples.append(sample(pid, began, repos))
        print(samples[-1], flush=True)
    return samples


def forgets(repo: Repo) -> int:
    """Close the session, prune, and count the events that are left: the newest handoff's, and what came since."""
    assert cli("flush", cwd=repo.root).returncode == 0
    assert cli("prune", "--before", "1s", cwd=repo.root).returncode == 0
    return kept(repo)


def settled(now: Sample, first: Sample) -> Sample | None:
    """The sample, if nothing but memory and journals is more than at the start: one thread for the alarm's first ring, and the folders of
    handoffs and reports, which there were none of."""
    grown = now.threads > first.threads + 1 or now.descriptors > first.descriptors or now.watches > first.watches + 2 * WORKTREES
    return None if grown else now


@pytest.mark.nightly
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="measures by /proc")
def test_a_daemon_at_work_for_long_does_not_grow(watched: Watched, tmp_path: Path) -> None:
    watched.configure(f"idle: {IDLE}s\nsession_gap: {2 * IDLE}s\n")
    repos = prepare(tmp_path, WORKTREES)
    daemon = watched.daemon(ready=60 + WORKTREES)
    for repo in repos:
        # It says that it watches before it has looked.
        repo.write("new/first.txt", "one\n")
        wait_for(lambda repo=repo: watched.file_seen_by_the_daemon("new/first.txt", repo.root), seconds=60, every=0.2)  # type: ignore[misc]
    began = time.monotonic()
    first = sample(daemon.pid, began, repos)
    samples = soak(daemon.pid, repos, began)
    print(table([first, *samples]))
    print(f"{MINUTES} minutes, {WORKTREES} worktrees: {samples[-1].events - first.events} events, memory {slope(samples):+.2f} MB an hour")
    # Whatever state the worktrees are left in, it comes to rest.
    wait_for(lambda: rests(daemon.pid), seconds=60 + IDLE)
    for repo in repos:
        repo.git("clean", "-q", "-fdx", "new", "test-results")
        wait_for(lambda repo=repo: forgets(repo) <= FEW, seconds=60, every=0.5)  # type: ignore[misc]
    last = wait_for(lambda: settled(sample(daemon.pid, began, repos), first), seconds=60, every=1)
    print(table([last]))
    assert last.events > first.events + 10
    assert last.journals <= JOURNAL * WORKTREES
    if MINUTES >= LONG:
        assert slope(samples) <= SLOPE
    else:
        assert last.memory - first.memory <= GROWTH
    assert "Traceback" not in watched.said
