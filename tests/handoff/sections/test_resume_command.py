"""The Resume Command: the state and the one next step. Its wording: test_lines.py."""

from __future__ import annotations

import pytest

from handoffd.handoff.sections.done import done
from handoffd.handoff.sections.in_progress import in_progress
from handoffd.handoff.sections.pending import pending
from handoffd.handoff.sections.resume_command import resume
from handoffd.model.change import Change, HunkPlace
from handoffd.model.document import Item, Resume
from handoffd.model.facts import Failure, Note, Test
from handoffd.model.snapshot import Conflict, Entry, OpenMark, OpenOperation, Snapshot
from tests.handoff.builders import NINE, made, oid, on_head, view


def told(*facts, snapshot=None, **more) -> Resume:
    one = view(*facts, snapshot=snapshot or on_head(1, **more))
    return resume(one, done(one), in_progress(one), pending(one))


def item(section: str, kind: str, text: str, source: str = "person", **more) -> Item:
    return Item(section, kind, text, source, **more)


def test_the_step_is_given_alone_too() -> None:
    found = told(Note("todo", "Ask Ada"))
    assert found.next_step == "Ask Ada" and found.lines[1] == "Next step: Ask Ada."


# Each is stronger than all below it.
STRENGTH = {
    "message": Note("message", "Go home"),
    "conflict": Conflict("c.py", (2,)),
    "fix": Test("pytest", 1, 1, failures=(Failure("s::a", "adds", "t.py", 3),)),
    "note": Note("doing", "Parser"),
    "todo": OpenMark("todo", "m.py", 4, "handle errors", at=NINE),
    "hunk": Entry("a.py", "modified", unstaged=True, mtime=NINE),
    "pending": Note("todo", "Ask Ada"),
}
STEPS = ["Go home", "Resolve the conflicts in c.py:2 (1 place)", "Fix 1 failing test, first t.py (adds)", "Parser", "TODO at m.py:4: handle errors", "Continue at a.py:5 (f, uncommitted)", "Ask Ada"]


@pytest.mark.parametrize("start", range(len(STEPS)))
def test_the_strongest_thing_is_the_next_step(start: int) -> None:
    here = list(STRENGTH.values())[start:]
    facts = [one for one in here if isinstance(one, Note | Test)]
    more = {
        "conflicts": tuple(one for one in here if isinstance(one, Conflict)),
        "marks": tuple(one for one in here if isinstance(one, OpenMark)),
        "entries": tuple(one for one in here if isinstance(one, Entry)),
        "changes": tuple(Change(one.path, "changed", places=(HunkPlace(5, 5, "f"),)) for one in here if isinstance(one, Entry)),
    }
    assert told(*facts, **more).next_step == STEPS[start]


def test_nothing_is_open() -> None:
    assert told(snapshot=on_head(1, on_remotes=(oid(1),))).next_step == "Nothing open"
    assert told(made(1, "feat: one"), snapshot=on_head(1, on_remotes=(oid(1),))).next_step == "Nothing open: see What's Done"


@pytest.mark.parametrize(
    ("snapshot", "where"),
    [(on_head(), "work branch"), (Snapshot(head=oid(1), detached=True), f"detached HEAD at {oid(1)[:7]}"), (Snapshot(), "this worktree")],
)
def test_where_the_work_stands(snapshot: Snapshot, where: str) -> None:
    assert told(snapshot=snapshot).lines[0].startswith(f"Continue working on {where}. ")


@pytest.mark.parametrize(
    ("facts", "more", "state"),
    [
        ((), {}, "No commits this session; no test run seen."),
        ((made(1, "x"),), {"on_remotes": (oid(1),)}, "1 commit this session; no test run seen."),
        ((), {"entries": (Entry("u", "untracked", unstaged=True),)}, "No commits this session; 1 file untracked; no test run seen."),
        ((), {"operation": OpenOperation("merge", "side"), "conflicts": (Conflict("a", (1,)),)}, "Merge of side open, 1 file conflicted; no commits this session; no test run seen."),
    ],
)
def test_the_state_in_a_line(facts, more, state: str) -> None:
    assert told(*facts, **more).lines[0] == f"Continue working on work branch. {state}"


def test_the_tests_in_the_state() -> None:
    assert "; tests 5 passed, 0 failed at " in told(Test("pytest", 5, 0)).lines[0]
    assert "; tests exit 2, counts unknown at " in told(Test("", 0, 0, state="uncounted", exit=2)).lines[0]
    assert told(Test("pytest", 5, 0, scope="only tests/x.py")).lines[0].endswith("(only tests/x.py).")
    assert ", before the rebase" in told(Test("pytest", 5, 0), operation=OpenOperation("rebase", since=NINE + 999)).lines[0]


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("merge", "Commit the merge"),
        ("rebase", "git rebase --continue"),
        ("cherry-pick", "git cherry-pick --continue"),
        ("revert", "git revert --continue"),
        ("bisect", "Nothing open"),
    ],
)
def test_an_operation_without_conflicts_is_to_be_ended(kind: str, step: str) -> None:
    assert told(operation=OpenOperation(kind)).next_step == step


def test_many_conflicts_are_counted() -> None:
    conflicts = tuple(Conflict(f"{name}.py", (1,)) for name in "abcde")
    assert told(conflicts=conflicts, operation=OpenOperation("rebase")).next_step.endswith(" and 2 more files, then git rebase --continue")


def test_items_of_the_other_sections_are_steps_as_they_are_worded_there() -> None:
    one = view()
    doing = item("in_progress", "note", "Parser", path="a.py", line=3, last=5)
    assert resume(one, (), (doing,), ()).next_step == "Parser in a.py:3-5"
    assert resume(one, (), (), (item("pending", "note", "Ask", path="a.py", line=3),)).next_step == "Ask in a.py:3"
    assert resume(one, (), (), (item("pending", "box", "tick", "tool", path="a.md", line=3),)).next_step == "tick"


def test_how_to_check_is_the_command_of_the_newest_run_that_has_one() -> None:
    assert told(Test("pytest", 1, 0, command="pytest -q")).lines[-1] == "Check with: `pytest -q`"
