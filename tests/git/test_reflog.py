"""Logs that git keeps in no file, in the form of its log files."""

from __future__ import annotations

import pytest

from handoffd.git.parse import ReflogLine, parse_reflog_line
from handoffd.git.reflog import history_as_log, keeps_logs, logs_of_tables
from handoffd.git.run import Git
from tests.support import Repo

NINE = 1_700_000_000
"""When the first commit is made. Times of before 1973 are no good: git reads `--since=0` as something else."""


def lines(raw: bytes) -> list[ReflogLine]:
    found = [parse_reflog_line(line) for line in raw.splitlines()]
    assert None not in found
    return [line for line in found if line is not None]


def git(repo: Repo) -> Git:
    return Git(repo.root)


@pytest.fixture
def work(repo: Repo) -> Repo:
    """Three commits, a minute apart, with a switch between the last two."""
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.commit("two", {"a": "2"}, at=NINE + 60)
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("three", {"a": "3"}, at=NINE + 120)
    return repo


def test_a_told_log_is_as_the_file(work: Repo) -> None:
    file = (work.root / ".git" / "logs" / "HEAD").read_bytes()
    assert lines(logs_of_tables(git(work), "HEAD")["HEAD"]) == lines(file)


def test_each_branch_has_a_log_of_its_own(work: Repo) -> None:
    found = logs_of_tables(git(work), "--branches")
    assert set(found) == {"main", "side"}
    assert [line.message for line in lines(found["main"])] == ["commit (initial): one", "commit: two"]


def test_where_git_has_none_there_is_none(repo: Repo) -> None:
    assert logs_of_tables(git(repo), "HEAD") == {} and history_as_log(git(repo), NINE) == b""


def test_an_expired_log_does_not_pretend_to_know_where_its_first_line_came_from(work: Repo) -> None:
    work.git("reflog", "delete", "HEAD@{3}")
    assert [line.message for line in lines(logs_of_tables(git(work), "HEAD")["HEAD"])] == ["checkout: moving from main to side", "commit: three"]


def test_history_tells_each_commit_as_if_it_had_been_made_here(work: Repo) -> None:
    told = lines(history_as_log(git(work), NINE))
    assert [line.message for line in told] == ["commit: one", "commit: two", "commit: three"]
    assert [(line.new, line.at) for line in told][-1] == (work.head, NINE + 120)
    assert not told[0].old.strip("0") and [line.old for line in told[1:]] == [line.new for line in told[:-1]]


def test_history_since_a_time_and_from_a_commit(work: Repo) -> None:
    start = work.git("rev-parse", "HEAD~2")
    assert [line.message for line in lines(history_as_log(git(work), NINE + 61))] == ["commit: three"]
    assert [line.message for line in lines(history_as_log(git(work), NINE, "HEAD", start))] == ["commit: two", "commit: three"]
    assert len(lines(history_as_log(git(work), NINE, "HEAD", "1" * 40))) == 3, "a start that was pruned leaves out nothing"


def test_a_merge_is_followed_by_its_first_parent(work: Repo) -> None:
    work.git("checkout", "-q", "main")
    work.commit("ours", {"b": "1"}, at=NINE + 180)
    work.git("merge", "-q", "--no-ff", "-m", "joined", "side", at=NINE + 240)
    assert [line.message.removeprefix("commit: ") for line in lines(history_as_log(git(work), NINE))] == ["one", "two", "ours", "joined"]


@pytest.mark.parametrize(("said", "kept"), [(None, True), ("true", True), ("always", True), ("false", False), ("no", False), ("0", False)])
def test_logs_are_kept_unless_they_are_switched_off(repo: Repo, said: str | None, kept: bool) -> None:
    if said is None:
        repo.git("config", "--unset-all", "core.logallrefupdates")
    else:
        repo.git("config", "core.logallrefupdates", said)
    assert keeps_logs(git(repo)) is kept
