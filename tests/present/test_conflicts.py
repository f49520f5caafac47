"""Conflicts of the open operation."""

from __future__ import annotations

import subprocess

import pytest

from handoffd.git.status import status
from handoffd.model.snapshot import Conflict, OpenOperation
from handoffd.present.changes import entries
from handoffd.present.conflicts import conflicts
from tests.scans import NINE, reader_of
from tests.support import Repo


@pytest.fixture
def merging(repo: Repo) -> Repo:
    """A merge of side into main that stopped: a.txt conflicts."""
    repo.commit("base", {"a.txt": "1\n2\n3\n", "b.txt": "b\n" * 20}, at=NINE)
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("theirs", {"a.txt": "1\ntheirs\n3\n"}, at=NINE + 60)
    repo.git("checkout", "-q", "main")
    repo.commit("ours", {"a.txt": "1\nours\n3\n"}, at=NINE + 120)
    merge(repo)
    return repo


def merge(repo: Repo) -> None:
    assert subprocess.run(["git", "merge", "-q", "side"], cwd=repo.root, capture_output=True, check=False).returncode == 1


def found(repo: Repo, *listed: str, opened: bool = True) -> dict[str, Conflict]:
    reader = reader_of(repo)
    operation = OpenOperation("merge", "side", repo.git("rev-parse", "side"), conflicts=listed or ("a.txt",)) if opened else None
    return {one.path: one for one in conflicts(reader, operation, entries(reader, status(reader.git), ()))}


def test_where_it_stands_and_who_touched_it(merging: Repo) -> None:
    one = found(merging)["a.txt"]
    assert (one.lines, one.resolved, one.other_path) == ((2,), "", "")
    assert [ref.subject for ref in one.ours] == ["ours"] and [ref.subject for ref in one.theirs] == ["theirs"]


@pytest.mark.parametrize(("text", "resolved"), [("1\nours\n3\n", "head"), ("1\ntheirs\n3\n", "other"), ("1\nboth\n3\n", "merged")])
def test_how_it_was_resolved(merging: Repo, text: str, resolved: str) -> None:
    merging.write("a.txt", text)
    merging.git("add", "a.txt")
    one = found(merging)["a.txt"]
    assert (one.resolved, one.lines) == (resolved, ())


def test_a_resolved_path_that_is_gone_on_both_sides_equals_head(merging: Repo) -> None:
    assert found(merging, "a.txt", "never.txt")["never.txt"].resolved == "head"


def test_an_unmerged_path_counts_also_where_no_operation_is_open(merging: Repo) -> None:
    (merging.root / ".git" / "MERGE_HEAD").unlink()
    one = found(merging, opened=False)["a.txt"]
    assert (one.lines, one.ours, one.theirs) == ((2,), (), ())


def test_a_handoff_is_no_conflict_of_the_persons(merging: Repo) -> None:
    assert list(found(merging, "a.txt", ".claude/handoff-2026-01-01.md")) == ["a.txt"]


def test_a_file_that_our_side_renamed_is_found_under_its_old_name_on_the_other(repo: Repo) -> None:
    repo.commit("base", {"old.txt": "line\n" * 20}, at=NINE)
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("theirs", {"old.txt": "line\n" * 19 + "theirs\n"}, at=NINE + 60)
    repo.git("checkout", "-q", "main")
    repo.git("mv", "old.txt", "new.txt")
    repo.commit("ours", {"new.txt": "line\n" * 19 + "ours\n"}, at=NINE + 120)
    merge(repo)
    one = found(repo, "new.txt")["new.txt"]
    assert one.other_path == "old.txt"
    assert [ref.subject for ref in one.theirs] == ["theirs"] and [ref.subject for ref in one.ours] == ["ours"]


def test_nothing_conflicts(repo: Repo) -> None:
    repo.commit("base", {"a": "1"})
    reader = reader_of(repo)
    assert conflicts(reader, None, ()) == ()
