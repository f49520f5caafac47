"""Where a changed definition stands now."""

from __future__ import annotations

import pytest

from handoffd.handoff.facts.changed_definitions import Changed, changed_definitions, line_after
from handoffd.handoff.facts.failing_tests import failing, origin_words
from handoffd.model.change import Change, HunkPlace
from handoffd.model.facts import Arrival, Checkout, Failure, Test
from handoffd.model.snapshot import FailurePlace, RunTree
from tests.handoff.builders import made, oid, session_of


def at(*lines: tuple[int, int], added: int = 1, removed: int = 1, **more) -> Change:
    return Change("a.py", more.pop("kind", "changed"), added=added, removed=removed, places=tuple(HunkPlace(*one) for one in lines), **more)


@pytest.mark.parametrize(
    ("line", "change", "now"),
    [
        (5, at((9, 9)), 5),
        (9, at((9, 9)), 0),
        (12, at((9, 9)), 12),
        (12, at((9, 11), added=3, removed=1), 0),
        (12, at((9, 10), (20, 20)), 0),
        (5, at((9, 10), (20, 20)), 5),
        (5, at(added=0, removed=0), 5),
        (5, at(), 0),
        (5, at((9, 9), binary=True), 0),
        (5, at((9, 9), compared="filter lfs"), 0),
        (5, at((9, 9), kind="deleted"), 0),
        (0, at((9, 9)), 0),
    ],
)
def test_a_line_is_followed_or_given_up(line: int, change: Change, now: int) -> None:
    assert line_after(line, change) == now


def defines(name: str, first: int, last: int, *places: tuple[int, int], path: str = "a.py", **more) -> Change:
    held = tuple(HunkPlace(*one, name) for one in places)
    return Change(path, "changed", added=1, names=(name,), places=held, definitions=(HunkPlace(first, last, name),), **more)


def found(*facts, uncommitted: tuple[Change, ...] = ()) -> list[tuple[str, str, int, int, str]]:
    session = session_of(*facts)
    known = changed_definitions(session.commits, session.checkouts, uncommitted)
    return [(one.path, one.name, one.line, one.last, one.commit) for one in known.values()]


def test_the_lines_that_changed_not_the_whole_definition() -> None:
    assert found(made(1, "x", defines("f", 5, 40, (7, 8), (30, 31)))) == [("a.py", "f", 7, 31, oid(1))]
    new = Change("a.py", "changed", places=(HunkPlace(4, 9, "f"),), definitions=(HunkPlace(4, 6, "f"), HunkPlace(8, 20, "g")))
    assert found(made(1, "x", new))[1] == ("a.py", "g", 8, 9, oid(1))
    assert found(made(1, "x", Change("a.py", "changed", definitions=(HunkPlace(8, 20, "g"),)))) == [("a.py", "g", 8, 8, oid(1))]


def test_a_definition_moves_with_its_file_and_goes_with_it() -> None:
    one = made(1, "x", defines("f", 5, 9, (7, 7)))
    assert found(one, made(2, "y", Change("b.py", "renamed", "a.py"))) == [("b.py", "f", 7, 7, oid(1))]
    assert found(one, made(2, "y", at((2, 3), added=2))) == [("a.py", "f", 0, 0, oid(1))]
    assert found(one, made(2, "y", at(kind="deleted"))) == []
    assert found(one, made(2, "y", at((6, 6), removes=("f",)))) == []
    assert found(one, uncommitted=(defines("f", 5, 9, (8, 8)),)) == [("a.py", "f", 8, 8, "")]
    assert found(made(1, "x", defines("f", 5, 9, (7, 7), test=True))) == []


def test_commits_from_elsewhere_take_the_lines() -> None:
    pull = Checkout(oid(1), oid(2), "pull", arrivals=(Arrival(oid(2), "theirs", "them"),), arrived=1)
    assert found(made(1, "x", defines("f", 5, 9, (7, 7))), pull) == [("a.py", "f", 0, 0, oid(1))]


def test_the_longest_name_and_of_equal_ones_the_newest_change() -> None:
    failure = Failure("s::t", "t", "t.py")
    session = session_of(
        made(1, "x", defines("flush", 5, 9, (7, 7)), defines("Gzip.flush", 1, 3, (2, 2), path="b.py")),
        made(2, "y", defines("flush", 5, 9, (6, 6), path="c.py")),
        Test("pytest", 1, 1, failures=(failure,)),
    )
    known = changed_definitions(session.commits, (), ())

    def origin(*words: str) -> tuple[str, str, bool]:
        one = failing(session.tests, (FailurePlace("s::t", "t.py", 1, words),), (RunTree(3, ("b.py",)),), known)[0].origin
        assert one is not None
        return one.name, one.path, one.still

    assert origin("flush") == ("flush", "c.py", True)
    assert origin("flush", "Gzip.flush", "NotChangedAtAll") == ("Gzip.flush", "b.py", False)


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (Changed("f", "a.py", 7, 9, oid(1)), "f changed at a.py:7-9"),
        (Changed("f", "a.py", 7, 7), "f changed at a.py:7"),
        (Changed("f", "a.py", 7, 9, oid(1), still=False), f"f changed in {oid(1)} (a.py, changed since the run)"),
        (Changed("f", "a.py", 0, 0, oid(1)), f"f changed in {oid(1)} (a.py)"),
        (Changed("f", "a.py", 7, 9, still=False), "f changed (a.py, uncommitted, changed since the run)"),
    ],
)
def test_no_line_where_the_file_no_longer_holds_what_ran(origin: Changed, said: str) -> None:
    assert origin_words(origin, str) == said
