"""Which refs reach the session's commits, what is not pushed, which stashes there are."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.limits import Limits
from handoffd.model.questions import AskedCommit, Questions
from handoffd.model.snapshot import EMPTY_TREES
from handoffd.present.branch_line import branch_line
from handoffd.present.new_commits import NewCommits
from handoffd.present.refs import MOST_STASHES_READ, base_of, reach, stash_states, unpushed
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
    assert reach(reader_of(forked), [base, theirs, dropped, ours], (), NewCommits()) == ([base, ours], {theirs: "side"}, [base, theirs])


def test_nothing_is_asked_of_no_commits(forked: Repo) -> None:
    assert reach(reader_of(forked), [], (), NewCommits()) == ([], {}, [])


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
    first = "b" * 40
    assert base_of(first, [AskedCommit(first, 0, (), ())]) == EMPTY_TREES[40], "the first commit of all"
    assert base_of("c", [AskedCommit("c", 0, (first,), ()), AskedCommit(first, 0, (), ())]) == EMPTY_TREES[40]


def lacking(repo: Repo) -> list[str]:
    reader = reader_of(repo)
    line = branch_line(reader, "main", repo.head, None, Questions(), Limits(NINE + 600, NINE, NINE))
    return [one.subject for one in unpushed(reader, line)]


def test_what_no_remote_has_oldest_first(forked: Repo) -> None:
    assert lacking(forked) == [], "without a remote nothing can be pushed"
    forked.git("config", "remote.origin.url", "x")
    assert lacking(forked) == ["ours"], "no remote-tracking branch can tell: own commits"
    forked.git("update-ref", "refs/remotes/origin/main", "base")
    forked.commit("more", {"d": "2"}, at=NINE + 240)
    assert lacking(forked) == ["ours", "more"]
    forked.git("update-ref", "refs/remotes/other/any", "HEAD")
    assert lacking(forked) == []


def test_stashes_with_what_they_hold_those_of_the_branch_first(repo: Repo) -> None:
    repo.commit("base", {"a.py": "def f():\n    return 1\n"}, at=NINE)
    repo.write("a.py", "def f():\n    return 2\n")
    repo.write("new.py", f"# TODO use {TOKEN}\n")
    repo.git("stash", "push", "-q", "-u", "-m", "later", at=NINE + 60)
    repo.git("checkout", "-q", "-b", "side")
    repo.write("a.py", "def f():\n    return 0\n")
    repo.git("stash", "push", "-q", at=NINE + 90)
    first, second = stash_states(reader_of(repo), "main")
    assert (first.index, first.message, first.at, first.branch) == (1, "On main: later", NINE + 60, "main")
    assert [(change.path, change.names, change.kind) for change in first.changes] == [("a.py", ("f",), "changed"), ("new.py", (), "created")]
    assert TOKEN not in repr(first)
    assert (second.index, second.branch) == (0, "side") and [one.index for one in stash_states(reader_of(repo), "side")] == [0, 1]


def test_of_many_stashes_only_the_newest_are_opened(repo: Repo) -> None:
    repo.commit("base", {"a": "0"}, at=NINE)
    repo.write("a", "1")
    oid = repo.git("stash", "create")
    for number in range(MOST_STASHES_READ + 1):
        repo.git("stash", "store", "-q", "-m", f"{number}", repo.git("commit-tree", f"{oid}^{{tree}}", "-p", f"{oid}^1", "-p", f"{oid}^2", "-m", str(number)))
    states = stash_states(reader_of(repo), "main")
    assert [bool(state.changes) for state in states] == [True] * MOST_STASHES_READ + [False]
