"""What's Pending, in the order in which the next session would take it up."""

from __future__ import annotations

import pytest

from handoffd.handoff.sections.pending import pending
from handoffd.model.document import PERSON, Item
from handoffd.model.events import Event
from handoffd.model.facts import Failure, Note, Test
from handoffd.model.open_work import BranchIndex, BranchWork, work_of
from handoffd.model.snapshot import OpenMark, OtherBranch, Reference, RunTree
from tests.handoff.builders import NINE, claims_of, made, oid, on_head, session_of, view

RED = Test("pytest", 4, 1, failures=(Failure("a", "a"),))


def items(*facts, work=None, **more) -> list[Item]:
    return list(pending(view(*facts, snapshot=on_head(1, **more), work=work)))


def test_everything_at_once_in_its_order() -> None:
    marks = (OpenMark("box", "a.md", 3, "box", at=NINE), OpenMark("skip", "t.py", 9, "test_x", "slow", at=NINE))
    found = items(made(1, "x"), RED, Note("todo", "Ask Ada"), marks=marks, runs=(RunTree(2, ("a.py",)),), other_branches=(OtherBranch("idea", 1),))
    assert [item.kind for item in found] == ["note", "fix_tests", "rerun_tests", "box", "skip", "push", "branch"]
    assert all(item.section == "pending" and item.rank.open for item in found)


def test_open_notes_newest_first_with_their_place() -> None:
    first, second = items(Note("todo", "a", path="a.py", line=3, last=5), Note("todo", "b"))
    assert first.text == "b" and (second.path, second.line, second.last, second.source, second.rank.strength, second.evidence) == (
        "a.py",
        3,
        5,
        "person",
        PERSON,
        (1,),
    )


def test_failing_tests_are_evidence_of_their_runs() -> None:
    (item,) = items(RED, Test("vitest", 1, 0, report="j.xml"))
    assert (item.text, item.evidence) == ("Fix 1 failing test (see In Progress)", (1,))


def test_a_run_is_to_be_made_again_when_files_changed_since() -> None:
    assert items(Test("pytest", 1, 0)) == []
    (item,) = items(Test("pytest", 1, 0), runs=(RunTree(1, ("a.py", "b.py")),))
    assert item.text.startswith("Run the tests again: 2 files changed since ") and item.evidence == (1,)


def test_boxes_and_skips_say_where_they_stand() -> None:
    box, skip, bare = items(
        marks=(OpenMark("box", "a.md", 3, "write"), OpenMark("skip", "t.py", 9, "test_x", "slow"), OpenMark("skip", "t.py", 12, "test_y"))
    )
    assert (box.text, box.path, box.line) == ("write", "a.md", 3)
    assert (skip.text, bare.text) == ("Test skipped: test_x — slow", "Test skipped: test_y")
    assert claims_of(box) == [("text_at", {"path": "a.md", "line": 3, "near": 20, "text": "write"})]


def test_commits_that_are_not_pushed() -> None:
    one = (Reference(oid(1)),)
    (item,) = items(made(1, "x"), upstream="origin/work", ahead=1, unpushed=one)
    assert item.text == f"Push 1 commit ({oid(1)[:7]}) to origin/work" and claims_of(item) == [("ahead", {"count": 1, "of": "origin/work"})]
    many = tuple(Reference(oid(number)) for number in range(1, 6))
    assert items(upstream="origin/work", ahead=5, unpushed=many)[0].text == f"Push 5 commits ({oid(1)[:7]} to {oid(5)[:7]}) to origin/work"


def test_a_branch_that_follows_nothing_needs_an_upstream() -> None:
    (item,) = items(made(1, "x"))
    assert item.text == "Set an upstream for work (1 commit)" and claims_of(item) == [("no_upstream", {"branch": "work"})]


@pytest.mark.parametrize("more", [{"known": False}, {"on_remotes": (oid(1),)}])
def test_nothing_is_to_be_pushed_where_that_is_not_known_or_done(more) -> None:
    assert items(made(1, "x"), **more) == []


def earlier(*notes: Note) -> BranchWork:
    """Words of the day before."""
    events = [Event("note", NINE - 86400 + at, f"n{at}", note, ".", "work", -10 + at) for at, note in enumerate(notes)]
    return work_of(BranchIndex(1, "work"), events, session_of())


def test_open_notes_of_earlier_sessions_stand_with_their_date() -> None:
    (item,) = items(work=earlier(Note("todo", "Ask Ada", path="a.py", line=3)))
    assert (item.text, item.path, item.line, item.evidence, item.source) == ("Ask Ada", "a.py", 3, (-10,), "person")
    assert item.since == NINE - 86400


@pytest.mark.parametrize("said", [Note("done", "ask ada!"), Note("todo", "ask ada!")])
def test_what_was_done_or_said_again_stands_no_second_time(said: Note) -> None:
    events = [Event("note", NINE - 86400, "n", Note("todo", "Ask Ada"), ".", "work", -1)]
    found = items(said, work=work_of(BranchIndex(1, "work"), events, session_of(said)))
    assert [(item.text, item.since) for item in found] == ([] if said.type == "done" else [("ask ada!", 0.0)])


def test_other_branches_are_a_line_each() -> None:
    others = (OtherBranch("fix/auth", 2, 1, 1, NINE - 86400), OtherBranch("idea", 0, 0, 2, NINE))
    found = items(other_branches=others)
    assert [item.text for item in found] == ["On fix/auth: 2 commits not pushed, 1 TODO, 1 stash", "On idea: 2 stashes"]
    assert [item.since for item in found] == [NINE - 86400, NINE]
