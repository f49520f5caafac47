"""What is old enough goes out of the journal, and does not come back."""

from __future__ import annotations

import pytest

from handoffd.journal.lock import Busy
from handoffd.model.events import Event
from handoffd.model.facts import Handoff, Note
from handoffd.pipeline.retention import floor, prune, prune_daily
from handoffd.pipeline.workspace import Place
from tests.pipeline.begun import DAY, HOUR, MINUTE, NINE, facts, locked, scanned, writing
from tests.support import Repo


def note(at: float) -> Event:
    return Event("note", at, f"n{at}", Note("todo", str(at - NINE)), ".", "main")


def closing(place: Place, at: float) -> Event:
    return Event("handoff", at, f"h{at}", Handoff("", "", "written", through=place.journal.last_id(), closes=True), ".", "main")


@pytest.fixture
def two(place: Place) -> Place:
    """A closed session of one note, and an open one of another."""
    scanned(place, NINE + 60, note(NINE + 60))
    with writing(place) as writer:
        writer.append([closing(place, NINE + 90)])
    scanned(place, NINE + 120, note(NINE + 120))
    return place


def texts(place: Place) -> list[str]:
    return [fact.text for fact in facts(place, "note")]


def test_only_closed_sessions_events_of_before_the_time_go(two: Place) -> None:
    assert prune(two, NINE + 60, NINE + HOUR) >= 1 and "60" in texts(two), "it is not older"
    gone = prune(two, NINE + 61, NINE + HOUR)
    assert gone >= 1 and texts(two) == ["120"]
    assert prune(two, NINE + DAY, NINE + DAY) >= 0 and texts(two) == ["120"], "the open session stays"


def test_what_was_forgotten_does_not_come_back_when_a_log_is_read_again(place: Place, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    scanned(place, NINE + 2 * MINUTE)
    with writing(place) as writer:
        writer.append([closing(place, NINE + 3 * MINUTE)])
    prune(place, NINE + 3 * MINUTE, NINE + HOUR)
    with writing(place) as writer:
        writer.set_cursor(".", "reflog", {})
    scanned(place, NINE + HOUR, note(NINE + HOUR))
    assert facts(place, "commit") == []


def test_the_floor_only_rises(place: Place) -> None:
    assert floor(place, NINE + DAY) <= NINE
    for before in (NINE + HOUR, NINE):
        prune(place, before, NINE + HOUR)
    assert floor(place, NINE + DAY) == NINE + HOUR


def test_a_floor_in_the_future_was_set_under_a_wrong_clock(place: Place) -> None:
    prune(place, NINE + 9 * DAY, NINE + HOUR)
    assert floor(place, NINE + DAY) == 0.0


@pytest.mark.parametrize(("later", "done"), [(DAY - 1, False), (DAY, True), (-DAY, True)])
def test_once_a_day_or_when_the_clock_was_set_back(two: Place, later: float, done: bool) -> None:
    with writing(two) as writer:
        writer.set_meta("pruned", repr(NINE + DAY))
        prune_daily(writer, 0.0, NINE + DAY + later)
        assert (writer.meta_number("pruned") == NINE + DAY + later) is done
    assert (texts(two) == ["120"]) is (done and later > 0)


def test_a_journal_that_is_held_forgets_nothing(two: Place) -> None:
    with locked(two), pytest.raises(Busy):
        prune(two, NINE + HOUR, NINE + HOUR)
    assert texts(two) == ["60", "120"]
