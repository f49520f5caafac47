"""Pushes, branches made, stashes; what belongs to another worktree is left to that one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from handoffd.model.facts import Branch, Push, Stash
from handoffd.model.records import replace
from handoffd.sources.git.refs import read_refs
from handoffd.sources.source import Found
from tests.scans import HOUR, NINE, keys_of, scan_of
from tests.support import Repo


def refs(repo: Repo, cursor: Mapping[str, Any] | None = None, branch: str = "main", **more: Any) -> Found:
    return read_refs(replace(scan_of(repo, **more), branch=branch), cursor)


def facts(read: Found) -> list[Any]:
    return [event.fact for event in read.events]


@pytest.fixture
def pushed(repo: Repo, tmp_path: Path) -> Repo:
    """One commit on main that was pushed to origin."""
    Repo.create(tmp_path / "origin", "--bare")
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.git("remote", "add", "origin", str(tmp_path / "origin"))
    repo.git("push", "-q", "-u", "origin", "main", at=NINE + 60)
    return repo


def test_a_push_moves_the_remote_tracking_branch(pushed: Repo) -> None:
    (event,) = refs(pushed).events
    assert event.fact == Push("refs/remotes/origin/main", "0" * 40, pushed.head)
    assert (event.kind, event.at, event.branch) == ("push", NINE + 60, "main")


def test_a_fetch_is_no_push(pushed: Repo) -> None:
    pushed.git("update-ref", "-m", "fetch origin: fast-forward", "refs/remotes/origin/main", pushed.commit("two", {"a": "2"}, at=NINE + 120))
    assert [type(fact) for fact in facts(refs(pushed))] == [Push]


def test_a_push_of_a_branch_that_head_never_was_on_is_another_worktrees(pushed: Repo) -> None:
    pushed.git("push", "-q", "origin", "main:other", at=NINE + 120)
    assert [fact.ref for fact in facts(refs(pushed))] == ["refs/remotes/origin/main"]


def test_a_branch_is_made_from_the_one_that_head_left(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.git("checkout", "-q", "-b", "side", at=NINE + 60)
    assert facts(refs(repo, branch="side")) == [Branch("side", repo.head, "main")]


@pytest.mark.parametrize(("start", "source"), [("main", "main"), ("HEAD~0", ""), ("refs/heads/main", "main")])
def test_a_branch_is_made_from_what_was_named(repo: Repo, start: str, source: str) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.git("branch", "side", start, at=NINE + 60)
    repo.git("checkout", "-q", "side", at=NINE + HOUR)
    assert facts(refs(repo, branch="side")) == [Branch("side", repo.head, source)]


def test_a_branch_that_head_never_was_on_is_not_told(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.git("branch", "side", at=NINE + 60)
    assert facts(refs(repo)) == []


def test_nothing_older_than_the_floor(pushed: Repo) -> None:
    assert facts(refs(pushed, floor=NINE + 61)) == []


def stash(repo: Repo, at: int, *words: str) -> str:
    repo.write("a", f"{at}\n")
    repo.git("stash", *(words or ("push", "-q")), at=at)
    return repo.git("rev-parse", "stash")


def test_stashes_appear_and_go(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    one = stash(repo, NINE + 60, "push", "-q", "-m", "later")
    first = refs(repo)
    assert facts(first) == [Stash(one, "made", "On main: later")] and first.events[0].at == NINE + 60
    two = stash(repo, NINE + 120)
    repo.git("stash", "drop", "-q", "stash@{1}")
    after = refs(repo, first.cursor)
    assert [(fact.oid, fact.action) for fact in facts(after)] == [(two, "made"), (one, "gone")]
    assert after.events[1].at == NINE + HOUR, "nobody knows when it went"


def test_an_old_stash_is_not_told_at_the_first_scan_but_its_end_is(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE - 3 * HOUR)
    old = stash(repo, NINE - 2 * HOUR)
    first = refs(repo)
    assert facts(first) == []
    repo.git("stash", "drop", "-q")
    assert facts(refs(repo, first.cursor)) == [Stash(old, "gone")]


def test_a_stash_of_another_worktrees_branch_is_left_to_it(repo: Repo, tmp_path: Path) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked")
    stash(linked, NINE + 60)
    assert facts(refs(repo)) == [] and [type(fact) for fact in facts(refs(linked, branch="side"))] == [Branch, Stash]


def test_a_second_scan_tells_nothing(pushed: Repo) -> None:
    stash(pushed, NINE + 120)
    first = refs(pushed)
    assert len(first.events) == 2
    again = refs(pushed, first.cursor)
    assert again.events == () and again.cursor == first.cursor


def test_what_the_journal_has_is_not_told_again(pushed: Repo) -> None:
    known = keys_of(refs(pushed).events)
    assert known and refs(pushed, known=known).events == ()


def test_a_renamed_branch_was_made_under_its_old_name(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.git("checkout", "-q", "-b", "first", at=NINE + 60)
    repo.git("branch", "-m", "first", "second", at=NINE + 120)
    assert [(fact.action, fact.name, fact.source) for fact in facts(refs(repo, branch="second"))] == [("created", "first", "main"), ("renamed", "second", "first")]


def test_a_branch_that_is_deleted_ends_once_and_one_made_again_begins(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.git("checkout", "-q", "-b", "fix", at=NINE + 60)
    tip = repo.head
    first = refs(repo, branch="fix")
    repo.git("checkout", "-q", "main", at=NINE + 90)
    repo.git("branch", "-q", "-D", "fix")
    gone = refs(repo, cursor=first.cursor)
    assert [(fact.action, fact.name, fact.commit) for fact in facts(gone)] == [("deleted", "fix", tip)]
    assert refs(repo, cursor=gone.cursor, known=keys_of(gone.events)).events == ()
    repo.git("checkout", "-q", "-b", "fix", at=NINE + 120)
    anew = refs(repo, branch="fix", cursor=first.cursor)
    assert [fact.action for fact in facts(anew)][:1] == ["deleted"] and "created" in [fact.action for fact in facts(anew)]
