"""Test runs beside the files as they are now."""

from __future__ import annotations

import pytest

from handoffd.model.change import Change
from handoffd.model.facts import Failure, Test
from handoffd.model.file_state import FileState
from handoffd.model.questions import AskedCommit
from handoffd.model.session import Recorded
from handoffd.model.snapshot import FailurePlace
from handoffd.present.test_runs import failure_places, run_trees
from tests.scans import NINE, reader_of
from tests.support import Repo

TEXT = "import x\n\n\ndef test_other():\n    pass\n\n\ndef test_bad():\n    retry()\n    assert False\n"


@pytest.fixture
def work(repo: Repo) -> Repo:
    repo.commit("one", {"a.py": "1\n", "tests/test_a.py": TEXT}, at=NINE)
    return repo


def row(repo: Repo, path: str, state: str = "changed", baseline: bool = False) -> FileState:
    file = repo.root / path
    if not file.exists():
        return FileState(path, state=state, baseline=baseline)
    stat = file.stat()
    return FileState(path, stat.st_size, stat.st_mtime_ns, stat.st_ino, state, baseline=baseline)


def blob(repo: Repo, path: str) -> str:
    return repo.git("hash-object", path)


def ran(id: int = 7, **more: object) -> Recorded[Test]:
    return Recorded(id, NINE + 60.0, "main", Test("pytest", 1, 0, **more))  # type: ignore[arg-type]


def changed(repo: Repo, run: Recorded[Test], *large: str) -> tuple[str, ...]:
    (tree,) = run_trees(reader_of(repo, ignore=["ignored"]), [run], large)
    assert tree.event == run.id
    return tree.changed


def test_nothing_changed_since_a_run_on_the_tree_as_it_is(work: Repo) -> None:
    assert changed(work, ran(head=work.head)) == ()
    work.write("a.py", "2\n")
    assert changed(work, ran(head=work.head, dirty=(("a.py", blob(work, "a.py")),))) == ()


def test_what_differs_from_the_tree_of_the_run(work: Repo) -> None:
    head = work.head
    work.commit("two", {"b.py": "1\n"}, at=NINE + 120)
    work.write("a.py", "2\n")
    work.write("new.py", "1\n")
    work.write("ignored", "1\n")
    assert changed(work, ran(head=head)) == ("a.py", "b.py", "new.py")
    assert changed(work, ran(head=head, dirty=(("a.py", blob(work, "a.py")),))) == ("b.py", "new.py")


def test_a_dirty_file_that_was_put_back_changed_since(work: Repo) -> None:
    assert changed(work, ran(head=work.head, dirty=(("a.py", "1" * 40), ("gone.py", "")))) == ("a.py",)
    assert changed(work, ran(head=work.head, dirty=(("a.py", "-"),))) == ("a.py",)


def test_a_large_file_counts_as_changed_and_is_not_read(work: Repo) -> None:
    assert changed(work, ran(head=work.head), "a.py") == ("a.py",)


def test_a_run_knows_whether_its_tree_was_clean(work: Repo) -> None:
    clean, dirty = run_trees(reader_of(work), [ran(1, head=work.head), ran(2, head=work.head, dirty=(("a.py", "-"),))], ())
    assert clean.clean and not dirty.clean


def places(repo: Repo, *failures: Failure, changes: tuple[Change, ...] = ()) -> tuple[FailurePlace, ...]:
    return failure_places(reader_of(repo), [ran(failures=failures)], (), [AskedCommit("1", NINE, (), changes)])


FAILURE = Failure("t::test_bad", "test_bad", "tests/test_a.py")


@pytest.mark.parametrize(
    ("frames", "line", "found"),
    [
        ((("a.py", 1), ("tests/test_a.py", 9), ("tests/test_a.py", 10), ("a.py", 1)), 8, 10),
        ((), 8, 8),
        ((), 0, 8),
        ((("tests/test_a.py", 99),), 88, 8),
    ],
)
def test_the_line_is_the_last_frames_else_the_reports_else_the_names(work: Repo, frames: tuple[tuple[str, int], ...], line: int, found: int) -> None:
    (place,) = places(work, Failure(FAILURE.id, FAILURE.name, FAILURE.path, line, frames=frames))
    assert (place.id, place.path, place.line) == (FAILURE.id, FAILURE.path, found)


def test_changed_definitions_that_the_test_names(work: Repo) -> None:
    (place,) = places(
        work, FAILURE, changes=(Change("src/b.py", "changed", names=("retry", "other", "f")), Change("tests/test_c.py", "changed", names=("False",)))
    )
    assert place.words == ("retry",), "neither the other test's names, nor names of tests, nor of two letters"


def test_a_name_is_found_as_a_whole_word_alone(work: Repo) -> None:
    assert places(work, FAILURE, changes=(Change("src/b.py", "changed", names=("retr", "etry")),))[0].words == ()


def test_a_test_that_was_added_this_session(work: Repo) -> None:
    assert places(work, FAILURE, changes=(Change("tests/test_a.py", "changed", adds=("test_bad",)),))[0].added
    assert not places(work, FAILURE, changes=(Change("tests/test_b.py", "changed", adds=("test_bad",)),))[0].added


def test_a_file_that_is_gone_has_no_line(work: Repo) -> None:
    assert places(work, Failure("x", "test_bad", "gone.py", 3))[0] == FailurePlace("x", "gone.py")
    assert places(work, Failure("x", "test_bad"))[0] == FailurePlace("x")
