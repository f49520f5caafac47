"""Time that is set, skipped and doubled: the arithmetic of sessions under a clock that cannot be trusted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.events import Event
from handoffd.model.facts import Daemon, Note
from handoffd.model.kinds import DaemonAction
from handoffd.model.session import fold
from handoffd.model.session_gaps import is_over, last_session_event, split_at_gaps
from handoffd.sources.clock import Tick, read_clock, set_back

DAY = 86400
IDLE = 1200.0
STEPS = st.lists(st.tuples(st.sampled_from(["work", "set"]), st.integers(1, 3 * DAY)), min_size=1, max_size=12)


def note(at: float, number: int = 0) -> Event:
    return Event("note", at, f"note:{number}:{at}", Note("todo", "x"), id=number)


def step(at: float, seconds: int, number: int = 0) -> Event:
    return Event("daemon", at, f"clock:{number}", Daemon(DaemonAction.CLOCK, "", seconds), id=number)


@given(STEPS)
def test_a_clock_set_back_moves_no_session(told: list[tuple[str, int]]) -> None:
    """The same work under a clock that is set back now and then: the same sessions, the same end, counted from now."""
    true, clock, straight, crooked = 10.0 * 365 * DAY, 10.0 * 365 * DAY, [], []
    for number, (what, seconds) in enumerate(told):
        if what == "work":
            true, clock = true + seconds, clock + seconds
            straight.append(note(true, number))
            crooked.append(note(clock, number))
        else:
            clock -= seconds
            crooked.append(step(clock, seconds, number))
    sessions = [[event.id for event in group if event.kind == "note"] for group in split_at_gaps(straight, 0, IDLE)]
    assert [[event.id for event in group if event.kind == "note"] for group in split_at_gaps(crooked, 0, IDLE)] == sessions
    last, end = last_session_event(straight), last_session_event(crooked)
    if last:
        assert true - last == clock - end and fold(crooked).ended == end
        assert not is_over(end, IDLE, clock + IDLE - 1 - (clock - end)) and is_over(end, IDLE, clock + IDLE)


def test_a_day_of_twenty_five_hours_is_no_gap_and_a_day_set_forward_is_one() -> None:
    # Epoch seconds know no summer time: 2026-10-25 02:55 +02:00 and, six minutes later, 02:01 +01:00.
    assert len(split_at_gaps([note(1792889700), note(1792889700 + 360)], 0, IDLE)) == 1
    assert len(split_at_gaps([note(1000), note(1000 + DAY)], 0, IDLE)) == 2


def test_a_step_is_told_by_the_clock_that_nobody_sets() -> None:
    before = Tick(1000.0 * DAY, 500.0, "boot")
    assert set_back(before, Tick(999.0 * DAY + 60, 560.0, "boot")) == DAY
    assert set_back(before, Tick(1001.0 * DAY, 560.0, "boot")) == 0  # set forward, or suspended by a host
    assert set_back(before, Tick(1000.0 * DAY + 3597, 4100.0, "boot")) == 0  # the time service's doing
    assert set_back(before, Tick(1000.0 * DAY + 60, 4100.0, "boot")) == 3540  # an hour back within the hour
    assert set_back(before, Tick(1000.0 * DAY + 60, 3.0, "other boot")) == 0
    assert set_back(before, Tick(999.0 * DAY, 3.0, "other boot")) == DAY  # nothing lies in the future


def test_the_same_step_seen_by_two_is_one_event() -> None:
    _, cursor = read_clock(".", 0.0, None)
    cursor["wall"] += DAY
    (one,), kept = read_clock(".", 1.0, cursor)
    (other,), _ = read_clock(".", 2.0, cursor)
    assert one.key == other.key and isinstance(one.fact, Daemon) and DAY - 1 <= one.fact.count <= DAY + 1
    assert read_clock(".", 3.0, kept)[0] == []
    for damaged in {}, {"wall": "x", "steady": 1.0, "boot": ""}, {"wall": None}:
        assert read_clock(".", 3.0, damaged)[0] == []
