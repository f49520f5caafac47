"""Test runs after all sources were read: each once, with the tree it ran on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from handoffd.files.config import Settings
from handoffd.git.repository import discover
from handoffd.model.events import Event
from handoffd.model.facts import Note, Test
from handoffd.model.file_state import FileState
from handoffd.model.kinds import FactKind
from handoffd.pipeline.scan import scan_of
from handoffd.pipeline.workspace import prepare
from handoffd.sources.git.tree_state import TreeState
from handoffd.sources.source import Scan
from handoffd.sources.test_runs.run_tree import with_merged_runs
from tests.support import Repo

NINE = 1_700_000_000


@pytest.fixture
def scan(repo: Repo, home: Path) -> Scan:
    repo.commit("one", {"a.py": "1\n"}, at=NINE)
    repo.commit("two", {"a.py": "2\n"}, at=NINE + 100)
    place = prepare(discover(repo.root), Settings(), os.environ)
    place.journal.create("", NINE)
    return scan_of(place, NINE + 1000)


def run(at: float, key: str, **more: object) -> Event:
    return Event(FactKind.TEST, at, key, Test("pytest", 1, 0, 0, **more))  # type: ignore[arg-type]


def note(at: float) -> Event:
    return Event(FactKind.NOTE, at, f"note:{at}", Note("todo", "x"))


def written(repo: Repo, name: str, text: str, at: float) -> None:
    os.utime(repo.write(name, text), (at, at))


def test_runs_stand_where_the_first_stood_and_are_clamped(scan: Scan) -> None:
    events = [note(NINE), run(NINE + 5000, "a"), note(NINE + 1), run(NINE + 20, "b")]
    merged = with_merged_runs(scan, events, TreeState())
    assert [(event.key, event.at) for event in merged] == [
        (f"note:{NINE}", NINE), ("a", NINE + 1000), ("b", max(NINE + 20, scan.limits.previous)), (f"note:{NINE + 1}", NINE + 1),
    ]  # fmt: skip
    assert (merged[1].worktree, merged[1].branch) == (".", "main")


def test_without_a_run_nothing_is_asked_of_git(scan: Scan, repo: Repo) -> None:
    repo.write(".git/index", "garbage")
    assert with_merged_runs(scan, [note(NINE)], TreeState()) == [note(NINE)]


def test_two_witnesses_of_one_run_are_one(scan: Scan) -> None:
    wrapper = Event(
        FactKind.TEST, NINE + 30, "w", Test("", 0, 0, 0, state="uncounted", run="r", command="make test", exit=0, started=NINE, ended=NINE + 30)
    )
    (one,) = with_merged_runs(scan, [run(NINE + 20, "report", report="junit.xml", ended=NINE + 20), wrapper], TreeState())
    assert isinstance(one.fact, Test) and (one.key, one.fact.command) == ("report", "make test")


def test_a_run_has_the_commit_and_the_dirty_files_of_its_time(scan: Scan, repo: Repo) -> None:
    first = repo.git("rev-parse", "HEAD~1")
    written(repo, "a.py", "3\n", NINE + 10)
    written(repo, "late.py", "4\n", NINE + 60)
    repo.path("gone.py").unlink(missing_ok=True)
    (one,) = with_merged_runs(scan, [run(NINE + 50, "a")], TreeState())
    assert isinstance(one.fact, Test)
    assert one.fact.head == first and dict(one.fact.dirty) == {"a.py": repo.git("hash-object", "a.py"), "late.py": "-"}


def test_where_git_says_nothing_of_the_files_the_last_states_count(scan: Scan, repo: Repo) -> None:
    written(repo, "a.py", "3\n", NINE + 10)
    repo.write(".git/index", "garbage" * 20)
    known = Scan(scan.reader, scan.limits, scan.known, states={"a.py": FileState("a.py", 2, (NINE + 10) * 10**9)})
    (one,) = with_merged_runs(known, [run(NINE + 50, "a")], TreeState())
    assert isinstance(one.fact, Test) and dict(one.fact.dirty) == {"a.py": repo.git("hash-object", "--no-filters", "a.py")}
