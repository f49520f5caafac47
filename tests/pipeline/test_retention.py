"""What is old enough goes out of the journal, and does not come back."""

from __future__ import annotations

import pytest

from handoffd.journal.lock import Busy
from handoffd.model.drops import Drop
from handoffd.model.events import Event
from handoffd.model.facts import Daemon, Failure, Handoff, Note, Test
from handoffd.pipeline.pinned_events import pinned_events
from handoffd.pipeline.pruning import due, prune
from handoffd.pipeline.retention import confirmed, floor
from handoffd.pipeline.scan import reader_of
from handoffd.pipeline.workspace import Workspace
from tests.pipeline.begun import DAY, HOUR, MINUTE, NINE, facts, locked, scanned, writing
from tests.support import Repo


def note(at: float) -> Event:
    return Event("note", at, f"n{at}", Note("done", str(at - NINE)), ".", "main")


def closing(place: Workspace, at: float) -> Event:
    return Event("handoff", at, f"h{at}", Handoff("", "", "written", through=place.journal.last_id(), closes=True), ".", "main")


@pytest.fixture
def two(place: Workspace) -> Workspace:
    """A closed session of one note, and an open one of another."""
    scanned(place, NINE + 60, note(NINE + 60))
    with writing(place) as writer:
        writer.append([closing(place, NINE + 90)])
    scanned(place, NINE + 120, note(NINE + 120))
    return place


def texts(place: Workspace) -> list[str]:
    return [fact.text for fact in facts(place, "note")]


def test_only_closed_sessions_events_of_before_the_time_go(two: Workspace) -> None:
    assert prune(two, NINE + 60, NINE + HOUR) >= 1 and "60" in texts(two), "it is not older"
    gone = prune(two, NINE + 61, NINE + HOUR)
    assert gone >= 1 and texts(two) == ["120"]
    assert prune(two, NINE + DAY, NINE + DAY) >= 0 and texts(two) == ["120"], "the open session stays"


def test_what_was_forgotten_does_not_come_back_when_a_log_is_read_again(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    scanned(place, NINE + 2 * MINUTE)
    with writing(place) as writer:
        writer.append([closing(place, NINE + 3 * MINUTE)])
    started.git("update-ref", "refs/remotes/origin/main", started.head)
    prune(place, NINE + 3 * MINUTE, NINE + HOUR)
    with writing(place) as writer:
        writer.set_cursor(".", "reflog", {})
    scanned(place, NINE + HOUR, note(NINE + HOUR))
    assert facts(place, "commit") == []


def test_the_floor_only_rises(place: Workspace) -> None:
    assert floor(place, NINE + DAY) <= NINE
    for before in (NINE + HOUR, NINE):
        prune(place, before, NINE + HOUR)
    assert floor(place, NINE + DAY) == NINE + HOUR


def test_a_floor_in_the_future_was_set_under_a_wrong_clock(place: Workspace) -> None:
    prune(place, NINE + 9 * DAY, NINE + HOUR)
    assert floor(place, NINE + DAY) == 0.0


def read(place: Workspace, *times: float) -> list[str]:
    """What the journal holds once the clock was read at these times, each by a scan with news."""
    for at in times:
        scanned(place, at, Event("daemon", at, f"d{at}", Daemon("config"), ".", "main"))
    return texts(place)


def test_one_reading_of_the_clock_prunes_nothing(two: Workspace) -> None:
    assert read(two, NINE + 100 * DAY) == ["60", "120"]
    assert read(two, NINE + HOUR, NINE + 100 * DAY, NINE + 2 * HOUR) == ["60", "120"] and confirmed(two.journal, NINE + 3 * HOUR) == NINE + HOUR


def test_two_readings_that_agree_prune(two: Workspace) -> None:
    assert read(two, NINE + 100 * DAY, NINE + 101 * DAY) == ["60", "120"], "confirmed now"
    assert read(two, NINE + 102 * DAY) == ["120"], "the open session stays"


def test_nothing_that_happened_is_left_out_after_one_wrong_reading(place: Workspace, started: Repo) -> None:
    read(place, NINE + 100 * DAY)
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    read(place, NINE + 2 * MINUTE)
    assert [fact.subject for fact in facts(place, "commit")][-1:] == ["feat: one"]


def closed(place: Workspace, at: float) -> None:
    with writing(place, at) as writer:
        writer.append([closing(place, at)])


def pruned(place: Workspace) -> list[str]:
    """The kinds of events that are left of before NINE + HOUR."""
    closed(place, NINE + HOUR)
    prune(place, NINE + HOUR, NINE + 2 * HOUR)
    return sorted(event.kind for event in place.journal.events(None) if event.at < NINE + HOUR and event.kind in ("commit", "note", "test"))


@pytest.mark.parametrize(("kind", "stays"), [("todo", 1), ("doing", 1), ("decision", 1), ("learning", 1), ("gotcha", 1), ("done", 0), ("message", 0)])
def test_a_persons_words_stay_while_they_stand(place: Workspace, kind: str, stays: int) -> None:
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note(kind, "x"), ".", "main"))
    assert pruned(place) == ["note"] * stays


def test_what_was_taken_off_stays_off(place: Workspace) -> None:
    scanned(place, NINE + 60, Event("drop", NINE + 60, "d", Drop("3f2a9c01", "wait"), ".", "main"))
    closed(place, NINE + HOUR)
    prune(place, NINE + HOUR, NINE + 2 * HOUR)
    assert [event.fact for event in place.journal.events(None, kinds=("drop",))] == [Drop("3f2a9c01", "wait")]


def test_a_note_that_is_done_goes(place: Workspace) -> None:
    for number, kind in enumerate(("todo", "done")):
        scanned(place, NINE + 60 + number, Event("note", NINE + 60 + number, f"n{number}", Note(kind, "x"), ".", "main"))
    assert pruned(place) == []


def test_a_commit_stays_until_a_remote_has_it(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    scanned(place, NINE + 2 * MINUTE)
    assert pruned(place) == ["commit"]
    started.git("update-ref", "refs/remotes/origin/main", started.head)
    prune(place, NINE + HOUR, NINE + 2 * HOUR)
    assert facts(place, "commit") == []


@pytest.mark.parametrize("stands", [True, False])
def test_a_commit_with_a_mark_that_stands_stays(place: Workspace, started: Repo, stands: bool) -> None:
    started.commit("feat: one", {"a.py": "x = 1  # TODO: two\n"}, at=NINE + 60)
    scanned(place, NINE + 2 * MINUTE)
    started.git("update-ref", "refs/remotes/origin/main", started.head)
    if not stands:
        started.write("a.py", "x = 2\n")
    assert pruned(place) == ["commit"] * stands


@pytest.mark.parametrize(("then", "stays"), [(1, ["test"]), (0, [])])
def test_a_red_run_stays_until_a_green_one(place: Workspace, then: int, stays: list[str]) -> None:
    for number, failed in enumerate((1, then)):
        run = Test("pytest", 1, failed, failures=(Failure("t::a", "a"),) * failed, report="r.xml")
        scanned(place, NINE + 60 + number, Event("test", NINE + 60 + number, f"t{number}", run, ".", "main"))
    assert pruned(place) == stays


def test_the_newest_handoff_of_each_branch_stays_with_what_it_rests_on(place: Workspace) -> None:
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("done", "x"), ".", "main"))
    (note_event,) = place.journal.events(None, kinds=("note",))
    document = {"done": [{"evidence": [note_event.id]}]}
    for number, branch in enumerate(("side", "main", "main")):
        fact = Handoff(f"{number}", "", "written", through=place.journal.last_id(), closes=True, branch=branch, document=document)
        with writing(place) as writer:
            writer.append([Event("handoff", NINE + 90 + number, f"h{number}", fact, ".", branch)])
    assert pruned(place) == ["note"]
    assert [fact.name for fact in facts(place, "handoff")] == ["0", "2", ""], "the newest of all has no file"


def test_what_somebody_else_knows_of_stays(two: Workspace) -> None:
    (first, _) = two.journal.events(None, kinds=("note",))
    kept = pinned_events(two, reader_of(two), NINE + HOUR, more={first.id})
    with writing(two) as writer:
        writer.prune(NINE + HOUR, kept)
    assert texts(two) == ["60", "120"]


def test_it_is_due_once_a_day(two: Workspace) -> None:
    read(two, NINE + 200 * DAY, NINE + 201 * DAY)
    assert due(two, NINE + 201 * DAY + 3) is None and due(two, NINE + 202 * DAY + 3) is not None


def test_a_journal_that_is_held_forgets_nothing(two: Workspace) -> None:
    with locked(two), pytest.raises(Busy):
        prune(two, NINE + HOUR, NINE + HOUR)
    assert texts(two) == ["60", "120"]
