"""Runs of a session: newest of each report, flaky, green again."""

from __future__ import annotations

from handoffd.handoff.facts.test_runs import flaky, green_again, last_green
from handoffd.model.facts import Failure, Test
from handoffd.model.test_runs import newest_runs
from tests.handoff.builders import on_head, part, session_of, text_of

RED = Failure("s::t", "t works", "t.py", 3, "boom")


def run(passed: int, failed: int = 0, head: str = "a", report: str = "j.xml", fixed: tuple[str, ...] = ()) -> Test:
    return Test("pytest", passed, failed, failures=(RED,) if failed else (), fixed=fixed, report=report, head=head)


def test_the_newest_of_each_report() -> None:
    tests = session_of(run(1), run(2, report="k.xml"), run(3)).tests
    assert [seen.fact.passed for seen in newest_runs(tests)] == [3, 2]


def test_red_then_green_on_the_same_tree_is_flaky_not_fixed() -> None:
    session = session_of(run(1, 1), run(2, fixed=("s::t",)))
    assert [failure.name for failure in flaky(session.tests)] == ["t works"] and not green_again(session.tests, 0)
    text = text_of(session, on_head())
    assert part(text, "Gotchas for Next Session") == ['- Flaky test: "t works" in t.py:3 failed and passed on the same tree']
    assert part(text, "What's Done") == ["None this session"]


def test_green_then_red_on_the_same_tree_is_flaky_too() -> None:
    assert flaky(session_of(run(2), run(1, 1)).tests) == (RED,)
    assert not flaky(session_of(run(2), run(1, 1, head="b")).tests)


def test_red_then_green_on_another_tree_is_fixed() -> None:
    tests = session_of(run(1, 1), run(2, head="b", fixed=("s::t",))).tests
    assert [name for name, _ in green_again(tests, 0)] == ["t works"] and not flaky(tests)


def test_red_again_is_not_fixed_and_the_last_green_run_is_known() -> None:
    session = session_of(run(1, 1), run(2, head="b", fixed=("s::t",)), run(1, 1, head="c"))
    assert not green_again(session.tests, 0)
    green = last_green(session.tests, session.tests[-1])
    assert green is not None and green.fact.head == "b"
    assert "; last green " in text_of(session, on_head())
