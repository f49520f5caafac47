"""Scans of the whole tree, whatever happens between git's answer and our own reading of a file."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from handoffd.files.config import Settings
from handoffd.git.repository import discover
from handoffd.git.status import status
from handoffd.model.facts import File
from handoffd.model.file_state import FileState
from handoffd.model.records import replace
from handoffd.pipeline.scan import scan_of
from handoffd.pipeline.workspace import prepare
from handoffd.sources.git.working_tree import read_worktree, states_of
from handoffd.sources.source import Found, Scan
from tests.support import Repo, wait_for


@pytest.fixture
def scan(repo: Repo, home: Path) -> Scan:
    repo.commit("start", {"one.py": "1\n", "two.py": "2\n"})
    place = prepare(discover(repo.root), Settings(), os.environ)
    place.journal.create("", time.time())
    return scan_of(place, time.time())


def reported(scan: Scan, before: dict[str, FileState]) -> list[str]:
    """What a scan reports of files; `before` is brought up to date."""

    def once() -> Found | None:
        found = read_worktree(replace(scan, states=before), {"head": "?"})
        return None if found.tree is None or found.tree.busy else found

    found = wait_for(once)
    assert found.tree is not None
    before.clear()
    before.update(found.tree.now)
    return [f"{event.fact.path} {event.fact.action}" for event in found.events if isinstance(event.fact, File)]


def test_a_file_that_came_back_after_git_had_looked_is_still_reported_as_gone(repo: Repo, scan: Scan) -> None:
    (repo.root / "one.py").unlink()
    seen = status(scan.reader.git)
    gone = states_of(scan, seen)
    repo.write("one.py", "anew\n")
    assert gone and states_of(scan, seen) == gone


def test_a_file_that_git_was_told_to_forget_and_ignore_is_deleted_once(repo: Repo, scan: Scan) -> None:
    before: dict[str, FileState] = {}
    repo.git("rm", "-q", "--cached", "one.py")
    repo.write(".git/info/exclude", "one.py\n")
    assert reported(scan, before) == ["one.py deleted"]
    repo.write("one.py", "and edited\n")
    assert reported(scan, before) == []


@pytest.mark.parametrize(("unread", "expected"), [(set(), ["one.py restored"]), ({"refs"}, [])])
def test_a_path_is_not_reported_as_restored_where_a_stash_may_have_been_made(scan: Scan, unread: set[str], expected: list[str]) -> None:
    head = {"head": scan.reader.git.text("rev-parse", "HEAD")}
    dirty = replace(scan, states={"one.py": FileState("one.py", 9, 9)}, unread=frozenset(unread))
    found = wait_for(lambda: next((one for one in [read_worktree(dirty, head)] if one.tree and not one.tree.busy), None))
    assert [f"{event.fact.path} {event.fact.action}" for event in found.events if isinstance(event.fact, File)] == expected
    assert found.tree is not None and found.tree.gone == ("one.py",)


def test_changes_inside_a_submodule_are_reported_once(scan: Scan, repo: Repo, tmp_path: Path) -> None:
    library = Repo.create(tmp_path / "library")
    library.commit("lib", {"lib.c": "1\n"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library.root), "lib")
    repo.git("commit", "-q", "-m", "add lib")
    before: dict[str, FileState] = {}
    assert reported(scan, before) == []
    repo.write("lib/lib.c", "changed\n")
    assert [reported(scan, before), reported(scan, before)] == [["lib changed"], []]
    repo.write("lib/lib.c", "1\n")
    assert reported(scan, before)[:1] in ([], ["lib restored"]) and before == {}
