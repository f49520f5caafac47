"""The facts of the Status section. Its lines word by word: test_lines.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoffd.handoff.sections.status import changes_by_kind, commit_lines, status
from handoffd.handoff.sections.status import tests_line as run_line
from handoffd.model.change import Change
from handoffd.model.document import TestLine
from handoffd.model.facts import Arrival, Checkout, Failure, Suite, Test
from handoffd.model.snapshot import Conflict, Entry, OpenOperation, RunTree, Snapshot
from tests.handoff.builders import NINE, made, oid, on_head, view

ONE = made(1, "feat: one", Change("a.py", "changed"))


def line_of(*facts, **more) -> TestLine:
    return run_line(view(*facts, snapshot=on_head(1, **more)))


def test_all_facts_of_the_section() -> None:
    snapshot = on_head(1, upstream="origin/work", ahead=1, behind=2, operation=OpenOperation("bisect"), entries=(Entry("a", "untracked"),))
    made_of = status(view(ONE, snapshot=snapshot))
    assert (made_of.upstream, made_of.ahead, made_of.behind, made_of.operation) == ("origin/work", 1, 2, "bisect")
    assert [line.oid for line in made_of.commits] == [oid(1)] and made_of.changes == {"untracked": ("a",)}
    assert made_of.tests is not None and not made_of.tests.seen


def test_the_lines_stand_in_one_order() -> None:
    lines = status(view(ONE, snapshot=on_head(1, trouble="the index is corrupt", operation=OpenOperation("revert", other_oid=oid(7)))))
    heads = [line.partition(":")[0] for line in lines.lines if not line.startswith("  ")]
    assert heads == [
        "⚠️ **Not all could be read**",
        "⚠️ **Revert open**",
        "**Branch**",
        "**Commits this session**",
        "**Uncommitted changes**",
        "**Tests**",
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [({"reconstructed": True, "checkpoint": True}, "⚠️ **Reconstructed**"), ({"checkpoint": True}, "**Checkpoint**"), ({}, "**Branch**")],
)
def test_what_kind_of_handoff_it_is(more: dict[str, bool], said: str) -> None:
    assert status(view(ONE, **more)).lines[0].startswith(said)


def test_an_open_merge_says_how_much_is_unresolved() -> None:
    merge = OpenOperation("merge", "side", oid(9), 3, since=NINE, conflicts=("a.py", "b.py", "c.py"))
    line = status(view(snapshot=on_head(operation=merge, conflicts=(Conflict("a.py"), Conflict("b.py", resolved="head"))))).lines[0]
    assert line.startswith(f"⚠️ **Merge open**: side ({oid(9)[:7]}, 3 commits) into work since ") and line.endswith(
        " — 1 of 3 conflicted files unresolved"
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "work (no upstream)"),
        ({"upstream": "o/w", "upstream_gone": True}, "work (upstream o/w is gone)"),
        ({"upstream": "o/w"}, "work (up to date with o/w)"),
        ({"upstream": "o/w", "ahead": 2}, "work (2 ahead of o/w)"),
        ({"upstream": "o/w", "ahead": 2, "behind": 1}, "work (2 ahead, 1 behind o/w)"),
        ({"known": False, "upstream": "o/w"}, "work"),
    ],
)
def test_the_branch_beside_its_upstream(more: dict[str, object], said: str) -> None:
    assert f"**Branch**: {said}" in status(view(snapshot=on_head(**more))).lines


def test_commits_by_why_they_are_not_counted() -> None:
    merge = replace(made(2, "Merge side"), parents=(oid(1), oid(8)))
    pull = Checkout(oid(2), oid(2), "pull", arrivals=(Arrival(oid(9), "theirs", "Bob"),), arrived=1)
    lines = commit_lines(
        view(ONE, merge, made(3, "elsewhere"), pull, snapshot=on_head(1, 2, on_branches=((oid(3), "side"),), on_remotes=(oid(1), oid(2))))
    )
    assert [(line.subject, line.mark, line.group, line.author) for line in lines] == [
        ("feat: one", "pushed", "", ""),
        ("Merge side", "merge, pushed", "", ""),
        ("elsewhere", "", "On side", ""),
        ("theirs", "", "Pulled, not counted", "Bob"),
    ]


def test_of_many_commits_the_newest_and_the_bulk_ones_are_shown() -> None:
    bulk = made(2, "bulk", *(Change(f"f{number}", "changed") for number in range(21)))
    commits = [bulk if number == 2 else made(number, f"c{number}") for number in range(1, 15)]
    lines = status(view(*commits, snapshot=on_head(*range(1, 15)))).lines
    shown = [line.split()[1] for line in lines if line.startswith("  a")]
    assert shown == ["bulk", *(f"c{number}" for number in range(7, 15))] and f"  +5 more (git log {oid(0)[:7]}..HEAD)" in lines


def test_many_commits_of_other_branches_are_counted() -> None:
    commits = [made(number, f"c{number}") for number in range(1, 13)]
    lines = status(view(*commits, snapshot=on_head(on_branches=tuple((oid(number), "side") for number in range(1, 13))))).lines
    assert sum(line.startswith("  On side") for line in lines) == 10 and "  +2 more on other branches" in lines


def test_paths_by_kind() -> None:
    entries = (
        Entry("m", "modified", unstaged=True),
        Entry("s", "modified", staged=True),
        Entry("c", "conflicted"),
        Entry("f", "modified", staged=True, compared="filter lfs"),
        Entry("n", "not_compared", compared="filter lfs"),
    )
    assert changes_by_kind(view(snapshot=on_head(entries=entries))) == {
        "modified": ("m", "s", "f"),
        "staged": ("s", "f"),
        "conflicted": ("c",),
        "not_compared": ("f", "n"),
    }
    merging = changes_by_kind(view(snapshot=on_head(entries=entries, operation=OpenOperation("merge"))))
    assert merging == {"modified": ("m",), "staged": ("s", "f"), "conflicted": ("c",), "not_compared": ("f", "n")}


@pytest.mark.parametrize(
    ("snapshot", "said"),
    [
        (on_head(), "None"),
        (Snapshot(known=False, entries=(Entry("a", "modified"),)), "not known"),
        (on_head(entries=tuple(Entry(f"u{n}", "untracked", compared="filter lfs") for n in range(6))), "6 files untracked (filter lfs)"),
        (on_head(entries=(Entry("a", "not_compared", compared="filter lfs"),)), "1 file not compared (a; filter lfs)"),
    ],
)
def test_uncommitted_changes(snapshot: Snapshot, said: str) -> None:
    assert f"**Uncommitted changes**: {said}" in status(view(snapshot=snapshot)).lines


def test_no_run() -> None:
    assert line_of(ONE) == TestLine("No run seen this session")


def test_the_newest_runs_are_summed() -> None:
    line = line_of(Test("pytest", 5, 0, 1, report="a.xml"), Test("vitest", 7, 2, report="b.xml"))
    assert (line.runner, line.passed, line.failed, line.skipped, line.seen, line.counted) == ("vitest", 12, 2, 1, True, True)
    assert line.text.startswith("⚠️ 12 passed, 2 failed, 1 skipped (vitest, pytest, ") and line.at == NINE + 120


@pytest.mark.parametrize(
    ("run", "going", "start"),
    [
        (Test("", 0, 0, state="running", run="r1", command="make test"), ("r1",), "still running (make test, since "),
        (Test("", 0, 0, state="running", run="r1", command="make test"), (), "⚠️ did not end (make test, since "),
        (Test("", 0, 0, state="uncounted", command="tox", exit=0), (), "exit 0, counts unknown (tox, "),
        (Test("pytest", 0, 0, state="collected"), (), "none run, only listed (pytest, "),
        (Test("pytest", 3, 0, exit=1), (), "⚠️ 3 passed, 0 failed (pytest, "),
    ],
)
def test_runs_without_a_plain_result(run: Test, going: tuple[str, ...], start: str) -> None:
    text = line_of(run, going=going).text
    assert text.startswith((start, start.replace("`make test`", "make test")))


def test_what_changed_since_and_when_it_was_green() -> None:
    red = Test("pytest", 4, 1, failures=(Failure("a", "a"),), head=oid(1))
    line = line_of(Test("pytest", 5, 0, head=oid(1)), red, runs=(RunTree(2, ("a.py",)),))
    assert f" on {oid(1)[:7]}; a.py changed since; last green " in line.text and line.changed_since == ("a.py",)
    assert "2 files changed since" in line_of(red, runs=(RunTree(1, ("a.py", "b.py")),)).text


def test_a_run_of_before_the_merge_says_so() -> None:
    assert ", before the merge)" in line_of(Test("pytest", 5, 0), operation=OpenOperation("merge", since=NINE + 999)).text


def test_the_suites_of_a_single_report_have_lines_of_their_own() -> None:
    run = Test("jest", 5, 1, report="j.xml", suites=(Suite("a b", 3, 0, 0), Suite("c", 2, 1, 4)))
    assert status(view(run)).lines[-2:] == ("  a b — 3 passed, 0 failed", "  c — 2 passed, 1 failed, 4 skipped")
