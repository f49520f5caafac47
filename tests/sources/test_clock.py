"""Whether the wall clock was set back between two scans. See tests/model/test_clock.py for what sessions make of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.facts import Daemon
from handoffd.model.kinds import DaemonAction
from handoffd.sources.clock import NOTICED, Tick, read_clock, set_back

SECONDS = st.floats(0, 10**6)


@given(SECONDS, SECONDS)
def test_a_clock_that_only_goes_on_was_not_set_back(passed: float, forward: float) -> None:
    assert set_back(Tick(10**9, 50, "boot"), Tick(10**9 + passed + forward, 50 + passed, "boot")) == 0


@given(SECONDS, st.integers(int(NOTICED) + 1, 10**6))
def test_a_step_back_is_counted_however_much_time_passed(passed: float, step: int) -> None:
    assert step <= set_back(Tick(10**9, 50, "boot"), Tick(10**9 + passed - step, 50 + passed, "boot")) <= step + 1


def test_without_a_boot_only_a_moment_in_the_future_tells() -> None:
    assert set_back(Tick(1000, 1, ""), Tick(900, 500, "")) == 100
    assert set_back(Tick(1000, 1, ""), Tick(1001, 500, "")) == 0


def test_the_first_scan_keeps_a_moment_and_tells_nothing() -> None:
    events, kept = read_clock(".", 5.0, None)
    assert events == [] and set(kept) == {"wall", "steady", "boot"}


def test_the_event_is_of_its_worktree_and_of_now() -> None:
    _, kept = read_clock("worktrees/x", 5.0, None)
    (event,), again = read_clock("worktrees/x", 7.0, {**kept, "wall": kept["wall"] + 100})
    assert (event.worktree, event.at, event.kind) == ("worktrees/x", 7.0, "daemon")
    assert isinstance(event.fact, Daemon) and event.fact.action == DaemonAction.CLOCK and 99 <= event.fact.count <= 101
    assert read_clock("worktrees/x", 8.0, again)[0] == [], "once told, the new time is what counts"
