"""Witnesses of one test run, in any order, are one run; and which runs still say something."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.facts import Failure, Suite, Test
from handoffd.model.session import Recorded
from handoffd.model.test_runs import left, merge_witnesses, newest_runs

RED = Failure("tests.test_x::test_a", "test_a", "tests/test_x.py", 3, "boom")
OTHER = Failure("tests.test_x::test_b", "test_b", "tests/test_x.py", 9, "bang")

START = Test("", 0, 0, command="make test", state="running", run="r1", started=100, ended=100)
END = replace(START, state="uncounted", exit=2, ended=160)
RECORD = Test("pytest", 3, 1, failures=(RED,), report="junit.xml", command="pytest", exit=1, scope="all", started=110, ended=150)
REPORT = Test("pytest", 3, 1, failures=(RED, OTHER), suites=(Suite("a", 3, 1, 0),) * 2, fixed=("x",), report="junit.xml", ended=149.99)
WHOLE = replace(RECORD, failures=(RED, OTHER), suites=REPORT.suites, fixed=("x",), command="make test", exit=2, run="r1")


def seen(*facts: Test) -> list[Recorded[Test]]:
    return [Recorded(number, 1000 + number, "main", fact) for number, fact in enumerate(facts, 1)]


def facts(runs: tuple[Recorded[Test], ...]) -> list[Test]:
    return [one.fact for one in runs]


@given(st.permutations([START, END, RECORD, REPORT]))
def test_witnesses_in_any_order_are_one_run(order: list[Test]) -> None:
    assert facts(merge_witnesses(seen(*order))) == [WHOLE]


@given(st.permutations([START, END, RECORD, REPORT]), st.integers(1, 3))
def test_joined_in_two_looks_they_are_the_same_run(order: list[Test], first: int) -> None:
    early = merge_witnesses(seen(*order[:first]))
    late = [replace(one, id=one.id + 10) for one in merge_witnesses(seen(*order[first:]))]
    assert facts(merge_witnesses([*early, *late])) == [WHOLE]
    assert merge_witnesses(merge_witnesses([*early, *late])) == merge_witnesses([*early, *late])


def test_runs_one_after_the_other_stay_apart() -> None:
    later = [replace(RECORD, started=200, ended=210), replace(REPORT, ended=209.99), replace(END, run="r2", started=199, ended=211)]
    assert len(merge_witnesses(seen(RECORD, REPORT, END, *later))) == 2
    assert len(merge_witnesses(seen(END, replace(END, run="r2", started=160.001, ended=160.002), REPORT))) == 2


def test_a_report_of_another_path_or_time_is_another_run() -> None:
    assert len(merge_witnesses(seen(RECORD, replace(REPORT, report="other.xml")))) == 2
    assert len(merge_witnesses(seen(RECORD, replace(REPORT, ended=170)))) == 2


def test_a_command_with_several_runners_gives_itself_to_each() -> None:
    web = Test("vitest", 9, 0, report="web.xml", ended=155)
    both = facts(merge_witnesses(seen(START, RECORD, web, END)))
    assert [(one.runner, one.command, one.exit) for one in both] == [("pytest", "make test", 2), ("vitest", "make test", 2)]


def test_an_inner_wrapper_gives_way_to_the_outer_one() -> None:
    inner = replace(END, command="npm test", run="r2", started=120, ended=130, exit=1)
    assert [(one.command, one.exit) for one in facts(merge_witnesses(seen(inner, END)))] == [("make test", 2)]


def test_a_wrapper_that_never_ended_takes_nothing_in() -> None:
    assert facts(merge_witnesses(seen(START, RECORD))) == [START, RECORD]


def test_a_whole_run_takes_the_place_of_all_before_it() -> None:
    part = replace(RECORD, scope="only a.py", report="", started=300, ended=301)
    runs = seen(REPORT, replace(part, scope="only b.py"), part, replace(RECORD, report="", passed=7, started=400, ended=401))
    assert [run.fact.passed for run in newest_runs(runs)] == [7]
    elsewhere = replace(RECORD, folder="sub", started=500, ended=501)
    assert len(newest_runs([*runs, Recorded(9, 2000, "main", elsewhere)])) == 2


def test_a_part_leaves_the_whole_and_takes_away_what_it_fixed() -> None:
    whole = replace(RECORD, failed=2, failures=(RED, OTHER))
    part = replace(RECORD, passed=1, failed=0, failures=(), fixed=(RED.id,), scope="only a.py", report="", started=300, ended=301)
    runs = seen(whole, part)
    newest = newest_runs(runs)
    assert [run.fact.scope for run in newest] == ["only a.py", "all"]
    assert left(newest[1], runs).fact.failures == (OTHER,) and left(newest[1], runs).fact.failed == 1


def test_a_green_part_gives_way_to_a_newer_part_and_a_red_one_does_not() -> None:
    def part(scope: str, *failures: Failure) -> Test:
        return replace(RECORD, failed=len(failures), failures=failures, scope=scope, report="", started=0, ended=0)

    assert [run.fact.scope for run in newest_runs(seen(part("only a"), part("only b")))] == ["only b"]
    assert [run.fact.scope for run in newest_runs(seen(part("only a", RED), part("only b")))] == ["only b", "only a"]
    assert [run.fact.scope for run in newest_runs(seen(part("only a", RED), part("only b", RED)))] == ["only b"]


def test_a_run_without_tests_takes_no_place_unless_there_is_no_other() -> None:
    nothing, listed = Test("pytest", 0, 0, exit=5, scope="only -k x"), Test("pytest", 0, 0, state="collected")
    assert facts(newest_runs(seen(RECORD, nothing, listed))) == [RECORD]
    assert facts(newest_runs(seen(nothing, listed))) == [listed]


def test_a_command_that_was_run_again_is_told_as_it_ended_last() -> None:
    green = replace(END, run="r2", exit=0, started=200, ended=210)
    assert facts(newest_runs(merge_witnesses(seen(START, END, green)))) == [green]
    assert facts(newest_runs(merge_witnesses(seen(START, replace(RECORD, command="make test", started=300, ended=310))))) == [
        replace(RECORD, command="make test", started=300, ended=310)
    ]
