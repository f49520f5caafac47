"""Marks that the branch added: each is open while that mark stands, and no longer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from handoffd.code.marks import marks_in
from handoffd.model.change import Change, Mark
from handoffd.model.kinds import ChangeKind, FileRole
from handoffd.model.questions import AskedCommit
from handoffd.model.snapshot import OpenMark
from handoffd.present.open_marks import BULK, open_marks
from tests.scans import NINE, reader_of
from tests.support import Repo


def marked(new: str, *marks: Mark, path: str = "a.py", at: float = NINE + 1) -> AskedCommit:
    return AskedCommit(new, at, (), (Change(path, ChangeKind.CHANGED, marks=marks),))


def standing(repo: Repo, commits: Sequence[AskedCommit], *changes: Change) -> Sequence[OpenMark]:
    return open_marks(reader_of(repo), commits, changes, NINE + 3600)


def test_a_mark_stands_on_the_nearest_line_that_still_holds_it(repo: Repo) -> None:
    repo.write("a.py", "# TODO x\n" + "\n" * 8 + "# FIXME x\n")
    (mark,) = standing(repo, [marked("c1", Mark("todo", 8, "x"))])
    assert (mark.line, mark.commit, mark.at, mark.word) == (10, "c1", NINE + 1, "FIXME")


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.py", "# TODO: use a pool\n", "# use a pool\n"),
        ("a.py", "# TODO: use a pool\n", "pool = 'TODO: use a pool'\n"),
        ("PLAN.md", "- [ ] write it\n", "- [x] write it\n"),
        ("PLAN.md", "- [ ] write it\n", "```\n- [ ] write it\n```\n"),
        ("test_p.py", "@pytest.mark.skip(reason='x')\ndef test_p():\n    assert 1\n", "def test_p():\n    assert 1\n"),
        ("a.py", "def f():\n    raise NotImplementedError\n", "def f():\n    return 1\n"),
    ],
)
def test_the_same_words_without_the_mark_are_done(repo: Repo, path: str, before: str, after: str) -> None:
    told = [AskedCommit("c1", NINE, (), (Change(path, ChangeKind.CHANGED, marks=marks_in(path, before)),))]
    assert told[0].changes[0].marks
    repo.write(path, before)
    assert len(standing(repo, told)) == 1
    repo.write(path, after)
    assert standing(repo, told) == ()


def test_a_mark_of_a_missing_file_stands_no_more(repo: Repo) -> None:
    assert standing(repo, [marked("c1", Mark("todo", 1, "x"), path="missing.py")]) == ()


def test_one_line_is_one_mark_and_the_newest_word_for_it_counts(repo: Repo) -> None:
    repo.write("a.py", "# TODO x\n")
    told = [marked("c1", Mark("todo", 1, "x")), marked("c2", Mark("todo", 1, "x"))]
    assert [mark.commit for mark in standing(repo, told)] == ["c2"]
    assert [mark.commit for mark in standing(repo, told, Change("a.py", "changed", marks=(Mark("todo", 1, "x"),)))] == [""]


def test_a_mark_goes_along_when_its_file_is_renamed(repo: Repo) -> None:
    repo.write("new.py", "# TODO x\n")
    renamed = AskedCommit("c2", NINE + 2, (), (Change("new.py", ChangeKind.RENAMED, "a.py"),))
    assert [(mark.path, mark.commit) for mark in standing(repo, [marked("c1", Mark("todo", 1, "x")), renamed])] == [("new.py", "c1")]
    moved = Change("new.py", ChangeKind.RENAMED, "a.py")
    assert [(mark.path, mark.commit) for mark in standing(repo, [marked("c1", Mark("todo", 1, "x"))], moved)] == [("new.py", "c1")]


def test_a_mark_between_conflict_markers_says_so(repo: Repo) -> None:
    repo.write("a.py", "# TODO y\n<<<<<<< HEAD\n# TODO x\n=======\n>>>>>>> side\n")
    found = standing(repo, [marked("c1", Mark("todo", 3, "x"), Mark("todo", 1, "y"))])
    assert {mark.text: mark.conflict for mark in found} == {"x": True, "y": False}


def test_marks_of_many_files_at_once_and_of_vendored_ones_are_only_counted(repo: Repo) -> None:
    repo.write("a.py", "# TODO x\n")
    repo.write("vendor/b.py", "# TODO y\n")
    many = AskedCommit("c1", NINE, (), tuple(Change(f"f{at}.py", ChangeKind.CHANGED) for at in range(BULK)) + marked("c1", Mark("todo", 1, "x")).changes)
    vendored = AskedCommit("c2", NINE, (), (Change("vendor/b.py", ChangeKind.CREATED, marks=(Mark("todo", 1, "y"),), role=FileRole.GENERATED),))
    assert [(mark.text, mark.bulk) for mark in standing(repo, [many, vendored])] == [("x", True), ("y", True)]
    assert [mark.bulk for mark in standing(repo, [marked("c1", Mark("todo", 1, "x"))])] == [False]
