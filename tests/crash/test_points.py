"""Death at each point of the write path, once, with nothing left to luck."""

from __future__ import annotations

import signal

import pytest

from handoffd.files.crash_points import POINTS
from tests.crash.harness import DELIVERY, Harness
from tests.crash.world import World
from tests.support import wait_for


@pytest.mark.parametrize("point", POINTS)
def test_a_verb_dies_at_a_point(world: World, point: str) -> None:
    harness = Harness(world, seed=0)
    world.begin()
    harness.check()
    words = harness.prepared(point)
    assert world.call(*words, kill_at=point).code == -signal.SIGKILL
    harness.check()
    assert world.call("flush").code == 0
    harness.check()


@pytest.mark.parametrize("point", POINTS)
def test_the_daemon_dies_at_a_point(world: World, point: str) -> None:
    harness = Harness(world, seed=1)
    world.begin()
    harness.check()
    harness.prepared(point)
    daemon = world.start_daemon(kill_at=point)
    if world.await_daemon() and point in DELIVERY:
        daemon.signal(signal.SIGUSR1)
    # Until it dies there is something to see; a spool is rotated at the look after the one that read it.
    wait_for(lambda: not world.lasts(daemon, 0.3) or harness.work.hook(), seconds=30)
    world.kill_daemon()
    world.start_daemon()
    harness.check()
