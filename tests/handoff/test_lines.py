"""Single lines, each by the rule that words it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoffd.model.change import Change
from handoffd.model.facts import Arrival, Branch, Checkout, Test
from handoffd.model.snapshot import Conflict, Entry, OpenOperation
from tests.handoff.builders import NINE, made, oid, on_head, part, session_of, text_of

ONE = made(1, "feat: one", Change("a.py", "changed", added=1))


def status(*facts, snapshot=None, **more) -> list[str]:
    return part(text_of(session_of(*facts), snapshot or on_head(1), **more), "Status")


@pytest.mark.parametrize(
    ("trigger", "said"),
    [("pre-push", "before push, session still open"), ("terminate", "the daemon ended, session still open"), ("other", "session still open")],
)
def test_a_checkpoint_says_what_made_it(trigger: str, said: str) -> None:
    assert status(ONE, checkpoint=True, trigger=trigger)[0] == f"- **Checkpoint**: {said}"


def test_a_rebase_tells_its_step_and_a_pick_its_commit() -> None:
    rebase = OpenOperation("rebase", "main", oid(7), onto=oid(8), branch="work", step=2, total=5, since=NINE + 900)
    lines = status(ONE, snapshot=replace(on_head(1, operation=rebase, conflicts=(Conflict("a.py", (3,)),)), branch="", detached=True))
    assert lines[0].startswith("- ⚠️ **Rebase open**: rebase of work onto main, step 2 of 5 since ")
    assert lines[0].endswith(" — 1 of 1 conflicted file unresolved")
    assert lines[1] == f"- **Branch**: detached at {oid(1)[:7]}"
    pick = status(ONE, snapshot=on_head(1, operation=OpenOperation("cherry-pick", other_oid=oid(7))))
    assert pick[0] == f"- ⚠️ **Cherry-pick open**: cherry-pick of {oid(7)[:7]}"


def test_only_a_branch_that_was_created_is_called_so() -> None:
    assert status(Branch("work", oid(0), action="deleted"), ONE)[0] == "- **Branch**: work (no upstream)"
    created = status(Branch("work", oid(0)), ONE, snapshot=on_head(1, upstream="origin/work", behind=2))
    assert created[0] == f"- **Branch**: work (2 behind origin/work; created this session at {oid(0)[:7]})"


def test_a_revert_that_was_reverted_marks_only_itself() -> None:
    one, back = made(2, 'Revert "one"', reverts=oid(1)), made(3, "Reapply", reverts=oid(2))
    lines = status(ONE, one, back, snapshot=on_head(1, 2, 3, on_remotes=(oid(1), oid(2))))
    assert lines[2:5] == [
        f"  - {oid(1)[:7]} feat: one (pushed)",
        f'  - {oid(2)[:7]} Revert "one" (pushed, reverted by {oid(3)[:7]})',
        f"  - {oid(3)[:7]} Reapply",
    ]
    text = text_of(session_of(ONE, one, back), on_head(1, 2, 3))
    assert part(text, "What's Done") == ["✓ One (a.py)"]


def test_arrivals_without_an_author_and_many_of_them() -> None:
    few = Checkout(oid(0), oid(1), "pull", arrivals=(Arrival(oid(9), "fix: async", " "),), arrived=1)
    assert status(few, ONE)[-3] == f"  - Pulled, not counted: {oid(9)[:7]} fix: async"
    many = Checkout(oid(0), oid(1), "pull", arrivals=tuple(Arrival(oid(n), "x", "y") for n in (24, 23, 22, 21)), arrived=9)
    assert status(many, ONE)[-3] == f"  - Pulled, not counted: 9 commits ({oid(21)[:7]}..{oid(24)[:7]})"


def test_every_kind_of_change_is_told_and_staged_ones_among_others_are_marked() -> None:
    entries = (
        Entry("new.py", "added", staged=True),
        Entry("gone.py", "deleted", unstaged=True),
        Entry("a.py", "modified", unstaged=True),
        Entry("b.py", "modified", staged=True),
        *(Entry(f"u{n}", "untracked", unstaged=True) for n in range(6)),
    )
    assert status(ONE, snapshot=on_head(1, entries=entries))[-2] == (
        "- **Uncommitted changes**: 2 files modified (a.py, b.py staged), 1 file added (new.py), 1 file deleted (gone.py), 6 files untracked"
    )


def test_a_run_that_broke_warns_without_a_count() -> None:
    line = status(Test("pytest", 0, 0, exit=2, report="j.xml", head=oid(1)))[-1]
    assert line.startswith("- **Tests**: ⚠️ 0 passed, 0 failed (pytest, ") and line.endswith("; exit code 2; j.xml)")


def test_several_reports_are_summed_and_told_one_by_one() -> None:
    lines = status(Test("", 3, 0, report="unit.xml"), Test("vitest", 4, 1, 2, report="web.xml"))
    assert lines[-3].startswith("- **Tests**: ⚠️ 7 passed, 1 failed, 2 skipped (vitest, JUnit, ")
    assert lines[-2].startswith("  - web.xml — 4 passed, 1 failed, 2 skipped (") and lines[-1].startswith("  - unit.xml — 3 passed, 0 failed (")
