"""What several sections ask, answered once."""

from __future__ import annotations

from dataclasses import replace

from handoffd.model.change import Change
from handoffd.model.facts import Failure, File, Note, Test
from handoffd.model.kinds import MarkKind, NoteType
from handoffd.model.local_time import day, minute
from handoffd.model.snapshot import BranchCommit, Conflict, Entry, OpenMark, OpenOperation, Reference, RunTree, Snapshot
from tests.handoff.builders import NINE, made, oid, on_head, view

ONE, TWO = made(1, "feat: one", Change("a.py", "changed")), made(2, "wip two", Change("b.py", "changed"))
REVERT = made(3, 'Revert "wip two"', reverts=oid(2))


def test_the_branch_in_words() -> None:
    assert view(snapshot=on_head()).branch == "work"
    assert view(snapshot=Snapshot(head=oid(1))).branch == f"detached at {oid(1)[:7]}" and view(snapshot=Snapshot()).branch == "not known"


def test_a_time_has_its_date_when_it_is_not_the_titles() -> None:
    one = view()
    assert one.clock(NINE) == minute(NINE) or day(NINE) != day(NINE + 1800)
    assert one.clock(NINE - 5 * 86400) == f"{day(NINE - 5 * 86400)} {minute(NINE - 5 * 86400)}"
    assert one.title == f"{day(NINE + 1800)} {minute(NINE + 1800)}"


def test_a_short_name_is_gits_own_where_it_is_known() -> None:
    one = view(snapshot=on_head(1, short=((oid(1), "a000001000"),)))
    assert (one.short(oid(1)), one.short(oid(2))) == ("a000001000", oid(2)[:7])


def test_a_commit_that_was_taken_back_is_not_live() -> None:
    one = view(ONE, TWO, REVERT, snapshot=on_head(1, 2, 3))
    assert [seen.fact.new for seen in one.commits.counted] == [oid(1), oid(2), oid(3)]
    assert [seen.fact.new for seen in one.commits.live] == [oid(1)] and one.commits.wip == () and one.commits.reverted == {oid(2), oid(3)}


def test_a_revert_that_was_reverted_gives_the_commit_back() -> None:
    one = view(ONE, TWO, REVERT, made(4, "Reapply", reverts=oid(3)), snapshot=on_head(1, 2, 3, 4))
    assert [seen.fact.new for seen in one.commits.live] == [oid(1), oid(2)] and [seen.fact.new for seen in one.commits.wip] == [oid(2)]


def test_what_is_not_pushed_with_and_without_an_upstream() -> None:
    assert view(ONE, TWO, snapshot=on_head(1, 2, on_remotes=(oid(1),))).commits.unpushed == (oid(2),)
    followed = on_head(1, 2, upstream="origin/work", unpushed=(Reference(oid(0)), Reference(oid(1))))
    assert view(ONE, TWO, snapshot=followed).commits.unpushed == (oid(0), oid(1))


def test_a_note_said_twice_counts_where_it_was_said_last() -> None:
    one = view(Note("todo", "Write docs"), Note("todo", "Ask Ada"), Note("todo", "write docs!"))
    assert [(seen.id, seen.fact.text) for seen in one.notes.of(NoteType.TODO)] == [(2, "Ask Ada"), (3, "write docs!")]


def test_a_done_note_closes_what_was_said_before_it() -> None:
    one = view(Note("todo", "Write docs"), Note("done", "write docs."), Note("todo", "Ask Ada"), Note("todo", "Write docs"))
    assert [seen.fact.text for seen in one.notes.open(NoteType.TODO)] == ["Write docs", "Ask Ada"]
    assert [seen.fact.text for seen in view(Note("todo", "Write docs"), Note("done", "write docs.")).notes.open(NoteType.TODO)] == []


def test_the_message_is_the_last_that_says_something() -> None:
    assert view(Note("message", "one"), Note("message", "two"), Note("message", " ")).notes.message == "two" and view().notes.message == ""


def test_marks_that_a_note_repeats_are_left_out() -> None:
    marks = (
        OpenMark("todo", "a.py", 1, "write the docs", at=NINE),
        OpenMark("todo", "a.py", 2, "ask Ada", at=NINE + 5),
        OpenMark("box", "a.md", 1, "x"),
    )
    one = view(Note("doing", "Docs", steps=("write all the docs",)), snapshot=on_head(marks=marks))
    assert [mark.text for mark in one.marks(MarkKind.TODO)] == ["ask Ada"]
    assert [mark.text for mark in view(snapshot=on_head(marks=marks)).marks(MarkKind.TODO)] == ["ask Ada", "write the docs"], "newest first"


RED = Test("pytest", 5, 2, failures=(Failure("s::a", "a"), Failure("s::b", "b")), report="j.xml")


def test_failing_tests_are_those_that_no_later_run_saw_pass() -> None:
    one = view(RED, Test("pytest", 1, 0, fixed=("s::a",), report="k.xml"))
    assert [failing.failure.id for failing in one.tests.failing] == ["s::b"] and one.tests.failed == 1


def test_more_fail_than_are_named() -> None:
    assert view(replace(RED, failed=9)).tests.failed == 9


def test_paths_that_changed_since_the_runs_that_status_tells() -> None:
    one = view(RED, snapshot=on_head(runs=(RunTree(1, ("b.py", "a.py")), RunTree(7, ("c.py",)))))
    assert one.tests.changed_since == ("a.py", "b.py")


def test_paths_that_the_session_touched() -> None:
    entries = (
        Entry("new.py", "untracked", mtime=NINE + 120),
        Entry("old.py", "modified", mtime=NINE - 5),
        Entry("base.py", "modified", mtime=NINE + 120, baseline=True),
    )
    one = view(ONE, File("c.py", "deleted"), snapshot=on_head(1, entries=entries))
    assert one.touched == {"a.py", "c.py", "new.py"} and [entry.path for entry in one.live_entries()] == ["new.py", "old.py"]
    assert (one.mtime("old.py"), one.mtime("nowhere")) == (NINE - 5, 0.0)


def test_nothing_speaks_against_merging() -> None:
    assert view(ONE).reasons == () and not view(ONE).merging


def test_reasons_not_to_merge_yet() -> None:
    snapshot = on_head(1, 2, operation=OpenOperation("merge"), conflicts=(Conflict("a.py"), Conflict("b.py", resolved="merged")))
    one = view(ONE, TWO, RED, snapshot=snapshot)
    assert one.reasons == ("merge open", "2 tests failing", "WIP commit on the branch") and one.merging
    assert [conflict.path for conflict in one.unresolved] == ["a.py"]
    older = on_head(1, 2, commits=(BranchCommit(oid(9), "wip nine", "me", "me@x", NINE, NINE), BranchCommit(oid(2), "wip two", "me", "me@x", NINE, NINE)))
    assert view(ONE, TWO, snapshot=older).reasons == ("2 WIP commits on the branch",)


def test_trailers_of_live_commits_by_any_of_their_names() -> None:
    one = view(made(1, "x", trailers=(("Learned", "a"), ("LEARNING", "b"), ("Why", "c"), ("Learned", " "))), snapshot=on_head(1))
    assert [value for _, value in one.commits.trailers("learned", "learning")] == ["a", "b"]


def test_the_same_secret_counts_once() -> None:
    mark = "[redacted:github:8018babf]"
    assert view(Note("todo", f"use {mark}"), Note("gotcha", f"{mark} again [redacted:aws:ed1c5eb2]")).redacted == {
        "[redacted:github:8018babf]",
        "[redacted:aws:ed1c5eb2]",
    }
