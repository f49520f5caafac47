"""Where a branch begins and which commits are own: stacked branches, git-flow, a stale fork, a merged base."""

from __future__ import annotations

import pytest

from handoffd.git.run import Git
from handoffd.model.questions import Questions
from handoffd.present.branch_begin import DAYS, Beginning, beginning, branch_commits, refs_now
from tests.scans import NINE, reader_of
from tests.support import Repo


@pytest.fixture
def work(repo: Repo) -> Repo:
    repo.commit("base", {"a": "0"}, at=NINE)
    return repo


def begin(repo: Repo, branch: str, upstream: str = "", **asked: str) -> Beginning:
    git = Git(repo.root)
    return beginning(git, branch, repo.head, upstream, refs_now(git), Questions(**asked))


def on(repo: Repo, branch: str, subject: str, at: int) -> str:
    repo.git("checkout", "-q", "-B", branch)
    return repo.commit(subject, {subject: "1"}, at=at)


def test_a_branch_begins_where_it_left_the_nearest_base(work: Repo) -> None:
    base = work.head
    develop = on(work, "develop", "d", NINE + 60)
    on(work, "feat", "f", NINE + 120)
    assert begin(work, "feat") == Beginning(develop, "develop") and begin(work, "develop").on_base and base != develop


def test_a_fork_whose_own_main_is_stale_begins_at_the_other_remotes(work: Repo) -> None:
    work.git("update-ref", "refs/remotes/origin/main", work.head)
    newer = on(work, "topic", "n", NINE + 60)
    work.git("update-ref", "refs/remotes/upstream/main", newer)
    work.git("branch", "-q", "-D", "main")
    on(work, "feat", "f", NINE + 120)
    assert begin(work, "feat") == Beginning(newer, "upstream/main")


def test_a_stacked_branch_begins_where_its_log_says_that_it_was_made(work: Repo) -> None:
    lower = on(work, "lower", "l", NINE + 60)
    on(work, "upper", "u", NINE + 120)
    assert begin(work, "upper").source == "main" and begin(work, "upper", made_at=lower).commit == lower


def test_that_the_base_came_to_hold_the_branch_moves_nothing_and_a_merge_from_the_base_does(work: Repo) -> None:
    base = work.head
    on(work, "feat", "f", NINE + 60)
    work.git("branch", "-f", "main", "feat")
    assert begin(work, "feat", begin=base, begin_from="main") == Beginning(base, "main")
    work.git("checkout", "-q", "main")
    later = work.commit("m", {"m": "1"}, at=NINE + 120)
    work.git("checkout", "-q", "feat")
    work.git("merge", "-q", "--no-ff", "-m", "merge", "main", at=NINE + 180)
    assert begin(work, "feat", begin=base, begin_from="main").commit == later


def test_an_upstream_of_another_name_is_a_base_and_the_branchs_own_copy_is_not(work: Repo) -> None:
    release = on(work, "release", "r", NINE + 60)
    work.git("update-ref", "refs/remotes/origin/release", release)
    tip = on(work, "feat", "f", NINE + 120)
    work.git("update-ref", "refs/remotes/origin/feat", tip)
    work.git("branch", "-q", "-D", "release")
    assert begin(work, "feat", "origin/release").commit == release
    assert begin(work, "feat", "origin/feat").source == "main"


def test_a_detached_head_that_a_base_holds_is_on_the_base(work: Repo) -> None:
    assert begin(work, "").on_base
    work.git("checkout", "-q", "--detach")
    work.commit("x", {"x": "1"}, at=NINE + 60)
    assert not begin(work, "").on_base


def test_own_commits_of_a_base_are_those_of_two_weeks(work: Repo) -> None:
    day = 86400
    work.commit("new", {"b": "1"}, at=NINE + 20 * day)
    work.git("commit", "-q", "--allow-empty", "-m", "theirs", at=NINE + 20 * day, env={"GIT_AUTHOR_EMAIL": "kim@x.org"})
    own = [work.git("log", "-1", "--format=%ae", "HEAD~1")]
    found = branch_commits(reader_of(work), Beginning(on_base=True), own, NINE + (20 + DAYS - 1) * day)
    assert [one.subject for one in found] == ["new"]


def test_the_default_branch_is_what_origin_says_else_the_only_one_there_is(work: Repo) -> None:
    git = Git(work.root)
    assert refs_now(git).default == "main"
    work.git("branch", "develop")
    assert refs_now(git).default == ""
    work.git("update-ref", "refs/remotes/origin/develop", work.head)
    assert refs_now(git).default == "develop"
    work.git("update-ref", "refs/remotes/origin/main", work.head)
    work.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    assert refs_now(git).default == "main"
