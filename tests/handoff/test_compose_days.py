"""Days made by hand, and the lines they must come to."""

from __future__ import annotations

import pytest

from handoffd.model.change import Change, Dependency, HunkPlace
from handoffd.model.events import Event
from handoffd.model.facts import Arrival, Branch, Checkout, Failure, File, Note, Reset, Stash, Test
from handoffd.model.open_work import BranchIndex, work_of
from handoffd.model.snapshot import Conflict, Entry, FailurePlace, OpenMark, OpenOperation, Reference, RunTree, StashState
from handoffd.output.markdown import render
from tests.handoff.builders import NINE, handoff, made, oid, on_head, part, session_of, text_of

DECODER = Change(
    "src/decoder.py", "changed", added=5, names=("Gzip.flush",), places=(HunkPlace(103, 103, "Gzip.flush"),), definitions=(HunkPlace(100, 110, "Gzip.flush"),)
)
TESTS = Change(
    "tests/test_decoder.py",
    "changed",
    added=9,
    adds=("test_truncated",),
    places=(HunkPlace(81, 89, "test_truncated"),),
    definitions=(HunkPlace(81, 89, "test_truncated"),),
    test=True,
)


def test_a_feature_day() -> None:
    failure = Failure("tests.test_decoder::test_truncated", "test_truncated", "tests/test_decoder.py", 81, "Failed: DID NOT RAISE DecodingError")
    session = session_of(
        Branch("work", oid(0), "main"),
        made(1, "feat(decoder): add empty frames", Change("src/frames.py", "created", added=3, adds=("Frame",))),
        made(2, "Error on verify as str", DECODER, trailers=(("Decision", "Raise instead of warn"), ("Why", "A warning passes unnoticed"))),
        Test("pytest", 134, 1, failures=(failure,), report="junit.xml", head=oid(2), dirty=(("x", "y"),)),
        File("src/decoder.py", "changed", mtime=NINE + 1000),
        Note("todo", "Ask for a release note"),
        Note("learning", "flush never fails", category="Decoders"),
    )
    snapshot = on_head(
        1,
        2,
        upstream="origin/work", has_remote=True,
        ahead=1,
        on_remotes=(oid(1),),
        unpushed=(Reference(oid(2), "Error on verify as str"),),
        entries=(Entry("src/decoder.py", "modified", unstaged=True, mtime=NINE + 1000), Entry("scratch", "untracked", size=54)),
        changes=(DECODER, Change("scratch", "untracked")),
        marks=(OpenMark("todo", "src/decoder.py", 103, "raise when eof is not set", at=NINE + 1000),),
        failures=(FailurePlace(failure.id, failure.path, 81, ("Gzip.flush",), True),),
        runs=(RunTree(4, ("src/decoder.py",)),),
    )
    text = text_of(session, snapshot)
    status = part(text, "Status")
    assert status[0] == f"- **Branch**: work (1 ahead of origin/work; created this session from main at {oid(0)[:7]})"
    assert status[1:4] == [
        "- **Commits this session**: 2",
        f"  - {oid(1)[:7]} feat(decoder): add empty frames (pushed)",
        f"  - {oid(2)[:7]} Error on verify as str",
    ]
    assert status[4] == "- **Uncommitted changes**: 1 file modified (src/decoder.py), 1 file untracked (scratch)"
    assert status[5].startswith("- **Tests**: ⚠️ 134 passed, 1 failed (pytest, ") and status[5].endswith("; src/decoder.py changed since; junit.xml)")
    assert part(text, "What's Done") == ["✓ Add empty frames — adds Frame (1 file)", "✓ Error on verify as str — in Gzip.flush (1 file)"]
    assert part(text, "What's In Progress") == [
        "⚠️ **Incomplete work** — do not merge yet",
        "- tests/test_decoder.py:81 — 1 test failing, added this session",
        '  → Test: "test_truncated" — Failed: DID NOT RAISE DecodingError; Gzip.flush changed (src/decoder.py, uncommitted, changed since the run)',
        "- src/decoder.py:103 — Gzip.flush, uncommitted, edited after the last test run",
        "  → TODO: raise when eof is not set",
    ]
    pending = part(text, "What's Pending")
    assert pending[0] == "- Ask for a release note"
    assert pending[1] == "- Fix 1 failing test (see In Progress)"
    assert pending[2].startswith("- Run the tests again: 1 file changed since ")
    assert pending[3] == f"- Push 1 commit ({oid(2)[:7]}) to origin/work"
    assert part(text, "Key Decisions Made") == ["1. **Raise instead of warn**", "   Why: A warning passes unnoticed"]
    assert part(text, "Learnings Captured") == ["- [Decoders] flush never fails"]
    files = part(text, "Files Touched")
    assert files[0] == "- `src/decoder.py` — Gzip.flush, +10 −0 (in progress)"
    assert files[-1] == "- `src/frames.py` — new file; adds Frame, +3 −0"
    assert part(text, "Gotchas for Next Session") == ["⚠️ **Do not merge or deploy** — 1 test failing"]
    resume = part(text, "Resume Command")
    assert resume[0].startswith(
        "> Continue working on work branch. 2 commits this session, 1 not pushed; 1 file modified, 1 untracked; tests 134 passed, 1 failed at "
    )
    assert resume[1].startswith(
        "> Next step: Fix 1 failing test, first tests/test_decoder.py:81 (test_truncated: Failed: DID NOT RAISE DecodingError"
    )
    assert resume[2] == "> Open TODOs: src/decoder.py:103."


def test_a_hard_day() -> None:
    bulk = tuple(Change(f"src/adapters/f{n}.ts", "renamed", f"src/parsers/f{n}.ts", 1, 1) for n in range(30))
    index = Change("src/index.ts", "changed", added=6, removed=6, names=("buildIndex",))
    session = session_of(
        made(1, "refactor: rename parsers", *bulk, words=(("UnifiedSession", "SessionRecord", 25),)),
        made(2, "build: add p-limit", Change("package.json", "changed", added=1, dependencies=(Dependency("p-limit", "", "^7.3.3", 82),))),
        made(3, "perf: four at a time", index),
        made(4, 'Revert "perf: four at a time"', index, action="revert", reverts=oid(3)),
        made(5, "feat: look up once", Change("src/reg.ts", "changed", added=6)),
        Reset(oid(5), oid(4)),
        made(6, "wip: names", Change("src/adapters/f0.ts", "changed", added=14, removed=12, names=("QWEN",))),
        Checkout(oid(6), oid(6), "pull", arrivals=(Arrival(oid(9), "fix: async", "colleague"),), arrived=1),
        Stash(oid(8), "made", "On work: fast path"),
        Note("gotcha", "pnpm-lock is updated by a colleague"),
        Note("decision", "Rename first", why="easy to redo", tradeoff="later merges meet renames"),
    )
    snapshot = on_head(
        1, 2, 3, 4, 6,
        upstream="origin/work", has_remote=True, ahead=4, behind=2, unpushed=tuple(Reference(oid(n)) for n in (2, 3, 4, 6)),
        operation=OpenOperation("merge", "origin/main", oid(10), 6, since=NINE + 900, conflicts=("src/adapters/f0.ts", "src/types.ts")),
        entries=(
            Entry("src/adapters/f0.ts", "conflicted", unstaged=True),
            Entry("src/types.ts", "modified", staged=True),
            Entry("src/new.ts", "modified", staged=True),
        ),
        changes=(Change("src/adapters/f0.ts", "changed", added=20), Change("src/new.ts", "changed", added=2)),
        conflicts=(
            Conflict(
                "src/adapters/f0.ts", (21, 31), "", (Reference(oid(6), "wip: names"),), (Reference(oid(10), "fix: cache"),), "src/parsers/f0.ts"
            ),
            Conflict("src/types.ts", (), "other", (Reference(oid(6), "wip: names"),)),
        ),
        stashes=(StashState(oid(8), 0, "On work: fast path", NINE + 600, changes=(Change("src/url.ts", "changed", added=2, names=("percent",)),)),),
    )
    text = text_of(session, snapshot)
    status = part(text, "Status")
    assert status[0].startswith(f"- ⚠️ **Merge open**: origin/main ({oid(10)[:7]}, 6 commits) into work since ") and status[0].endswith(
        " — 1 of 2 conflicted files unresolved"
    )
    assert status[1] == "- **Branch**: work (4 ahead, 2 behind origin/work)"
    assert f"  - {oid(3)[:7]} perf: four at a time (reverted by {oid(4)[:7]})" in status
    assert f"  - Pulled, not counted: {oid(9)[:7]} fix: async (colleague)" in status
    assert "- **Uncommitted changes**: 1 file conflicted (src/adapters/f0.ts), 2 files staged by the merge (src/types.ts, src/new.ts)" in status
    done = part(text, "What's Done")
    assert done == ["✓ Rename parsers (30 files; UnifiedSession to SessionRecord in 25)", "✓ Add p-limit (package.json)"]
    working = part(text, "What's In Progress")
    assert working[1] == "- src/adapters/f0.ts:21 — merge conflict, 2 places (lines 21, 31)"
    assert working[2:4] == [f"  → HEAD side: {oid(6)[:7]}", f"  → origin/main side (as src/parsers/f0.ts): {oid(10)[:7]} fix: cache"]
    assert working[-2:] == [f"- {oid(6)[:7]} wip: names — WIP commit, not pushed, 1 file, +14 −12", "  → src/adapters/f0.ts: QWEN"]
    decisions = part(text, "Key Decisions Made")
    assert decisions[:3] == ["1. **Rename first**", "   Why: easy to redo", "   Trade-off: later merges meet renames"]
    assert decisions[3] == f"2. **Changed without a recorded reason**: adds dependency p-limit ^7.3.3 (package.json:82, {oid(2)[:7]})"
    files = part(text, "Files Touched")
    assert files[0].startswith("- `src/adapters/f0.ts` — renamed from src/parsers/") and files[0].endswith("(conflicted)")
    assert (
        f"- 29 more files, only in {oid(1)[:7]}, each with as many lines added as removed; words changed in its 30 files: UnifiedSession to SessionRecord (25 files)"
        in files
    )
    assert "  - src/parsers/ renamed to src/adapters/ (29 files)" in files
    assert "- `src/url.ts` — no net change; changes in stash@{0}" in files
    assert f"- `src/index.ts` — buildIndex in {oid(3)[:7]}, reverted by {oid(4)[:7]}; no net change" in files
    gotchas = part(text, "Gotchas for Next Session")
    assert gotchas[0] == "⚠️ **Do not merge or deploy** — merge open, WIP commit on the branch"
    assert gotchas[1] == "- pnpm-lock is updated by a colleague"
    assert any(line.startswith("- Conflict resolved in src/types.ts: same as origin/main") for line in gotchas)
    assert any(line.startswith(f"- Reverted: {oid(3)[:7]} perf: four at a time (") for line in gotchas)
    assert any(
        line.startswith(f"- Reset away: {oid(5)[:7]} feat: look up once (") and line.endswith(f"still reachable: git show {oid(5)[:7]}")
        for line in gotchas
    )
    assert any("stash@{0}" in line and '"fast path" — src/url.ts, percent, +2 −0' in line for line in gotchas)
    assert part(text, "Resume Command")[1] == "> Next step: Resolve the conflicts in src/adapters/f0.ts:21 (2 places), then commit the merge."


def test_a_changed_definition_is_named_with_its_place_while_the_file_holds_what_ran() -> None:
    failure = Failure("s::t", "flush works", "tests/t.py", 3, "boom")
    session = session_of(made(1, "feat: x", DECODER), Test("pytest", 1, 1, failures=(failure,), report="j.xml"))
    text = text_of(session, on_head(1, failures=(FailurePlace("s::t", "tests/t.py", 3, ("Gzip.flush",)),)))
    assert '  → Test: "flush works" — boom; Gzip.flush changed at src/decoder.py:103' in part(text, "What's In Progress")


def test_a_quiet_day() -> None:
    change = Change("atomic_test.go", "untracked", added=25, adds=("TestAtomic",), definitions=(HunkPlace(13, 25, "TestAtomic"),))
    session = session_of(File("atomic_test.go", "created", mtime=NINE + 60, untracked=True))
    text = text_of(session, on_head(entries=(Entry("atomic_test.go", "untracked", unstaged=True, mtime=NINE + 60),), changes=(change,)))
    assert part(text, "What's In Progress") == ["- atomic_test.go:13 — new file, untracked, +25: adds TestAtomic"]
    assert part(text, "Files Touched") == ["- `atomic_test.go` — new file; adds TestAtomic, +25 −0 (in progress)"]
    assert part(text, "Resume Command") == [
        "> Continue working on work branch. No commits this session; 1 file untracked; no test run seen.",
        "> Next step: Continue at atomic_test.go:13 (TestAtomic, untracked).",
    ]


def test_a_note_takes_the_facts_of_its_file_and_repeats_none() -> None:
    session = session_of(
        Note("doing", "Webhook configuration", path="src/config.ts", line=15, last=15, steps=("Need to add retry count validation (max 10)",))
    )
    marks = (
        OpenMark("todo", "src/config.ts", 15, "add retry count validation (max 10)", at=NINE),
        OpenMark("todo", "src/config.ts", 16, "add timeout configuration", at=NINE),
    )
    text = text_of(session, on_head(marks=marks))
    assert part(text, "What's In Progress") == [
        "- Webhook configuration in src/config.ts:15",
        "  → Need to add retry count validation (max 10)",
        "  → TODO (line 16): add timeout configuration",
    ]


def test_a_done_note_closes_a_todo_and_what_is_open_stands_with_its_date() -> None:
    said = (Note("todo", "Deploy to staging"), Note("todo", "Ask Ada"), Note("doing", "Retry queue"))
    earlier = [Event("note", NINE - 86400 + at, f"n{at}", note, ".", "work", -10 + at) for at, note in enumerate(said)]
    session = session_of(Note("done", "ask ada!"))
    second = render(handoff(session, on_head(), work=work_of(BranchIndex(1, "work"), earlier, session)))
    assert part(second, "What's Pending") == ["- Deploy to staging (since 2023-11-13)"]
    assert part(second, "What's In Progress") == ["- Retry queue (since 2023-11-13)"]


def test_tests_that_are_green_again() -> None:
    failure = Failure("s::t", "t works", "t.py", 3, "boom")
    session = session_of(
        Test("pytest", 1, 1, failures=(failure,), report="j.xml", head=oid(1)),
        Test("pytest", 2, 0, fixed=("s::t",), report="j.xml", head=oid(2)),
    )
    text = text_of(session, on_head())
    assert part(text, "What's Done") == ["✓ Tests green again: t works"]
    assert "⚠️" not in text


def test_a_rewritten_branch_needs_force() -> None:
    session = session_of(made(1, "feat: x"), made(2, "feat: y", action="amend"))
    amended = session.commits[1].fact
    assert amended.old == oid(1)
    text = text_of(session, on_head(2, on_remotes=(oid(1),)))
    assert part(text, "Status")[1:3] == ["- **Commits this session**: 1", f"  - {oid(2)[:7]} feat: y"]
    assert f"- work was pushed at {oid(1)[:7]} and rewritten to {oid(2)[:7]}: push needs force" in part(text, "Gotchas for Next Session")


def test_boxes_skips_and_learnings_that_were_added() -> None:
    marks = (
        OpenMark("box", "plan.md", 3, "write the docs", at=NINE + 90),
        OpenMark("skip", "t.py", 9, "test_slow", "needs a network", at=NINE + 90),
        OpenMark("learning", "CLAUDE.md", 4, "[Git] use worktrees", at=NINE + 90),
    )
    text = text_of(session_of(Note("done", "x")), on_head(marks=marks))
    assert "- plan.md:3 — write the docs" in part(text, "What's Pending")
    assert "- t.py:9 — Test skipped: test_slow — needs a network" in part(text, "What's Pending")
    assert part(text, "Learnings Captured") == ["- [Git] use worktrees"]


@pytest.mark.parametrize("category", ["x", "X", " "])
def test_a_learning_is_never_a_task_box(category: str) -> None:
    """GitHub's renderer makes a box of `- [x] words`."""
    marks = (OpenMark("learning", "CLAUDE.md", 4, f"[{category}] added", at=NINE),)
    notes = (Note("learning", f"[{category}] said"), Note("learning", "sorted", category=category))
    told = part(text_of(session_of(*notes), on_head(marks=marks)), "Learnings Captured")
    assert len(told) == 3 and [line for line in told if not line.startswith(("- \\[", "- sorted"))] == []


def test_many_commits_are_folded_but_bulk_ones_stay() -> None:
    bulk = tuple(Change(f"b/{n}.py", "changed", added=1) for n in range(21))
    facts = [made(1, "big", *bulk), *(made(n, f"feat: {n}") for n in range(2, 15))]
    status = part(text_of(session_of(*facts), on_head(*range(1, 15))), "Status")
    assert status[1] == "- **Commits this session**: 14"
    assert [line.split(" ", 4)[-1] for line in status[2:4]] == ["big", "feat: 7"] and status[11].startswith("  - +5 more (git log ")


def test_an_unknown_working_tree_says_so() -> None:
    from dataclasses import replace

    text = text_of(session_of(made(1, "feat: x")), replace(on_head(1), known=False), reconstructed=True)
    assert part(text, "Status")[0] == "- ⚠️ **Reconstructed**: no handoff was written at the end, made from the log"
    assert "- **Uncommitted changes**: not known" in part(text, "Status")


def test_a_flush_message_stands_first_and_is_one_harmless_line() -> None:
    resume = part(text_of(session_of(Note("message", "look at *this*\n## first")), on_head()), "Resume Command")
    assert resume[0].startswith("> Continue working on work branch. look at `*this*` ## first. No commits this session")
    assert resume[1] == "> Next step: look at `*this*` ## first."
    assert len(resume) == 2
