"""What's In Progress: one bullet a file, the strongest fact first."""

from __future__ import annotations

import pytest

from handoffd.handoff.sections.in_progress import PLAIN_FILES, in_progress
from handoffd.model.change import Change, HunkPlace
from handoffd.model.document import PERSON, Item
from handoffd.model.facts import Failure, File, Note, Test
from handoffd.model.snapshot import Conflict, Entry, FailurePlace, OpenMark, OpenOperation
from tests.handoff.builders import NINE, claims_of, made, oid, on_head, view

RED = Test("pytest", 4, 1, failures=(Failure("s::a", "adds", "t.py", 3, "boom"),))
PLACE = FailurePlace("s::a", "t.py", 3)


def items(*facts, snapshot=None, **more) -> list[Item]:
    return list(in_progress(view(*facts, snapshot=snapshot or on_head(**more))))


def dirty(path: str, at: float = NINE, **more) -> Entry:
    return Entry(path, more.pop("kind", "modified"), unstaged=more.pop("unstaged", True), mtime=at, **more)


def edit(path: str, name: str = "f") -> Change:
    return Change(path, "changed", places=(HunkPlace(5, 5, name),))


def test_nothing_is_in_progress() -> None:
    assert items(made(1, "one", Change("a.py", "changed"))) == []


def test_an_edited_file_with_its_place_and_where_it_is_known_from() -> None:
    (item,) = items(File("a.py", "changed"), entries=(dirty("a.py", NINE + 60),), changes=(edit("a.py"),))
    assert (item.kind, item.text, item.path, item.line, item.category) == ("hunk", "f, uncommitted", "a.py", 5, "f")
    assert item.evidence == (1,) and item.rank.open and item.rank.at == NINE + 60
    assert claims_of(item) == [("differs_from_head", {"path": "a.py"})]


def test_the_order_in_which_things_matter() -> None:
    kinds = [
        item.kind
        for item in items(
            made(1, "wip one"),
            RED,
            Note("doing", "Parser"),
            snapshot=on_head(
                1,
                conflicts=(Conflict("c.py", (2,)),),
                failures=(PLACE,),
                marks=(OpenMark("todo", "m.py", 1, "x", at=NINE), OpenMark("unfinished", "u.py", 1, "pass", at=NINE)),
                entries=(dirty("a.py"), dirty("n.py", kind="untracked"), dirty("d.py", kind="deleted")),
                changes=(edit("a.py"), Change("n.py", "untracked", adds=("g",))),
            ),
        )
    ]
    assert kinds == ["note", "conflict", "failing_test", "todo", "unfinished", "new_file", "hunk", "deleted", "wip"]


def test_weaker_facts_of_a_file_are_steps_under_the_strongest() -> None:
    mark = OpenMark("todo", "t.py", 9, "more cases", at=NINE)
    (item,) = items(RED, failures=(PLACE,), marks=(mark,), entries=(dirty("t.py"),), changes=(edit("t.py"),))
    assert (item.kind, item.text, item.line) == ("failing_test", "1 test failing, uncommitted", 3)
    assert [step.kind for step in item.steps] == ["test", "todo"] and item.evidence == (1,)
    assert [check for check, _ in claims_of(item)] == ["last_run_failed", "text_at", "differs_from_head"]


@pytest.mark.parametrize(("commit", "more", "said"), [("", {}, "uncommitted"), (oid(1), {}, f"added in {oid(1)[:7]}"), ("", {"entries": (dirty("a.py"),), "changes": (edit("a.py"),)}, "f, uncommitted")])
def test_a_marks_bullet_says_where_it_came_from(commit: str, more, said: str) -> None:
    (item,) = items(marks=(OpenMark("todo", "a.py", 5, "x", commit=commit, at=NINE),), **more)
    assert (item.kind, item.text, item.line) == ("todo", said, 5) and [step.text for step in item.steps] == ["TODO: x"]


def test_skips_and_boxes_are_pending_and_not_in_progress() -> None:
    assert items(marks=(OpenMark("box", "a.md", 1, "x"), OpenMark("skip", "t.py", 1, "y"))) == []


def test_a_note_with_a_place_takes_the_facts_of_its_file_as_steps() -> None:
    marks = (OpenMark("todo", "a.py", 9, "handle errors", at=NINE), OpenMark("todo", "a.py", 12, "log it", at=NINE + 5))
    (item,) = items(Note("doing", "Handle errors in the parser", path="a.py", steps=("then test",)), conflicts=(Conflict("a.py", (2,)),), marks=marks)
    assert (item.kind, item.source, item.rank.strength, item.line, item.evidence) == ("note", "person", PERSON, 12, (1,))
    assert [(step.kind, step.text) for step in item.steps] == [
        ("note", "then test"),
        ("conflict", "Stash conflict, 1 place (line 2)"),
        ("todo", "TODO (line 12): log it"),
    ], "what the note says already is not repeated"


def test_a_note_that_was_done_is_no_more_in_progress() -> None:
    assert items(Note("doing", "Parser"), Note("done", "parser")) == []


def test_the_newest_plain_edits_are_bullets_and_the_rest_is_one_line() -> None:
    entries = tuple(dirty(f"f{number}.py", NINE + number) for number in range(PLAIN_FILES + 2))
    found = items(entries=entries, changes=tuple(edit(entry.path) for entry in entries))
    assert [item.path for item in found[:-1]] == [f"f{number}.py" for number in range(PLAIN_FILES + 1, 1, -1)]
    assert (found[-1].kind, found[-1].text, found[-1].paths) == ("rest", "Also uncommitted: 2 files (see Files Touched)", ("f1.py", "f0.py"))


def test_what_was_dirty_before_the_session_is_not_its_work() -> None:
    assert items(entries=(dirty("a.py", baseline=True),), changes=(edit("a.py"),)) == []


def test_a_staged_manifest_alone_and_what_a_merge_staged_are_no_bullets() -> None:
    staged = Entry("package.json", "modified", staged=True)
    assert items(entries=(staged,), changes=(edit("package.json"),)) == []
    merged = Entry("a.py", "modified", staged=True)
    assert items(entries=(merged,), changes=(edit("a.py"),), operation=OpenOperation("merge")) == []
    assert len(items(entries=(merged,), changes=(edit("a.py"),))) == 1


def test_a_work_in_progress_commit() -> None:
    change = Change("a.py", "changed", added=3, removed=1, names=("f",), adds=("g",))
    (item,) = items(made(1, "wip parser", change), snapshot=on_head(1))
    assert (item.kind, item.text) == ("wip", f"{oid(1)[:7]} wip parser — WIP commit, not pushed, 1 file, +3 −1")
    assert [step.text for step in item.steps] == ["a.py: f, g"] and item.evidence == (1,)
    named = items(
        made(1, "wip", Change("a.py", "changed", names=("f",)), Change("b.py", "changed", adds=("g",)), Change("c.py", "changed")),
        snapshot=on_head(1),
    )[0]
    assert [step.text for step in named.steps] == ["a.py: f; b.py: g"]
    (pushed,) = items(made(1, "wip parser", change), snapshot=on_head(1, on_remotes=(oid(1),)))
    assert "WIP commit, 1 file" in pushed.text


def test_the_file_with_the_most_failing_tests_comes_first() -> None:
    failures = (Failure("a", "a", "one.py"), Failure("b", "b", "two.py"), Failure("c", "c", "two.py"))
    places = tuple(FailurePlace(one.id, one.path, 1) for one in failures)
    assert [item.path for item in items(Test("pytest", 1, 3, failures=failures), failures=places)] == ["two.py", "one.py"]
