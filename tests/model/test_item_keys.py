"""Keys of lines: the same while a line is about the same thing."""

from __future__ import annotations

import pytest

from handoffd.model.claims import Ancestor, StashExists, TextAt
from handoffd.model.document import Document, Item, Resume, Status, Step
from handoffd.model.item_keys import item_key, mark_key, note_key, step_key, with_keys
from handoffd.model.kinds import ItemKind, Origin, StepKind
from handoffd.model.sections import SectionKey

PROGRESS, PENDING, GOTCHAS, DONE = SectionKey.IN_PROGRESS, SectionKey.PENDING, SectionKey.GOTCHAS, SectionKey.DONE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Item(PROGRESS, ItemKind.TODO, "f, uncommitted", path="a.py", line=3), Item(PROGRESS, ItemKind.HUNK, "g", path="a.py", line=90)),
        (Item(PENDING, ItemKind.PUSH, "Push 2 commits (a, b) to x"), Item(PENDING, ItemKind.PUSH, "Push 3 commits (a to c) to x")),
        (Item(PENDING, ItemKind.NOTE, "Ask Kim!", Origin.PERSON), Item(PENDING, ItemKind.NOTE, "ask kim", Origin.PERSON)),
        (
            Item(PENDING, ItemKind.BOX, "write it", path="a.md", line=3, claims=(TextAt("a.md", 3, 20, "Write it"),)),
            Item(PENDING, ItemKind.BOX, "write it", path="a.md", line=30, claims=(TextAt("a.md", 30, 20, "Write it."),)),
        ),
        (
            Item(GOTCHAS, ItemKind.STASH, "Stash left at 12:00, stash@{0} (aaa)", claims=(StashExists("aaa"),)),
            Item(GOTCHAS, ItemKind.STASH, "Stash left, stash@{2} (aaa)", claims=(StashExists("aaa"),)),
        ),
        (Item(PROGRESS, ItemKind.WIP, "a1b2c3d wip: x — WIP commit, 1 file"), Item(PROGRESS, ItemKind.WIP, "ffffff wip: x — WIP commit, 2 files")),
        (Item(DONE, ItemKind.COMMIT, "Add x — adds f (1 file)"), Item(DONE, ItemKind.COMMIT, "Add x (2 files)")),
        (Item(PENDING, ItemKind.BRANCH, "On fix: 1 TODO"), Item(PENDING, ItemKind.BRANCH, "On fix: 2 TODOs, 1 stash")),
    ],
)
def test_the_same_thing_has_the_same_key(one: Item, other: Item) -> None:
    assert item_key(one) == item_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Item(PROGRESS, ItemKind.TODO, "f", path="a.py"), Item(PROGRESS, ItemKind.TODO, "f", path="b.py")),
        (Item(PENDING, ItemKind.PUSH, "x"), Item(PENDING, ItemKind.FIX_TESTS, "x")),
        (Item(PENDING, ItemKind.NOTE, "Ask Kim", Origin.PERSON), Item(GOTCHAS, ItemKind.NOTE, "Ask Kim", Origin.PERSON)),
        (Item(PENDING, ItemKind.BRANCH, "On fix: 1 TODO"), Item(PENDING, ItemKind.BRANCH, "On main: 1 TODO")),
        (Item(GOTCHAS, ItemKind.STASH, "x", claims=(StashExists("a"),)), Item(GOTCHAS, ItemKind.STASH, "x", claims=(StashExists("b"),))),
        (
            Item(GOTCHAS, ItemKind.REVERTED, "Reverted: x", claims=(Ancestor("a", "HEAD"),)),
            Item(GOTCHAS, ItemKind.REVERTED, "Reverted: x", claims=(Ancestor("b", "HEAD"),)),
        ),
        (Item(DONE, ItemKind.COMMIT, "Add x (1 file)"), Item(DONE, ItemKind.COMMIT, "Add y (1 file)")),
    ],
)
def test_another_thing_has_another_key(one: Item, other: Item) -> None:
    assert item_key(one) != item_key(other)


def test_a_key_is_eight_signs_of_hex() -> None:
    assert len(mark_key("todo", "a.py", "mend it")) == 8 and int(note_key(PENDING, "\udcff"), 16) >= 0


def test_a_step_that_is_a_fact_has_a_key() -> None:
    assert step_key(Step("TODO: x", StepKind.TODO, values={"key": mark_key("todo", "a.py", "x")})) == mark_key("todo", "a.py", "X")
    assert step_key(Step("Test: x", StepKind.TEST, values={"test": "a::b"})) not in ("", step_key(Step("", StepKind.TEST, values={"test": "a::c"})))
    assert step_key(Step("HEAD side: a")) == ""


def test_no_two_items_of_a_document_have_one_key() -> None:
    items = tuple(Item(DONE, ItemKind.COMMIT, "Fix (1 file)") for _ in range(3))
    document = with_keys(Document("", "", 0, 0, "", "", Status(()), {DONE: items}, Resume(())))
    keys = [item.key for item in document.items[DONE]]
    assert len(set(keys)) == 3 and keys[0] == item_key(items[0])
    assert with_keys(document) == document
