"""What's Done: notes, finished commits, tests that went green."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoffd.handoff.sections.done import done
from handoffd.model.change import Change
from handoffd.model.document import PERSON, TOOL
from handoffd.model.facts import Commit, Failure, Note, Test
from tests.handoff.builders import NINE, claims_of, made, oid, on_head, view


def texts(*facts, snapshot=None, **more) -> list[str]:
    return [item.text for item in done(view(*facts, snapshot=snapshot or on_head(1, 2, 3), **more))]


def test_notes_newest_first_then_commits_oldest_first() -> None:
    assert texts(made(1, "one"), Note("done", "a"), made(2, "two"), Note("done", "b")) == ["b", "a", "One", "Two"]


def test_a_persons_words_are_stronger_than_gits() -> None:
    note, commit = done(view(Note("done", "a"), made(1, "one", Change("a.py", "changed"))))
    assert (note.kind, note.source, note.rank.strength, note.evidence) == ("note", "person", PERSON, (1,))
    assert (commit.kind, commit.source, commit.rank.strength, commit.evidence, commit.paths) == ("commit", "tool", TOOL, (2,), ("a.py",))
    assert commit.rank.at == NINE + 120 and not commit.rank.open
    assert claims_of(commit) == [("ancestor", {"commit": oid(1), "of": "HEAD"})]


@pytest.mark.parametrize(
    "left_out", [made(1, "wip one"), made(1, "fixup! one"), Commit(oid(0), oid(1), "pull", subject="Merge branch 'x' of y", parents=(oid(0), oid(9)))]
)
def test_what_is_not_finished_or_not_the_sessions(left_out: Commit) -> None:
    assert texts(left_out) == []


@pytest.mark.parametrize(("arrived", "said"), [(0, "Merge side"), (1, "Merge side (1 commit)")])
def test_a_merge_says_what_came_with_it(arrived: int, said: str) -> None:
    assert texts(Commit(oid(0), oid(1), "merge", subject="Merge branch 'side'", parents=(oid(0), oid(9)), arrived=arrived)) == [said]


def test_commits_that_head_does_not_reach_or_that_were_taken_back_are_not_done() -> None:
    assert texts(made(1, "one"), snapshot=on_head()) == []
    assert texts(made(1, "one"), made(2, "back", reverts=oid(1))) == []


def test_names_say_more_than_paths_and_paths_more_than_a_number() -> None:
    def said(*changes: Change, **more) -> str:
        return texts(made(1, "fix: it", *changes, **more))[0]

    two = (Change("a.py", "changed"), Change("b.py", "changed"))
    assert said(Change("a.py", "changed", names=("f", "g"))) == "It — in f, g (1 file)"
    assert said(Change("a.py", "changed", names=("f",)), Change("b.py", "created", adds=("h",))) == "It — adds h (2 files)"
    assert said(*two) == "It (a.py, b.py)" and said(*two, Change("c.py", "changed")) == "It (3 files)"
    assert said() == "It"


def test_a_commit_without_a_subject_is_named_by_its_hash() -> None:
    assert texts(made(1, "")) == [f"commit {oid(1)[:7]}"]


def test_a_bulk_commit_tells_its_words() -> None:
    changes = tuple(Change(f"f{number}.py", "changed", names=("f",)) for number in range(21))
    assert texts(made(1, "rename", *changes, words=(("colour", "color", 20),))) == ["Rename (21 files; colour to color in 20)"]


RED = Test("pytest", 4, 1, failures=(Failure("s::a", "adds two"),), head=oid(1), report="j.xml")


def test_a_test_that_went_from_red_to_green_on_another_tree() -> None:
    green = replace(RED, passed=5, failed=0, failures=(), fixed=("s::a",), head=oid(2))
    (item,) = done(view(RED, green))
    assert (item.kind, item.text, item.evidence) == ("green", "Tests green again: adds two", (2,))


def test_a_test_that_passed_on_the_same_tree_was_flaky() -> None:
    assert texts(RED, replace(RED, passed=5, failed=0, failures=(), fixed=("s::a",))) == []
    assert texts(RED) == []


def test_many_that_went_green_are_counted() -> None:
    failures = tuple(Failure(f"s::{name}", name) for name in "abcde")
    red = replace(RED, failures=failures, failed=5)
    green = replace(red, failed=0, failures=(), fixed=tuple(one.id for one in failures), head=oid(2))
    assert texts(red, green) == ["Tests green again: a, b, c, +2 more"]
