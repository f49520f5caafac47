"""The tests that fail now, each with its place and the changed definition that it names."""

from __future__ import annotations

import pytest

from handoffd.handoff.facts.changed_definitions import Changed
from handoffd.handoff.facts.failing_tests import Failing, failing, first_to_fix, origin_words
from handoffd.model.facts import Failure, Test
from handoffd.model.session import Recorded
from handoffd.model.snapshot import FailurePlace, RunTree

RETRY, LONGER = Changed("retry", "a.py", 7, 8, "c1"), Changed("retry_all", "b.py", 3, 3)
NAMES = {("a.py", "retry"): RETRY, ("b.py", "retry_all"): LONGER}


def run(*failures: Failure, id: int = 1) -> Recorded[Test]:
    return Recorded(id, 10.0 * id, "main", Test("pytest", 1, len(failures), failures=failures))


ONE, TWO = Failure("s::a", "a", "t.py", 3), Failure("s::b", "b", "t.py", 9)


def test_every_failure_of_the_runs_once() -> None:
    found = failing([run(ONE, TWO, id=2), run(ONE)], [], [], {})
    assert [(one.failure.id, one.run.id, one.path, one.line) for one in found] == [("s::a", 2, "t.py", 0), ("s::b", 2, "t.py", 0)]


def test_the_same_name_in_two_files_is_two_tests() -> None:
    assert len(failing([run(ONE), run(Failure("s::a", "a", "u.py"))], [], [], {})) == 2


def test_its_place_is_where_it_stands_now() -> None:
    (one,) = failing([run(ONE)], [FailurePlace("s::a", "moved.py", 33)], [], {})
    assert (one.path, one.line) == ("moved.py", 33)


def test_the_longest_name_in_the_test_is_the_definition() -> None:
    (one,) = failing([run(ONE)], [FailurePlace("s::a", "t.py", 3, ("retry", "retry_all"))], [], NAMES)
    assert one.origin == LONGER and one.near
    (other,) = failing([run(ONE)], [FailurePlace("s::a", "t.py", 3, ("nothing",))], [], NAMES)
    assert other.origin is None and not other.near


def test_a_definition_whose_file_changed_since_the_run_is_not_what_ran() -> None:
    place = FailurePlace("s::a", "t.py", 3, ("retry",))
    (one,) = failing([run(ONE)], [place], [RunTree(1, ("a.py",))], NAMES)
    assert one.origin is not None and not one.origin.still and not one.near
    (other,) = failing([run(ONE)], [place], [RunTree(9, ("a.py",))], NAMES)
    assert other.near


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (RETRY, "retry changed at a.py:7-8"),
        (Changed("f", "a.py", 0, 0, "c1"), "f changed in c1 (a.py)"),
        (Changed("f", "a.py", 0, 0), "f changed (a.py, uncommitted)"),
        (Changed("f", "a.py", 7, 8, "c1", still=False), "f changed in c1 (a.py, changed since the run)"),
        (Changed("f", "a.py", 7, 8, "", still=False), "f changed (a.py, uncommitted, changed since the run)"),
    ],
)
def test_the_definition_in_words(origin: Changed, said: str) -> None:
    assert origin_words(origin, lambda oid: oid) == said


def test_one_begins_where_the_changed_code_still_is_what_ran() -> None:
    def test_of(id: str, origin: Changed | None) -> Failing:
        return Failing(Failure(id, id), run(), FailurePlace(id), origin)

    near, bare, since = test_of("near", RETRY), test_of("bare", None), test_of("since", Changed("f", "a.py", 7, 8, still=False))
    assert first_to_fix([since, bare, near], {}) is near and first_to_fix([since, bare], {}) is bare and first_to_fix([since], {}) is since
    assert first_to_fix([bare, test_of("other", None)], {"other": 0, "bare": 1}).failure.id == "other"
    assert first_to_fix([], {}) is None
