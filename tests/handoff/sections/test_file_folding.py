"""Many files in few lines."""

from __future__ import annotations

from handoffd.handoff.facts.file_history import FileHistory
from handoffd.handoff.sections.file_folding import MOST_FOLDERS, bulk_items, by_folder, from_other, generated
from handoffd.model.change import Change
from handoffd.model.session import Recorded
from handoffd.model.snapshot import OpenOperation
from tests.handoff.builders import NINE, claims_of, made, oid, on_head, view


def trace(path: str, *commits: int, added: int = 1, removed: int = 0, kind: str = "changed", old: str = "", words=()) -> FileHistory:
    change = Change(path, kind, old, added, removed)
    seen = [Recorded(number, NINE + number, "work", made(number, "x", change, words=words)) for number in commits]
    return FileHistory(path, commits=[(one, change) for one in seen], uncommitted=None if commits else change)


def test_a_bulk_commit_is_one_bullet_with_all_its_paths() -> None:
    (item,) = bulk_items(view(), [trace("a/x.py", 1, removed=1), trace("a/y.py", 1, removed=1), trace("top", 1, removed=1)])
    assert item.text == f"3 more files, only in {oid(1)[:7]}, each with as many lines added as removed"
    assert (item.kind, item.paths, item.evidence) == ("bulk", ("a/x.py", "a/y.py", "top"), (1,))
    assert [step.text for step in item.steps] == ["3 files changed in place: a/ (2 files), top"]
    assert claims_of(item) == [("ancestor", {"commit": oid(1), "of": "HEAD"})]


def test_two_bulk_commits_are_two_bullets_and_words_that_one_changed_are_told() -> None:
    one, other = bulk_items(view(), [trace("a", 1, words=(("colour", "color", 30), ("grey", "gray", 9))), trace("b", 2)])
    assert one.text.endswith("words changed in its 1 files: colour to color (30 files), grey to gray (9)") and oid(2)[:7] in other.text


def test_renamed_folders_are_one_step() -> None:
    group = [trace(f"new/{name}", 1, kind="renamed", old=f"old/{name}") for name in ("a", "b")]
    (item,) = bulk_items(view(), [*group, trace("c", 1)])
    assert [(step.kind, step.text) for step in item.steps] == [
        ("folder", "old/ renamed to new/ (2 files)"),
        ("in_place", "1 file changed in place: c"),
    ]


def test_folders_beyond_the_most_and_files_at_the_top_are_counted() -> None:
    (item,) = bulk_items(
        view(), [*(trace(f"d{number}/x", 1) for number in range(MOST_FOLDERS + 2)), *(trace(f"t{number}", 1) for number in range(6))]
    )
    (step,) = item.steps
    assert step.text.endswith("d7/ (1 file), 6 files at the top, +2 more")


def test_what_left_nothing_is_folded_too() -> None:
    left = FileHistory("gone.py")
    (item,) = bulk_items(view(), [left])
    assert (item.kind, item.text, item.paths) == ("folded", "1 more file, no net change", ("gone.py",))


def test_generated_files_are_one_line() -> None:
    (item,) = generated(view(), [trace("yarn.lock", 1, added=9, removed=2), trace("dist/x.js")])
    assert item.text == f"Generated: `yarn.lock`, +9 −2 ({oid(1)[:7]}), `dist/x.js`, +1 −0 (uncommitted)"
    assert item.paths == ("yarn.lock", "dist/x.js") and list(generated(view(), [])) == []
    (many,) = generated(view(), [trace(f"{number}.lock", 1) for number in range(MOST_FOLDERS + 3)])
    assert many.text.endswith(", +3 more") and len(many.paths) == MOST_FOLDERS + 3


def test_what_only_the_other_side_of_a_merge_changed() -> None:
    one = view(snapshot=on_head(1, operation=OpenOperation("merge", "origin/main", oid(9))))
    (item,) = from_other(one, [trace("a.py"), trace("b.py")])
    assert (item.text, item.paths) == ("From origin/main only, staged by the merge: `a.py`, `b.py`", ("a.py", "b.py"))
    assert list(from_other(one, [])) == list(from_other(view(), [trace("a.py")])) == []


def test_what_does_not_fit_is_a_line_a_folder() -> None:
    items = list(by_folder([trace("src/a.py", 1, added=2), trace("src/b.py", added=3, removed=1), trace("top.py", 1)]))
    assert [(item.text, item.paths) for item in items] == [
        ("`src/` — 2 files, +5 −1", ("src/a.py", "src/b.py")),
        ("top folder — 1 file, +1 −0", ("top.py",)),
    ]


def test_a_renamed_file_stands_for_both_its_names() -> None:
    (item,) = by_folder([FileHistory("new.py", ["old.py"])])
    assert item.paths == ("new.py", "old.py")
