"""Which refs reach the session's commits, what is not pushed, which stashes there are."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.git.refs import Upstream
from handoffd.model.questions import AskedCommit
from handoffd.present.refs import LOOKED_INTO, base_of, reach, stash_states, unpushed
from tests.scans import NINE, TOKEN, reader_of
from tests.support import Repo


@pytest.fixture
def forked(repo: Repo) -> Repo:
    """main: base, ours; side: base, theirs; a remote has base and theirs; dropped is on no branch."""
    repo.commit("base", {"a": "0"}, at=NINE)
    repo.git("tag", "base")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("theirs", {"b": "1"}, at=NINE + 60)
    repo.git("update-ref", "refs/remotes/origin/side", "HEAD")
    repo.git("checkout", "-q", "--detach", "base")
    repo.commit("dropped", {"c": "1"}, at=NINE + 120)
    repo.git("tag", "dropped")
    repo.git("checkout", "-q", "main")
    repo.commit("ours", {"d": "1"}, at=NINE + 180)
    return repo


def test_where_each_commit_is_reached_from(forked: Repo) -> None:
    base, theirs, dropped, ours = (forked.git("rev-parse", f"{name}^{{commit}}") for name in ("base", "side", "dropped", "main"))
    assert reach(reader_of(forked), [base, theirs, dropped, ours]) == ([base, ours], {theirs: "side"}, [base, theirs])


def test_nothing_is_asked_of_no_commits(forked: Repo) -> None:
    assert reach(reader_of(forked), []) == ([], {}, [])


def line(*names: str) -> list[AskedCommit]:
    """Commits on top of each other, from the first name on."""
    return [AskedCommit(new, 0, (old,), ()) for old, new in itertools.pairwise(names)]


@given(st.permutations(line("a", "b", "c", "d")))
def test_the_base_is_below_one_straight_line_in_any_order(commits: list[AskedCommit]) -> None:
    assert base_of("d", commits) == "a"


def test_there_is_no_base_where_the_difference_would_hold_more() -> None:
    assert base_of("x", []) == "x", "nothing was committed"
    assert base_of("c", [*line("a", "b"), *line("x", "c")]) == "", "two lines"
    assert base_of("m", [AskedCommit("m", 0, ("a", "b"), ())]) == "", "a merge"
    assert base_of("b", [AskedCommit("b", 0, (), ())]) == "", "a first commit"


def test_what_the_upstream_lacks_oldest_first(forked: Repo) -> None:
    forked.git("update-ref", "refs/remotes/origin/main", "base")
    forked.git("config", "remote.origin.url", "x")
    forked.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    forked.git("branch", "-q", "--set-upstream-to=origin/main")
    forked.commit("more", {"d": "2"}, at=NINE + 240)
    reader = reader_of(forked)
    assert [one.subject for one in unpushed(reader, Upstream("origin/main", 2, 0))] == ["ours", "more"]
    assert (
        unpushed(reader, None) == unpushed(reader, Upstream("origin/main", 0, 3)) == unpushed(reader, Upstream("origin/main", 2, 0, gone=True)) == ()
    )


def test_stashes_of_the_session_with_what_they_hold(repo: Repo) -> None:
    repo.commit("base", {"a.py": "def f():\n    return 1\n"}, at=NINE)
    repo.write("a.py", "def f():\n    return 0\n")
    repo.git("stash", "push", "-q", at=NINE + 30)
    repo.write("a.py", "def f():\n    return 2\n")
    repo.write("new.py", f"# TODO use {TOKEN}\n")
    repo.git("stash", "push", "-q", "-u", "-m", "later", at=NINE + 60)
    (state,) = stash_states(reader_of(repo), [repo.git("rev-parse", "stash@{0}")])
    assert (state.index, state.message, state.at) == (0, "On main: later", NINE + 60)
    assert [(change.path, change.names, change.kind) for change in state.changes] == [("a.py", ("f",), "changed"), ("new.py", (), "created")]
    assert TOKEN not in repr(state)


def test_a_stash_that_is_gone_or_of_another_session_is_none(repo: Repo) -> None:
    repo.commit("base", {"a": "0"}, at=NINE)
    repo.write("a", "1")
    repo.git("stash", "push", "-q", at=NINE + 60)
    assert stash_states(reader_of(repo), []) == stash_states(reader_of(repo), ["1" * 40]) == ()


def test_of_many_stashes_only_the_newest_are_opened(repo: Repo) -> None:
    repo.commit("base", {"a": "0"}, at=NINE)
    repo.write("a", "1")
    oid = repo.git("stash", "create")
    for number in range(LOOKED_INTO + 1):
        repo.git(
            "stash",
            "store",
            "-q",
            "-m",
            f"{number}",
            repo.git("commit-tree", f"{oid}^{{tree}}", "-p", f"{oid}^1", "-p", f"{oid}^2", "-m", str(number)),
        )
    states = stash_states(reader_of(repo), repo.git("stash", "list", "--format=%H").split())
    assert [bool(state.changes) for state in states] == [True] * LOOKED_INTO + [False]
