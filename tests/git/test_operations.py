"""An operation that git has open, read from real repositories in the middle of one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from handoffd.git.operations import operation, rebased_branch
from handoffd.git.repository import discover
from handoffd.git.run import Git
from handoffd.model.snapshot import OpenOperation
from tests.support import Repo


@pytest.fixture
def forked(repo: Repo) -> Repo:
    """Branches main and side that change the same line of a.txt; HEAD is on main."""
    repo.commit("base", {"a.txt": "base\n"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("side one", {"a.txt": "side\n"})
    repo.commit("side two", {"b.txt": "two\n"})
    repo.git("checkout", "-q", "main")
    repo.commit("ours", {"a.txt": "ours\n"})
    return repo


def stopped(repo: Repo, *words: str) -> None:
    """Run git, which stops at a conflict."""
    done = subprocess.run(["git", *words], cwd=repo.root, capture_output=True, env={**os.environ, "GIT_EDITOR": "true"}, check=False)
    assert done.returncode != 0, "there was no conflict"


def opened(repo: Repo) -> OpenOperation:
    worktree = discover(repo.root)
    found = operation(Git(worktree.root), worktree)
    assert found is not None
    return found


def test_nothing_is_open(forked: Repo) -> None:
    worktree = discover(forked.root)
    assert operation(Git(worktree.root), worktree) is None and rebased_branch(worktree) == ""


def test_a_merge_names_what_comes_in_and_how_much(forked: Repo) -> None:
    stopped(forked, "merge", "side")
    found = opened(forked)
    assert (found.kind, found.other, found.other_oid, found.commits) == ("merge", "side", forked.git("rev-parse", "side"), 2)
    assert found.conflicts == ("a.txt",) and found.since > 0


@pytest.mark.parametrize(
    ("message", "other"),
    [
        ("Merge branch 'a-b' into main", "a-b"),
        ("Merge remote-tracking branch 'origin/x'", "origin/x"),
        ("Merge tag 'v1'", "v1"),
        ("Merge commit 'abc'", "abc"),
        ("something else", ""),
    ],
)
def test_the_merged_name_is_what_gits_message_says(forked: Repo, message: str, other: str) -> None:
    (forked.root / ".git" / "MERGE_HEAD").write_text(forked.git("rev-parse", "side") + "\n")
    (forked.root / ".git" / "MERGE_MSG").write_text(f"{message}\n")
    assert opened(forked).other == other


def test_a_pull_is_named_by_the_remote_tracking_branch(forked: Repo) -> None:
    side = forked.git("rev-parse", "side")
    forked.git("update-ref", "refs/remotes/origin/topic", side)
    (forked.root / ".git" / "MERGE_HEAD").write_text(side + "\n")
    (forked.root / ".git" / "MERGE_MSG").write_text("Merge branch 'topic' of https://host/x\n")
    assert opened(forked).other == "origin/topic"


def test_a_rebase_knows_branch_goal_and_step(forked: Repo) -> None:
    forked.git("checkout", "-q", "side")
    stopped(forked, "rebase", "main")
    found = opened(forked)
    assert (found.kind, found.branch, found.other, found.onto) == ("rebase", "side", "main", forked.git("rev-parse", "main"))
    assert (found.step, found.total, found.conflicts) == (1, 2, ("a.txt",))
    assert found.other_oid == forked.git("rev-parse", "REBASE_HEAD") and rebased_branch(discover(forked.root)) == "side"


def test_a_rebase_that_stopped_in_a_pick_is_a_rebase(forked: Repo) -> None:
    forked.git("checkout", "-q", "side")
    stopped(forked, "rebase", "main")
    (forked.root / ".git" / "CHERRY_PICK_HEAD").write_text(forked.git("rev-parse", "main") + "\n")
    assert opened(forked).kind == "rebase"


@pytest.mark.parametrize(("verb", "kind"), [("cherry-pick", "cherry-pick"), ("revert", "revert")])
def test_a_pick_or_revert_of_one_commit(forked: Repo, verb: str, kind: str) -> None:
    stopped(forked, verb, "side~1")
    found = opened(forked)
    assert (found.kind, found.other_oid, found.commits, found.conflicts) == (kind, forked.git("rev-parse", "side~1"), 1, ("a.txt",))


def test_an_am_that_stopped(forked: Repo, tmp_path: Path) -> None:
    forked.git("format-patch", "-q", "-1", "side~1", "-o", str(tmp_path / "patches"))
    stopped(forked, "am", str(next((tmp_path / "patches").iterdir())))
    found = opened(forked)
    assert (found.kind, found.step, found.total) == ("am", 1, 1)


def test_a_bisect_names_the_branch_it_left(forked: Repo) -> None:
    forked.git("bisect", "start", "HEAD", "HEAD~1")
    found = opened(forked)
    assert (found.kind, found.branch) == ("bisect", "main") and found.since > 0


def test_conflicts_are_listed_also_in_gits_older_form(forked: Repo) -> None:
    (forked.root / ".git" / "MERGE_HEAD").write_text(forked.git("rev-parse", "side") + "\n")
    (forked.root / ".git" / "MERGE_MSG").write_text("Merge branch 'side'\n\nConflicts:\n\ta b.txt\n\tc.txt\n")
    assert opened(forked).conflicts == ("a b.txt", "c.txt")


def test_a_damaged_file_of_gits_is_no_traceback(forked: Repo) -> None:
    (forked.root / ".git" / "MERGE_HEAD").write_bytes(b"\xff\n")
    assert opened(forked) == OpenOperation("merge", "", "\udcff", 1, since=opened(forked).since)
