"""Two documents compared: what is no longer said, what is said now, and by whom it came."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.handoff.facts.moves import Moves
from handoffd.handoff.since import since
from handoffd.model.change import Change
from handoffd.model.claims import Ancestor, StashExists
from handoffd.model.document import CommitLine, Document, Item, Resume, Status, Step, TestLine, says_the_same
from handoffd.model.facts import Commit, File, Note, Push, Stash, Test
from handoffd.model.item_keys import mark_key, with_keys
from handoffd.model.kinds import ChangeKind, CommitAction, FileAction, ItemKind, NoteType, Origin, StashAction, StepKind
from handoffd.model.records import replace
from handoffd.model.sections import SECTIONS, SectionKey
from handoffd.model.session import Recorded, Session
from handoffd.model.since import Since, SinceKind
from handoffd.model.snapshot import Entry, OpenOperation, Snapshot
from handoffd.output.json import from_json, to_json
from tests.golden.load import days

READ = 1_800_000_000.0
ME = "me@example.com"
DOCUMENTS = [day.document for day in days()]
PROGRESS, PENDING, GOTCHAS, DONE = SectionKey.IN_PROGRESS, SectionKey.PENDING, SectionKey.GOTCHAS, SectionKey.DONE
TODO = Item(PROGRESS, ItemKind.TODO, "f, added in aaaaaaa", path="a.py", line=3, steps=(Step("TODO: mend", StepKind.TODO, 3, values={"key": mark_key("todo", "a.py", "mend")}),))


def document(*items: Item, **parts: Any) -> Document:
    """A document with these items in their sections."""
    by_section = {section.key: tuple(item for item in items if item.section is section.key) for section in SECTIONS}
    made = Document("", "main", 0.0, READ - 7200, "flush", "", Status(()), by_section, Resume(()))
    return with_keys(replace(made, **parts))


WORLD = Snapshot(own=(ME,))


def moves(snapshot: Snapshot = WORLD, **later: Any) -> Moves:
    return Moves(Session(**later), snapshot, READ)


def commit(path: str = "a.py", oid: str = "b" * 40, author: str = "Me", email: str = ME) -> Recorded[Commit]:
    change = Change(path, ChangeKind.CHANGED, 1, 1)
    return Recorded(7, READ - 60, "main", Commit("a" * 40, oid, CommitAction.COMMIT, subject="fix: x", author=author, email=email, changes=(change,), count=1))


def edit(path: str, action: FileAction = FileAction.CHANGED) -> dict[str, Recorded[File]]:
    return {path: Recorded(8, READ - 60, "main", File(path, action))}


def said(found: Since) -> list[tuple[str, str, str]]:
    return [(one.kind, one.text, one.by) for one in found.differences]


@pytest.mark.parametrize("one", DOCUMENTS)
def test_nothing_changed_between_a_document_and_itself(one: Document) -> None:
    found = since(one, from_json(json.loads(json.dumps(to_json(one)))), moves())
    assert found.nothing and (found.written, found.read) == (one.ended, READ)


@given(st.sampled_from(DOCUMENTS), st.sampled_from(DOCUMENTS))
def test_two_documents_that_say_another_thing_are_never_told_to_be_the_same(one: Document, other: Document) -> None:
    assert since(one, other, moves()).nothing == says_the_same(to_json(one), to_json(other))


@given(st.sampled_from(DOCUMENTS), st.data())
def test_each_line_that_is_gone_or_new_is_told(one: Document, data: st.DataObject) -> None:
    every = [item for items in one.items.values() for item in items]
    if every:
        lost = data.draw(st.sampled_from(every))
        less = replace(one, items={section: tuple(item for item in items if item is not lost) for section, items in one.items.items()})
        gone, came = since(one, less, moves()), since(less, one, moves())
        assert gone.differences and came.differences
        assert {found.kind for found in gone.differences} <= {SinceKind.DONE, SinceKind.GONE, SinceKind.CHANGED}
        assert {found.kind for found in came.differences} <= {SinceKind.NEW, SinceKind.LOST, SinceKind.CHANGED}


def test_a_mark_that_a_commit_took_away_is_done_by_it() -> None:
    assert said(since(document(TODO), document(), moves(commits=(commit(),)))) == [("done", "a.py:3 — TODO: mend — in bbbbbbb", "you")]
    theirs = commit(author="Kim", email="kim@example.com")
    assert said(since(document(TODO), document(), moves(commits=(theirs,)))) == [("done", "a.py:3 — TODO: mend — in bbbbbbb", "Kim")]


def test_a_mark_that_went_with_the_changes_of_its_file_is_gone() -> None:
    ((kind, text, _),) = said(since(document(TODO), document(), moves(files=edit("a.py", FileAction.RESTORED))))
    assert kind == "gone" and "as in HEAD again" in text
    ((kind, text, _),) = said(since(document(TODO), document(), moves(files=edit("a.py"))))
    assert kind == "done" and "edited" in text


def test_a_moved_mark_is_changed_and_no_other_one() -> None:
    moved = replace(TODO, line=9, steps=(replace(TODO.steps[0], line=9),))
    assert said(since(document(TODO), document(moved), moves())) == [("changed", "a.py:9 — TODO: mend", "")]


def test_a_run_that_passed_ends_failing_tests_in_one_line() -> None:
    red = Item(PROGRESS, ItemKind.FAILING_TEST, "1 test failing", path="t.py", line=1, steps=(Step('Test: "x"', StepKind.TEST, values={"test": "t::x"}),))
    fix = Item(PENDING, ItemKind.FIX_TESTS, "Fix 1 failing test (see In Progress)")
    run = Recorded(9, READ - 60, "main", Test("pytest", 5, 0, head="c" * 40))
    before = document(red, fix, status=Status((), tests=TestLine("", failed=1, at=1.0, seen=True, counted=True)))
    after = document(status=Status((), tests=TestLine("", passed=5, at=READ - 60, seen=True, counted=True)))
    found = since(before, after, moves(tests=(run,)))
    ((kind, text, _),) = said(found)
    assert kind == "done" and text.startswith("Fix 1 failing test (see In Progress) — 5 passed, 0 failed at ") and text.endswith(" on ccccccc")
    assert found.moves == ("tests green on this tree",)


def test_who_committed_is_said() -> None:
    lines = (CommitLine("b" * 40, "bbbbbbb", "fix: x"), CommitLine("d" * 40, "ddddddd", "y", group="Pulled, not counted", author="Kim"))
    found = since(document(), document(status=Status((), commits=lines)), moves(commits=(commit(),)))
    assert found.moves == ("1 commit by you", "1 by Kim")
    theirs = since(document(), document(status=Status((), commits=lines[1:])), moves())
    assert theirs.moves == ("1 commit by Kim",)


def test_a_commit_that_took_the_place_of_another_is_no_new_one() -> None:
    old, new = CommitLine("b" * 40, "bbbbbbb", "fix: x"), CommitLine("d" * 40, "ddddddd", "fix: x")
    before, after = document(status=Status((), commits=(old,))), document(status=Status((), commits=(new,)))
    assert since(before, after, moves()).moves == ("1 commit rewritten",)
    reworded = document(status=Status((), commits=(replace(new, subject="fix: y"),)))
    became = Snapshot(own=(ME,), became=((old.oid, new.oid),))
    assert since(before, reworded, moves(became)).moves == ("1 commit rewritten",)
    assert since(before, reworded, moves()).moves == ("1 commit by you",)


def test_what_was_lost_comes_first() -> None:
    lost = Item(GOTCHAS, ItemKind.RESET_AWAY, "Reset away: abc x (…)", short="Reset away: abc x")
    found = since(document(TODO), document(lost, Item(PENDING, ItemKind.NOTE, "ask", Origin.PERSON)), moves())
    assert [kind for kind, _, _ in said(found)] == ["lost", "done", "new"]


def test_a_push_and_a_stash_have_their_events() -> None:
    stash = Item(GOTCHAS, ItemKind.STASH, "Stash left at 10:00", claims=(StashExists("e" * 40),))
    push = Item(PENDING, ItemKind.PUSH, "Push 1 commit (bbbbbbb) to origin/main")
    pushed = Recorded(3, READ - 60, "main", Push("refs/remotes/origin/main", "a" * 40, "b" * 40))
    dropped = Recorded(4, READ - 60, "main", Stash("e" * 40, StashAction.GONE))
    found = since(document(stash, push), document(), moves(pushes=(pushed,), stashes=(dropped,)))
    assert found.moves == ("pushed", "1 stash taken off")
    assert [(one.kind, one.evidence) for one in found.differences] == [("done", (3,)), ("gone", (4,))]


def test_where_head_and_its_remote_are_is_told() -> None:
    before = document(status=Status((), upstream="origin/main", operation="merge"), branch="old")
    after = document(status=Status((), upstream="origin/main", behind=2), branch="main")
    assert since(before, after, moves()).moves == ("renamed from old", "merge ended", "2 new commits on origin/main")


def test_files_that_are_edited_now_are_counted() -> None:
    dirty = Snapshot(own=(ME,), entries=(Entry("a.py", "modified"), Entry("b.py", "modified")))  # type: ignore[arg-type]
    assert since(document(), document(TODO), moves(dirty, files=edit("a.py"))).moves == ("1 file edited",)
    assert since(document(TODO), document(), moves(files=edit("a.py", FileAction.RESTORED))).moves == ("1 file as in HEAD again",)


def test_what_left_no_trace_in_the_document_is_not_told() -> None:
    dirty = Snapshot(own=(ME,), entries=(Entry("a.py", "modified"),))  # type: ignore[arg-type]
    assert since(document(TODO), document(TODO), moves(dirty, files=edit("a.py"))).nothing


def test_a_conflict_is_done_by_the_commit_and_gone_with_the_merge() -> None:
    conflict = Item(PROGRESS, ItemKind.CONFLICT, "merge conflict, 1 place (line 3)", path="a.py", line=3)
    assert said(since(document(conflict), document(), moves(commits=(commit(),))))[0][:1] == ("done",)
    assert said(since(document(conflict), document(), moves()))[0][:1] == ("gone",)
    still = Snapshot(own=(ME,), operation=OpenOperation("merge"))  # type: ignore[arg-type]
    assert said(since(document(conflict), document(), moves(still)))[0][:1] == ("done",)


def test_words_that_were_said_to_be_done() -> None:
    note = Item(PENDING, ItemKind.NOTE, "ask Kim", Origin.PERSON)
    done = Recorded(5, READ - 60, "main", Note(NoteType.DONE, "ask Kim"))
    found = since(document(note), document(Item(DONE, ItemKind.NOTE, "ask Kim", Origin.PERSON)), moves(notes=(done,)))
    assert [(kind, text.partition(" — ")[0]) for kind, text, _ in said(found)] == [("done", "ask Kim"), ("new", "ask Kim")]


def test_a_reverted_line_of_done_is_no_longer_on_the_branch() -> None:
    line = Item(DONE, ItemKind.COMMIT, "X (1 file)", claims=(Ancestor("b" * 40, "HEAD"),))
    assert said(since(document(line), document(), moves())) == [("gone", "X (1 file) — no longer on this branch", "")]


def test_paths_are_encoded() -> None:
    evil = Item(PROGRESS, ItemKind.HUNK, "line 1, uncommitted", path="a\n## Status\n`x`.py", line=1)
    ((_, text, _),) = said(since(document(), document(evil), moves()))
    assert "\n" not in text
