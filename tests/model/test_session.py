"""The fold, and what becomes of a session's commits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.events import Event
from handoffd.model.facts import Checkout, Commit, File, Note, Push, Reset, Test, Unknown
from handoffd.model.session import fold, history
from handoffd.model.session_gaps import deadline, is_over, last_making, split_at_gaps


def commit(old: str, new: str, action: str = "commit", **more: object) -> Commit:
    return Commit(old, new, action, parents=(old,), **more)  # type: ignore[arg-type]


def events(*facts: object) -> list[Event]:
    kinds = {Commit: "commit", Checkout: "checkout", Reset: "reset", Note: "note", File: "file", Push: "push", Unknown: "later"}
    return [Event(kinds[type(fact)], float(at), f"k{at}", fact, id=at) for at, fact in enumerate(facts, 1)]  # type: ignore[arg-type]


def test_each_kind_has_its_place_and_times_are_of_what_makes_a_session() -> None:
    session = fold(events(Push("refs/remotes/o/m", "a", "b"), Note("todo", "x"), File("a", "changed"), Unknown({"y": 1}), Checkout("a", "b", "checkout")))
    assert (session.started, session.ended, session.through) == (2.0, 3.0, 5)
    assert len(session.notes) == len(session.pushes) == len(session.checkouts) == 1 and list(session.files) == ["a"]


def test_pushes_and_checkouts_alone_make_no_session() -> None:
    assert fold(events(Push("r", "a", "b"), Checkout("a", "b", "checkout"), Unknown({}))).empty
    assert not fold(events(Note("todo", "x"))).empty


def test_a_file_that_looks_as_before_left_nothing() -> None:
    assert fold(events(File("a", "changed"), File("a", "restored"))).empty
    assert fold(events(File("b", "created", untracked=True), File("b", "deleted", untracked=True))).empty
    assert not fold(events(File("a", "deleted"))).empty


@given(st.lists(st.sampled_from([commit("a", "b"), Note("todo", "x"), File("f", "changed"), Reset("b", "a")]), max_size=8))
def test_the_same_event_twice_changes_nothing(facts: list[object]) -> None:
    told = events(*facts)
    assert fold([event for event in told for _ in range(2)]) == fold(told)


def test_what_an_amend_replaced_is_not_lost() -> None:
    session = fold(events(commit("a", "b"), commit("b", "c", "amend")))
    told = history(session, ["c"], {}, [])
    assert [seen.fact.new for seen in told.counted] == ["c"] and told.replaced == {"b": "c"} and not told.lost


def test_what_a_rebase_replaced_is_not_lost() -> None:
    session = fold(events(commit("a", "b"), commit("b", "c"), Checkout("c", "z", "rebase-start"), commit("z", "y", "rebase"), commit("y", "x", "rebase")))
    told = history(session, ["x", "y"], {}, [])
    assert [seen.fact.new for seen in told.counted] == ["y", "x"] and not told.lost


def test_what_was_reset_away_is_lost_with_its_reset() -> None:
    session = fold(events(commit("a", "b"), Reset("b", "a")))
    (lost,) = history(session, [], {}, []).lost
    assert lost.commit.fact.new == "b" and lost.reset is not None and lost.reset.id == 2
    assert not history(session, [], {"b": "side"}, []).lost
    assert not history(session, [], {}, ["b"]).lost


def test_commits_of_other_branches_are_elsewhere() -> None:
    told = history(fold(events(commit("a", "b"))), [], {"b": "side"}, [])
    assert [(branch, seen.fact.new) for branch, seen in told.elsewhere] == [("side", "b")]


def test_a_revert_pairs_with_its_original() -> None:
    session = fold(events(commit("a", "b"), commit("b", "c", "revert", reverts="b")))
    (pair,) = history(session, ["b", "c"], {}, []).reverted
    assert pair.original is not None and pair.original.fact.new == "b"


def note(at: float) -> Event:
    return Event("note", at, f"n{at}", Note("todo", "x"))


def push(at: float) -> Event:
    return Event("push", at, f"p{at}", Push("r", "a", "b"))


def test_gaps_cut_where_the_session_had_ended() -> None:
    told = [note(10), note(15), push(200), note(300), note(301)]
    groups = split_at_gaps(told, 5, 60)
    assert [[event.at for event in group] for group in groups] == [[10, 15, 200], [300, 301]]
    assert [[event.at for event in group] for group in split_at_gaps([note(500)], 5, 60)] == [[], [500]]
    assert split_at_gaps([note(500)], 0, 60) == [[note(500)]]


@given(st.lists(st.floats(0, 1000), max_size=20), st.floats(1, 100))
def test_cutting_keeps_every_event_in_order(times: list[float], idle: float) -> None:
    told = [note(at) for at in times]
    assert [event for group in split_at_gaps(told, 0, idle) for event in group] == told


def test_idle_counts_from_the_last_event_that_makes_a_session() -> None:
    assert last_making([note(3), push(9)]) == 3
    assert deadline(3, 20) == 23 and is_over(3, 20, 23) and not is_over(3, 20, 22) and not is_over(0, 20, 99)


def test_a_test_run_bridges_the_time_it_took() -> None:
    def run(at: float, started: float) -> Event:
        return Event("test", at, f"t{at}", Test("pytest", 1, 0, started=started), ".")

    def groups(*events: Event, going: tuple[tuple[float, float], ...] = ()) -> list[list[float]]:
        return [[event.at for event in group] for group in split_at_gaps(events, 5, 60, going)]

    assert groups(run(500, 50)) == [[500]]
    assert groups(note(300), run(500, 50)) == [[300, 500]], "what happens meanwhile is no new session"
    assert groups(run(500, 80)) == [[], [500]], "it began when the session had ended"
    assert groups(note(500)) == [[], [500]] and groups(note(500), going=((50, 480),)) == [[500]]
    assert groups(note(500), going=((50, 400),)) == [[], [500]]
    assert groups(run(500, 50), note(561)) == [[500], [561]]
