"""The place of a person's words moves with its line and its file."""

from __future__ import annotations

from handoffd.model.questions import AskedPlace
from handoffd.model.snapshot import Entry, NotePlace
from handoffd.present.note_places import note_places
from tests.scans import reader_of
from tests.support import Repo


def place(repo: Repo, asked: AskedPlace, *entries: Entry) -> tuple[str, int, int]:
    (found,) = note_places(reader_of(repo), (asked,), entries)
    assert isinstance(found, NotePlace) and found.event == asked.event
    return found.path, found.line, found.last


def test_a_line_that_moved_is_found_by_what_stood_on_it(repo: Repo) -> None:
    repo.write("a.py", "# one\n# two\ndef f():\n    pass\n")
    assert place(repo, AskedPlace(1, "a.py", 1, 2, "def f():")) == ("a.py", 3, 4)


def test_of_equal_lines_the_nearest_counts(repo: Repo) -> None:
    repo.write("a.py", "x\n" * 3 + "y\n" + "x\n")
    assert place(repo, AskedPlace(1, "a.py", 5, 5, "x")) == ("a.py", 5, 5)


def test_a_line_that_is_gone_leaves_the_path_alone(repo: Repo) -> None:
    repo.write("a.py", "other\n")
    assert place(repo, AskedPlace(1, "a.py", 1, 1, "def f():")) == ("a.py", 0, 0)
    assert place(repo, AskedPlace(1, "gone.py", 1, 1, "def f():")) == ("gone.py", 0, 0)


def test_without_the_words_of_the_line_its_number_stands_as_it_was_said(repo: Repo) -> None:
    repo.write("a.py", "1\n2\n")
    assert place(repo, AskedPlace(1, "a.py", 2, 2, "")) == ("a.py", 2, 2)
    assert place(repo, AskedPlace(1, "a.py", 9, 12, "")) == ("a.py", 9, 12)
    assert place(repo, AskedPlace(1, "a.py", 0, 0, "")) == ("a.py", 0, 0)


def test_a_rename_that_is_not_committed_takes_the_place_along(repo: Repo) -> None:
    repo.write("new.py", "def f():\n")
    assert place(repo, AskedPlace(1, "a.py", 1, 1, "def f():"), Entry("new.py", "renamed", "a.py")) == ("new.py", 1, 1)
