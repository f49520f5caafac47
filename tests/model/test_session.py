"""The fold, and what becomes of a session's commits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.events import Event
from handoffd.model.facts import Agent, Arrival, Checkout, Commit, Daemon, File, Handoff, Note, Push, Reset, Test, Unknown
from handoffd.model.records import replace
from handoffd.model.session import arrivals_of, fold, own_commits, start_of
from handoffd.model.session_gaps import deadline, is_over, last_session_event, split_at_gaps


def commit(old: str, new: str, action: str = "commit", **more: object) -> Commit:
    return Commit(old, new, action, parents=(old,), **more)  # type: ignore[arg-type]


def events(*facts: object) -> list[Event]:
    kinds = {Commit: "commit", Checkout: "checkout", Reset: "reset", Note: "note", File: "file", Push: "push", Unknown: "later"}
    return [Event(kinds[type(fact)], float(at), f"k{at}", fact, id=at) for at, fact in enumerate(facts, 1)]  # type: ignore[arg-type]


def test_each_kind_has_its_place_and_times_are_of_what_makes_a_session() -> None:
    session = fold(
        events(Push("refs/remotes/o/m", "a", "b"), Note("todo", "x"), File("a", "changed"), Unknown({"y": 1}), Checkout("a", "b", "checkout"))
    )
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


def on(branch: str, *facts: object, first: int = 1) -> list[Event]:
    return [replace(event, branch=branch, id=at, key=f"{branch}{at}") for at, event in enumerate(events(*facts), first)]


def test_where_the_branch_stood_when_the_session_came_to_it() -> None:
    came = on("side", Checkout("a", "b", "checkout"), commit("b", "c"))
    assert start_of(fold(came), "side") == "b" and start_of(fold(came), "main") == ""
    assert start_of(fold(on("main", commit("a", "b"), commit("b", "c"))), "main") == "a"
    assert start_of(fold(on("main", Reset("b", "a"), commit("a", "c"))), "main") == "b"
    assert start_of(fold(on("main", Checkout("a", "z", "fast-forward"))), "main") == "a"
    assert start_of(fold(on("main", commit("0" * 40, "a"))), "main") == "", "a first commit stands on nothing"


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
    assert last_session_event([note(3), push(9)]) == 3
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


def a_day() -> st.SearchStrategy[list[Event]]:
    """Events of all kinds of a fold's lists, in the journal's order, with times that may stand still."""
    fact = st.sampled_from(
        [
            commit("a", "b"),
            commit("b", "c", "amend"),
            Checkout("a", "b", "checkout"),
            Reset("b", "a"),
            Note("todo", "x"),
            File("f", "changed"),
            File("g", "deleted"),
            Push("r", "a", "b"),
            Agent("claude", "edit"),
            Test("pytest", 1, 0),
            Handoff("n", "d", "written"),
            Daemon("start"),
            Unknown({"y": 1}),
        ]
    )
    kinds = {Agent: "agent", Test: "test", Handoff: "handoff", Daemon: "daemon"}

    def of(facts: list[tuple[object, int]]) -> list[Event]:
        at, told = 100.0, []
        for number, (one, later) in enumerate(facts, 1):
            at += later
            kind = kinds.get(type(one)) or events(one)[0].kind
            told.append(Event(kind, at, f"k{number}", one, branch="main", id=number))  # type: ignore[arg-type]
        return told

    return st.lists(st.tuples(fact, st.integers(0, 5)), max_size=12).map(of)


@given(a_day(), st.integers(0, 12))
def test_a_fold_is_the_sum_of_the_folds_of_its_parts(told: list[Event], cut: int) -> None:
    whole, first, second = fold(told), fold(told[:cut]), fold(told[cut:])
    for name in ("commits", "checkouts", "resets", "pushes", "notes", "agents", "daemons", "handoffs", "tests"):
        assert getattr(whole, name) == getattr(first, name) + getattr(second, name)
    assert whole.files == {**first.files, **second.files}
    assert whole.through == max(first.through, second.through) and whole.ended == max(first.ended, second.ended)
    assert whole.started == (first.started or second.started)


@given(a_day())
def test_each_event_is_in_one_list_and_the_session_spans_what_makes_it(told: list[Event]) -> None:
    session = fold(told)
    ids = [
        seen.id
        for name in ("commits", "checkouts", "resets", "pushes", "notes", "agents", "daemons", "handoffs", "tests")
        for seen in getattr(session, name)
    ]
    assert sorted(ids) == [event.id for event in told if not isinstance(event.fact, File | Unknown)]
    making = [event.at for event in told if event.kind in ("commit", "file", "test", "note", "agent")]
    assert (session.started, session.ended) == ((min(making), max(making)) if making else (0.0, 0.0))


def test_a_path_is_told_by_its_newest_event() -> None:
    session = fold(events(File("a", "created"), File("b", "created"), File("a", "deleted")))
    assert {path: (seen.id, seen.fact.action) for path, seen in session.files.items()} == {"a": (3, "deleted"), "b": (2, "created")}


def test_neither_listing_tests_nor_an_agent_alone_makes_a_handoff() -> None:
    def alone(kind: str, fact: Test | Agent) -> list[Event]:
        return [Event(kind, 1.0, "k", fact, id=1)]

    assert fold(alone("test", Test("pytest", 0, 0, state="collected"))).empty
    assert not fold(alone("test", Test("pytest", 0, 0, state="running"))).empty
    assert fold(alone("agent", Agent("claude", "edit"))).empty, "no section would tell of it"


def test_a_wrapped_run_is_folded_into_the_run_it_wrapped() -> None:
    report = Test("pytest", 1, 0, report="junit.xml", ended=20.0)
    wrapper = Test("", 0, 0, command="make test", exit=0, state="uncounted", run="r1", started=10.0, ended=30.0)
    (run,) = fold([Event("test", 20.0, "a", report, id=1), Event("test", 30.0, "b", wrapper, id=2)]).tests
    assert (run.fact.passed, run.fact.command) == (1, "make test")


def test_a_commit_that_head_came_to_twice_counts_the_first_time() -> None:
    session = fold(events(commit("a", "b"), Reset("b", "a"), commit("a", "b")))
    assert [seen.id for seen in own_commits(session)] == [1]


def test_arrivals_are_those_of_others_oldest_first_and_none_twice() -> None:
    theirs = tuple(Arrival(name, name, "Bob") for name in ("z", "y", "b"))
    session = fold(events(commit("a", "b"), Checkout("b", "z", "pull", arrivals=theirs, arrived=5), Checkout("b", "z", "pull", arrivals=theirs[:1], arrived=1)))
    found, count = arrivals_of(session)
    assert [arrival.oid for arrival in found] == ["y", "z"] and count == 4, "two more were cut off"
