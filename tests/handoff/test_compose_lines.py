"""Single lines, each by the rule that words it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoffd.model.change import Change, Dependency, HunkPlace
from handoffd.model.facts import Arrival, Branch, Checkout, Commit, Failure, Note, Test
from handoffd.model.snapshot import Conflict, Entry, FailurePlace, OpenMark, OpenOperation, Reference, RunTree
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
    assert line.startswith("- **Tests**: ⚠️ none run (pytest, ") and line.endswith("; exit code 2; j.xml)")


def test_several_reports_are_summed_and_told_one_by_one() -> None:
    lines = status(Test("", 3, 0, report="unit.xml"), Test("vitest", 4, 1, 2, report="web.xml"))
    assert lines[-3].startswith("- **Tests**: ⚠️ 7 passed, 1 failed, 2 skipped (vitest, JUnit, ")
    assert lines[-2].startswith("  - web.xml — 4 passed, 1 failed, 2 skipped (") and lines[-1].startswith("  - unit.xml — 3 passed, 0 failed (")


def section(heading: str, *facts, snapshot=None, **more) -> list[str]:
    return part(text_of(session_of(*facts), snapshot or on_head(1, 2), **more), heading)


def test_merges_of_this_session_are_done_but_those_of_a_pull_are_not() -> None:
    two = (oid(1), oid(9))
    merge = Commit(oid(1), oid(2), "merge", subject="Merge remote-tracking branch 'origin/main' into work", parents=two, arrived=3)
    assert section("What's Done", ONE, merge)[1] == "✓ Merge origin/main (3 commits)"
    named = Commit(oid(1), oid(2), "merge", subject="Join both lines", parents=two)
    assert section("What's Done", ONE, named)[1] == "✓ Join both lines"
    assert len(section("What's Done", ONE, Commit(oid(1), oid(2), "pull", subject="Merge branch 'main' of x", parents=two, arrived=3))) == 1


def test_a_done_line_names_code_before_tests_and_no_headings() -> None:
    changes = (
        Change("tests/test_a.py", "changed", adds=("test_x",)),
        Change("CHANGELOG.md", "changed", adds=("1.2 (...)",)),
        Change("a.py", "changed", adds=("one", "two", "three")),
    )
    assert section("What's Done", made(1, "fix(a)!: add ones", *changes)) == ["✓ Add ones — adds one, two, three, +1 more (3 files)"]
    assert section("What's Done", made(1, "docs: tell", Change("CHANGELOG.md", "changed", adds=("1.2",)))) == ["✓ Tell (CHANGELOG.md)"]
    assert section("What's Done", made(1, "ci: run again")) == ["✓ Run again"]


UP = Dependency("zstd", ">=1", ">=2", 5)


def manifest(*dependencies: Dependency, lines: tuple[int, int] = (5, 5), **more) -> Change:
    return Change("pyproject.toml", "changed", added=1, removed=1, places=(HunkPlace(*lines),), dependencies=dependencies, **more)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ((made(1, "x", manifest(UP)),), f"zstd from >=1 to >=2 (pyproject.toml:5, {oid(1)[:7]})"),
        (
            (made(1, "x", manifest(UP)), made(2, "y", manifest(Dependency("zstd", ">=2", ">=3", 6)))),
            f"zstd from >=1 to >=3 (pyproject.toml:6, {oid(2)[:7]})",
        ),
        ((made(1, "x", manifest(UP)), made(2, "y", manifest(Dependency("zstd", ">=2", ">=1", 5)))), ""),
        ((made(1, "x", manifest(UP)), made(2, "y", manifest(lines=(9, 9)))), f"zstd from >=1 to >=2 (pyproject.toml:5, {oid(1)[:7]})"),
        (
            (made(1, "x", manifest(UP)), made(2, "y", replace(manifest(lines=(2, 4)), added=3))),
            f"zstd from >=1 to >=2 (pyproject.toml, {oid(1)[:7]})",
        ),
        ((made(1, "x", manifest(Dependency("zstd", ">=1", "", 0))),), f"removes dependency zstd (pyproject.toml, {oid(1)[:7]})"),
        ((made(1, "x", manifest(UP)), Note("decision", "Raise the floor of zstd")), ""),
        ((made(1, "x", manifest(UP)), Note("decision", "zstd-extra is fine")), f"zstd from >=1 to >=2 (pyproject.toml:5, {oid(1)[:7]})"),
        ((made(1, "x", manifest(UP), trailers=(("Why", "zstd 2 is faster"),)),), ""),
        ((made(1, "x", Change("db/migrations/1.sql", "created", role="schema")),), f"db/migrations/1.sql ({oid(1)[:7]})"),
        ((made(1, "x", manifest(UP)), made(2, 'Revert "x"', manifest(Dependency("zstd", ">=2", ">=1", 5)), reverts=oid(1))), ""),
    ],
)
def test_what_changed_without_a_recorded_reason(facts, said: str) -> None:
    lines = [line.partition("reason**: ")[2] for line in section("Key Decisions Made", *facts) if "without a recorded reason" in line]
    assert lines == ([said] if said else [])


def test_an_uncommitted_dependency_and_one_in_a_baseline_file() -> None:
    dirty = {"changes": (manifest(UP),), "entries": (Entry("pyproject.toml", "modified", unstaged=True),)}
    assert section("Key Decisions Made", ONE, snapshot=on_head(1, **dirty)) == [
        "1. **Changed without a recorded reason**: zstd from >=1 to >=2 (pyproject.toml:5, uncommitted)"
    ]
    old = replace(on_head(1, **dirty), entries=(Entry("pyproject.toml", "modified", unstaged=True, baseline=True),))
    assert section("Key Decisions Made", ONE, snapshot=old) == ["None this session"]
    merging = replace(on_head(1, **dirty), operation=OpenOperation("merge", "main"))
    assert section("Key Decisions Made", made(1, "x", manifest(UP)), snapshot=merging)[0].endswith(f"(pyproject.toml, {oid(1)[:7]})")


def test_decision_records_are_told_by_their_newest_name_while_they_exist() -> None:
    added = made(1, "x", Change("docs/adr/5-use-postgres.md", "created", role="decision"))
    assert section("Key Decisions Made", added) == ["1. **5 use postgres**", "   At: docs/adr/5-use-postgres.md"]
    moved = made(2, "y", Change("docs/adr/6-use-postgres.md", "renamed", "docs/adr/5-use-postgres.md", role="decision"))
    assert section("Key Decisions Made", added, moved)[0] == "1. **6 use postgres**"
    gone = made(2, "y", Change("docs/adr/5-use-postgres.md", "deleted", role="decision"))
    assert section("Key Decisions Made", added, gone) == ["None this session"]


def test_trailers_of_reverted_commits_say_nothing() -> None:
    said = (("Decision", "Cache it"), ("Trade-off", "memory"), ("Learned", "[Cache] keys are long"))
    one, back = made(1, "x", trailers=said), made(2, 'Revert "x"', reverts=oid(1))
    assert section("Key Decisions Made", one) == ["1. **Cache it**", "   Trade-off: memory"]
    assert section("Learnings Captured", one) == ["- [Cache] keys are long"]
    assert section("Key Decisions Made", one, back) == section("Learnings Captured", one, back) == ["None this session"]


def resume(*facts, snapshot=None, **more) -> list[str]:
    return [line.removeprefix("> ") for line in section("Resume Command", *facts, snapshot=snapshot or on_head(1), **more)]


FIRST = Failure("s::one", "one works", "tests/t.py", 3, "boom")
SECOND = Failure("s::two", "two works", "tests/t.py", 9, "bang")
THIRD = Failure("s::three", "three works", "tests/u.py", 1, "")
DEFINED = Change("a.py", "changed", added=1, names=("retry",), places=(HunkPlace(7, 8, "retry"),), definitions=(HunkPlace(5, 9, "retry"),))
RED = Test("pytest", 5, 3, failures=(THIRD, FIRST, SECOND), report="j.xml")
PLACES = (FailurePlace("s::one", "tests/t.py", 3), FailurePlace("s::two", "tests/t.py", 9, ("retry",)), FailurePlace("s::three", "tests/u.py", 1))


def test_the_first_failing_test_names_a_changed_definition_else_it_is_the_documents_first() -> None:
    near = resume(made(1, "x", DEFINED), RED, snapshot=on_head(1, failures=PLACES))
    assert near[1] == "Next step: Fix 3 failing tests, first tests/t.py:9 (two works: bang; retry changed at a.py:7-8)."
    since = on_head(1, failures=PLACES, runs=(RunTree(2, ("a.py",)),))
    assert resume(made(1, "x", DEFINED), RED, snapshot=since)[1] == "Next step: Fix 3 failing tests, first tests/t.py:3 (one works: boom)."
    assert resume(ONE, Test("pytest", 1, 2, report="j.xml"))[1] == "Next step: Fix 2 failing tests."


def test_behind_a_conflict_come_the_tests_and_the_push() -> None:
    opened = {"operation": OpenOperation("merge", "main", oid(9), since=NINE + 900), "conflicts": (Conflict("a.py", (2, 8)), Conflict("gone.py"))}
    ahead = {"upstream": "origin/work", "ahead": 1, "unpushed": (Reference(oid(1)),)}
    lines = resume(made(1, "x", DEFINED), RED, snapshot=on_head(1, failures=PLACES, **opened, **ahead))
    assert lines[1] == "Next step: Resolve the conflicts in a.py:2 (2 places) and gone.py, then commit the merge."
    assert lines[2] == "After that: Run the tests again, fix 3 failing tests, first tests/t.py:9 (retry, changed at a.py:7-8); push 1 commit."
    assert resume(ONE, Test("pytest", 5, 0), snapshot=on_head(1, **opened, **ahead))[2] == "After that: Run the tests again; push 1 commit."
    green = {"operation": opened["operation"]}
    assert resume(ONE, snapshot=on_head(1, **green))[1] == "Next step: Commit the merge."
    mark = OpenMark("todo", "a.py", 3, "not this one", at=NINE, conflict=True)
    assert not [line for line in resume(ONE, snapshot=on_head(1, marks=(mark,), **opened)) if "TODO" in line or "not this" in line]


def test_conflicts_without_an_operation_are_said_to_be_there() -> None:
    lines = resume(ONE, snapshot=on_head(1, conflicts=(Conflict("a.py", (2,)),), entries=(Entry("a.py", "conflicted"),)))
    assert lines[0] == "Continue working on work branch. 1 file conflicted; 1 commit this session, 1 not pushed; no test run seen."
    assert lines[1] == "Next step: Resolve the conflicts in a.py:2 (1 place)."


def test_a_message_stands_first_and_the_work_behind_it() -> None:
    lines = resume(ONE, RED, Note("doing", "Retry queue", path="b.py", line=4), Note("message", "Half way. Go on with `b.py`!"))
    assert lines[0].startswith(
        "Continue working on work branch. Half way. Go on with `b.py`! 1 commit this session, 1 not pushed; tests 5 passed, 3 failed at "
    )
    assert lines[1] == "Next step: Half way. Go on with `b.py`!"
    assert lines[2] == "After that: Fix 3 failing tests, first tests/t.py (one works); Retry queue in b.py:4."


def test_open_todos_are_all_but_the_next_step() -> None:
    marks = tuple(OpenMark("todo", "a.py", line, f"thing {line}", at=NINE + line) for line in (1, 11, 12, 13, 14, 15, 16))
    lines = resume(ONE, snapshot=on_head(1, marks=(*marks, OpenMark("todo", "b.py", 2, "", at=NINE))))
    assert lines[1] == "Next step: TODO at a.py:16: thing 16."
    assert lines[2] == "Open TODOs: a.py:15, a.py:14, a.py:13, a.py:12, a.py:11, +2 more."
    two = (OpenMark("todo", "a.py", 1, "one", at=NINE), OpenMark("todo", "a.py", 11, "eleven", at=NINE + 1))
    assert resume(ONE, snapshot=on_head(1, marks=two))[1:] == ["Next step: TODO at a.py:11: eleven.", "Open TODOs: a.py:1."]


def test_what_an_operation_staged_is_not_counted_as_modified() -> None:
    entries = (Entry("a.py", "modified", staged=True), Entry("b.py", "modified", unstaged=True), Entry("u", "untracked", unstaged=True))
    lines = resume(ONE, snapshot=on_head(1, entries=entries, operation=OpenOperation("rebase", "main", branch="work")))
    assert lines[0].endswith("1 commit this session, 1 not pushed; 1 file modified, 1 untracked; no test run seen.")
    assert lines[0].startswith("Continue working on work branch. Rebase open; ") and lines[1] == "Next step: git rebase --continue."


def test_the_first_of_pending_and_the_end_of_the_work() -> None:
    assert resume(ONE, Note("todo", "Ask Ada"), Test("pytest", 1, 0, command="make test"))[1:] == ["Next step: Ask Ada.", "Check with: `make test`"]
    assert resume(ONE, snapshot=on_head(1, upstream="origin/work", on_remotes=(oid(1),)))[1:] == ["Next step: Nothing open: see What's Done."]
