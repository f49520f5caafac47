"""Where a push would go and whether git would take it, in real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoffd.git.run import Git
from handoffd.model.snapshot import PushTarget
from handoffd.present.push_target import push_target
from tests.scans import NINE
from tests.support import Repo


@pytest.fixture
def work(repo: Repo, tmp_path: Path) -> Repo:
    for name in ("origin", "fork"):
        Repo.create(tmp_path / name, "--bare")
        repo.git("remote", "add", name, str(tmp_path / name))
    repo.commit("base", {"a": "1"}, at=NINE)
    repo.git("push", "-q", "-u", "origin", "main")
    return repo


def target(repo: Repo, branch: str = "main", known: tuple[str, ...] = ()) -> PushTarget | None:
    return push_target(Git(repo.root), branch, known)


def test_the_upstream_is_the_target_and_says_how_far_it_is(work: Repo) -> None:
    base = work.head
    work.commit("two", {"a": "2"}, at=NINE + 60)
    assert target(work) == PushTarget("origin/main", True, 1, 0, base)


def test_a_branch_that_nothing_says_where_to_push_has_no_target(work: Repo) -> None:
    work.git("checkout", "-q", "-b", "feat")
    assert target(work, "feat") is None
    work.git("branch", "-q", "--set-upstream-to=origin/main")
    assert target(work, "feat") is None, "git refuses a push to an upstream of another name"


def test_a_triangular_setting_pushes_to_the_fork(work: Repo) -> None:
    work.git("config", "remote.pushDefault", "fork")
    work.git("config", "push.default", "current")
    work.git("checkout", "-q", "-b", "feat", "--track", "origin/main")
    assert target(work, "feat") == PushTarget("fork/feat")
    work.git("push", "-q")
    assert target(work, "feat") == PushTarget("fork/feat", True, 0, 0, work.head)


def test_a_target_that_holds_what_was_here_before_needs_force_and_a_colleagues_commit_does_not(work: Repo) -> None:
    one = work.commit("two", {"a": "2"}, at=NINE + 60)
    work.git("push", "-q")
    work.git("commit", "-q", "--amend", "-m", "two, better", at=NINE + 120)
    rewritten = target(work, known=(one,))
    assert rewritten is not None and (rewritten.behind, rewritten.tip, rewritten.rewritten) == (1, one, True)
    theirs = target(work)
    assert theirs is not None and theirs.behind == 1 and not theirs.rewritten
