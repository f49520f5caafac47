"""The facts of one file that is being worked on."""

from __future__ import annotations

import pytest

from handoffd.handoff.sections.file_bullets import conflict_fact, hunk_fact, mark_claim, todo_step
from handoffd.handoff.sections.file_bullets import tests_fact as failing_fact
from handoffd.model.change import Change, HunkPlace
from handoffd.model.claims import claim_data
from handoffd.model.facts import Failure, Test
from handoffd.model.snapshot import Conflict, Entry, FailurePlace, OpenMark, OpenOperation, Reference, RunTree
from tests.handoff.builders import made, oid, on_head, view

MERGE = OpenOperation("merge", "origin/main", oid(9))


def test_a_conflict_tells_its_places_and_both_sides() -> None:
    one = view(snapshot=on_head(1, operation=MERGE))
    fact = conflict_fact(one, Conflict("a.py", (3, 9), "", (Reference(oid(1), "ours"),), (Reference(oid(9), "theirs"),)))
    assert (fact.kind, fact.line, fact.text) == ("conflict", 3, "merge conflict, 2 places (lines 3, 9)")
    assert [step.text for step in fact.steps] == [f"HEAD side: {oid(1)[:7]}", f"origin/main side: {oid(9)[:7]} theirs"]
    assert fact.steps[1].short == f"origin/main side: {oid(9)[:7]}"


@pytest.mark.parametrize(
    ("lines", "said"),
    [((), "no markers in the file"), ((3,), "1 place (line 3)"), (tuple(range(1, 12)), "11 places (lines 1, 2, 3, 4, 5, 6, 7, 8, +3 more)")],
)
def test_where_the_markers_stand(lines: tuple[int, ...], said: str) -> None:
    assert conflict_fact(view(), Conflict("a.py", lines)).text == f"stash conflict, {said}", "without an operation a stash was popped"


def test_a_conflict_of_a_renamed_file_says_the_other_name() -> None:
    fact = conflict_fact(view(snapshot=on_head(1, operation=MERGE)), Conflict("new.py", (1,), other_path="old.py", theirs=(Reference(oid(9), "x"),)))
    assert fact.steps[0].text.startswith("origin/main side (as old.py): ")


DEFINED = Change("a.py", "changed", added=1, names=("retry",), places=(HunkPlace(7, 8, "retry"),), definitions=(HunkPlace(5, 9, "retry"),))


def failing(*failures: Failure, snapshot=None, **more):
    places = tuple(FailurePlace(one.id, one.path, one.line, ("retry",) if "near" in one.id else (), "added" in one.id) for one in failures)
    one = view(made(1, "x", DEFINED), Test("pytest", 5, len(failures), failures=failures), snapshot=snapshot or on_head(1, failures=places, **more))
    return one, one.tests.failing


def fail(name: str, line: int = 3, message: str = "boom", id: str = "") -> Failure:
    return Failure(id or f"s::{name}", name, "tests/t.py", line, message)


def test_failing_tests_of_a_file() -> None:
    one, tests = failing(fail("a", 3), fail("b", 9), fail("c", 12, ""))
    fact = failing_fact(one, "tests/t.py", tests, 3)
    assert (fact.kind, fact.line, fact.text, fact.weight) == ("failing_test", 3, "3 tests failing, file not changed this session", 3)
    assert [step.text for step in fact.steps] == ['Test: "a" (3) — boom', 'Test: "b" (9) — same message', 'Test: "c" (12)']
    assert fact.evidence == (2,) and len(fact.claims) == 3


def test_one_failing_test_needs_no_line_of_its_own() -> None:
    one, tests = failing(fail("a", 3))
    assert [step.text for step in failing_fact(one, "tests/t.py", tests, 1).steps] == ['Test: "a" — boom']


def test_beyond_those_that_are_named_the_rest_is_counted_by_suite_and_those_with_a_changed_definition_come_first() -> None:
    one, tests = failing(fail("api > a"), fail("api > b"), fail("web > c"), fail("d", id="s::near"))
    steps = failing_fact(one, "tests/t.py", tests, 2).steps
    assert steps[0].text == 'Test: "d" (3) — boom; retry changed at a.py:7-8'
    assert steps[-1].text == "+2 more: api (1), web (1)" and len(steps) == 3


@pytest.mark.parametrize(
    ("more", "id", "said"),
    [
        ({}, "s::added", "1 test failing, added this session"),
        ({"entries": (Entry("tests/t.py", "modified", unstaged=True),)}, "", "1 test failing, uncommitted"),
        ({"entries": (Entry("tests/t.py", "conflicted"),)}, "", "1 test failing"),
    ],
)
def test_what_is_said_of_the_file(more, id: str, said: str) -> None:
    one, tests = failing(fail("a", id=id), **more)
    assert failing_fact(one, "tests/t.py", tests, 1).text == said


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (OpenMark("todo", "a.py", 3, "x"), "TODO: x"),
        (OpenMark("todo", "a.py", 9, "x"), "TODO (line 9): x"),
        (OpenMark("unfinished", "a.py", 3, "pass"), "Unfinished: pass"),
        (OpenMark("todo", "a.py", 3, "x", conflict=True), "TODO (line 3, inside a conflict): x"),
    ],
)
def test_a_mark_says_its_line_where_it_is_not_the_bullets(mark: OpenMark, said: str) -> None:
    step = todo_step(mark, 3)
    assert (step.text, step.kind, step.line) == (said, mark.kind, mark.line)


def test_a_mark_claims_that_its_text_still_stands_near() -> None:
    claim = mark_claim(OpenMark("todo", "a.py", 3, "x y"))
    assert claim_data(claim) == {"check": "text_at", "path": "a.py", "line": 3, "near": 20, "text": "x y"}


def hunk(entry: Entry, change: Change | None, near: int = 0, **more):
    return hunk_fact(view(made(1, "x"), **more), entry, change, near)


DIRTY = Entry("a.py", "modified", unstaged=True)
TWICE = Change("a.py", "changed", places=(HunkPlace(2, 2), HunkPlace(7, 8, "retry"), HunkPlace(20, 20, "retry"), HunkPlace(30, 31, "last")))


@pytest.mark.parametrize(
    ("near", "line", "said"), [(0, 7, "retry (lines 7-20), uncommitted"), (31, 30, "last (lines 30-31), uncommitted"), (2, 2, "line 2, uncommitted")]
)
def test_the_hunk_at_the_line_else_the_first_with_a_name(near: int, line: int, said: str) -> None:
    fact = hunk(DIRTY, TWICE, near)
    assert fact is not None and (fact.kind, fact.line, fact.text) == ("hunk", line, said)


@pytest.mark.parametrize(
    ("entry", "change", "said"),
    [
        (Entry("a.py", "deleted", unstaged=True), None, "deleted, uncommitted"),
        (Entry("a.py", "renamed", "old.py", staged=True), Change("a.py", "renamed", "old.py"), "renamed from old.py, uncommitted"),
        (DIRTY, Change("a.py", "changed", binary=True), "binary file, uncommitted"),
        (DIRTY, Change("a.py", "changed", compared="larger than 5 MB"), "larger than 5 MB, uncommitted"),
        (DIRTY, None, "uncommitted"),
    ],
)
def test_without_a_place_the_file_as_a_whole(entry: Entry, change: Change | None, said: str) -> None:
    fact = hunk(entry, change)
    assert fact is not None and (fact.text, fact.line) == (said, 0)


def test_a_new_file_is_a_bullet_when_it_defines_something() -> None:
    entry = Entry("n.py", "untracked", unstaged=True)
    names = ("a", "b", "c", "d", "e")
    fact = hunk(entry, Change("n.py", "untracked", added=9, adds=names, definitions=(HunkPlace(4, 9, "a"),)))
    assert fact is not None and (fact.kind, fact.line, fact.name) == ("new_file", 4, "a")
    assert fact.text == "new file, untracked, +9: adds a, b, c, d, +1 more"
    assert hunk(entry, Change("n.py", "untracked", added=9)) is None


def test_an_edit_after_the_last_run_says_so() -> None:
    run, snapshot = Test("pytest", 1, 0), on_head(1, runs=(RunTree(1, ("a.py",)),))
    fact = hunk_fact(view(run, snapshot=snapshot), DIRTY, DEFINED, 0)
    assert fact is not None and fact.text.endswith("uncommitted, edited after the last test run")
