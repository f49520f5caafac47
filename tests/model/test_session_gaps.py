"""When a session is over. Clocks that are set: test_session_gaps_clock.py; gaps of single cases: test_session.py."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.events import Event
from handoffd.model.facts import Commit, Daemon, Note, Test
from handoffd.model.kinds import DaemonAction
from handoffd.model.session_gaps import by_the_clock_of, is_over, last_session_event, latest_after, split_at_gaps

TIMES = st.lists(st.integers(1, 1000), max_size=12)
IDLE = st.integers(1, 100)


def note(at: float) -> Event:
    return Event("note", at, f"n{at}", Note("todo", "x"))


def quiet(at: float) -> Event:
    return Event("daemon", at, f"d{at}", Daemon("start"))


def test_commits_alone_make_a_session_as_notes_do() -> None:
    assert last_session_event([Event("commit", 5.0, "c", Commit("a", "b", "commit")), quiet(9)]) == 5.0
    assert last_session_event([quiet(9)]) == last_session_event([]) == 0.0


@given(st.integers(1, 1000), IDLE, st.integers(0, 2000))
def test_a_session_is_over_from_its_deadline_on_for_ever(last: int, idle: int, now: int) -> None:
    assert is_over(last, idle, now) == (now >= last + idle)
    assert is_over(last, idle, now + 1) or not is_over(last, idle, now)


@given(TIMES.map(sorted), IDLE)
def test_sessions_are_cut_exactly_where_it_was_quiet_for_longer(times: list[int], idle: int) -> None:
    groups = [[event.at for event in group] for group in split_at_gaps([note(at) for at in times], 0, idle)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(groups) == 1 + sum(gap > idle for gap in gaps)
    assert all(later - earlier <= idle for group in groups for earlier, later in itertools.pairwise(group))


@given(TIMES.map(sorted), IDLE, st.integers(0, 12))
def test_told_in_two_parts_the_same_sessions_are_cut(times: list[int], idle: int, cut: int) -> None:
    """What was appended before only needs its last time to be known."""
    whole = [[event.at for event in group] for group in split_at_gaps([note(at) for at in times], 0, idle)]
    first = split_at_gaps([note(at) for at in times[:cut]], 0, idle)
    second = split_at_gaps([note(at) for at in times[cut:]], last_session_event([note(at) for at in times[:cut]]), idle)
    joined = [*first[:-1], [*first[-1], *second[0]], *second[1:]]
    assert [[event.at for event in group] for group in joined] == whole


@given(TIMES.map(sorted), IDLE)
def test_what_makes_no_session_neither_cuts_nor_bridges(times: list[int], idle: int) -> None:
    told = [event for at in times for event in (note(at), quiet(at + idle // 2))]
    groups = split_at_gaps(told, 0, idle)
    assert len(groups) == len(split_at_gaps([note(at) for at in times], 0, idle))
    assert [event for group in groups for event in group] == told


def test_a_run_that_goes_on_bridges_from_its_start() -> None:
    assert len(split_at_gaps([note(500)], 5, 60, [(50, 490)])) == 1
    assert len(split_at_gaps([note(500)], 5, 60, [(50, 100), (150, 300), (350, 450)])) == 1, "one after the other"
    assert len(split_at_gaps([note(500)], 5, 60, [(100, 490)])) == 2, "it began when the session was over"
    ran = Event("test", 400.0, "t", Test("pytest", 1, 0, started=60.0))
    assert len(split_at_gaps([ran, note(450)], 5, 60)) == 1


def test_a_clock_set_back_moves_an_earlier_moment_with_it() -> None:
    back = Event("daemon", 50.0, "c", Daemon(DaemonAction.CLOCK, "", 30))
    assert (by_the_clock_of(back, 100.0), by_the_clock_of(back, 0.0), by_the_clock_of(quiet(50), 100.0)) == (70.0, 0.0, 100.0)
    assert latest_after(100.0, back) == 70.0 and latest_after(100.0, note(60)) == 100.0 and latest_after(100.0, note(160)) == 160.0
