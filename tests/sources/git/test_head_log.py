"""Where the logs of refs come from."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from handoffd.git.parse import parse_reflog_line
from handoffd.sources.git.head_log import head_log, other_logs, whole_head_log
from handoffd.sources.git.log_cursor import LogRead
from handoffd.sources.source import Scan
from tests.scans import HOUR, NINE, scan_of
from tests.support import Repo


def messages(read: LogRead) -> list[str]:
    return [line.message for one in read.lines if (line := parse_reflog_line(one.raw)) is not None]


def logs(scan: Scan) -> dict[str, list[str]]:
    return {ref: messages(read) for ref, read in other_logs(scan, {})}


def work(repo: Repo) -> Repo:
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.git("branch", "side/deep")
    repo.commit("two", {"a": "2"}, at=NINE + 60)
    return repo


@pytest.fixture
def tables(tmp_path: Path) -> Repo:
    """A repository that keeps its refs in tables."""
    try:
        return Repo.create(tmp_path / "tables", "--ref-format=reftable")
    except AssertionError:
        pytest.skip("this git knows no tables of refs (2.45)")


def test_heads_log_is_its_file(repo: Repo) -> None:
    read = head_log(scan_of(work(repo)), None)
    assert messages(read) == ["commit (initial): one", "commit: two"]
    assert not head_log(scan_of(repo), read.cursor).changed
    assert whole_head_log(scan_of(repo)) == (repo.root / ".git" / "logs" / "HEAD").read_bytes()


def test_a_linked_worktree_has_a_head_of_its_own(repo: Repo, tmp_path: Path) -> None:
    work(repo).git("worktree", "add", "-q", str(tmp_path / "linked"), "side/deep")
    linked = Repo(tmp_path / "linked")
    linked.commit("three", {"b": "3"}, at=NINE + 120)
    assert messages(head_log(scan_of(linked), None))[-1] == "commit: three"
    assert "three" not in str(messages(head_log(scan_of(repo), None)))


def test_where_git_keeps_no_log_history_stands_in(repo: Repo) -> None:
    repo.git("config", "core.logAllRefUpdates", "false")
    work(repo)
    scan = scan_of(repo)
    read = head_log(scan, None)
    assert messages(read) == ["commit: one", "commit: two"] and whole_head_log(scan) == b""
    assert not head_log(scan, read.cursor).changed
    repo.commit("three", {"a": "3"}, at=NINE + 120)
    assert messages(head_log(scan, read.cursor))[-1] == "commit: three"
    assert messages(head_log(scan_of(repo, floor=NINE + 90), None)) == ["commit: three"]


def test_a_log_that_is_there_is_read_also_when_no_more_is_written(repo: Repo) -> None:
    work(repo).git("config", "core.logAllRefUpdates", "false")
    assert messages(head_log(scan_of(repo), None))[0] == "commit (initial): one"


def test_a_log_that_is_not_there_yet_is_empty(repo: Repo) -> None:
    assert head_log(scan_of(repo), None).lines == () and whole_head_log(scan_of(repo)) == b"" and logs(scan_of(repo)) == {}


def test_other_logs_by_the_refs_full_name(repo: Repo) -> None:
    work(repo).git("update-ref", "--create-reflog", "-m", "update by push", "refs/remotes/origin/main", repo.head, at=NINE + 90)
    assert logs(scan_of(repo)) == {
        "refs/heads/main": ["commit (initial): one", "commit: two"],
        "refs/heads/side/deep": ["branch: Created from main"],
        "refs/remotes/origin/main": ["update by push"],
    }


def test_tables_of_refs_tell_the_same(tables: Repo, repo: Repo) -> None:
    scan = scan_of(work(tables))
    assert messages(head_log(scan, None)) == messages(head_log(scan_of(work(repo)), None))
    assert logs(scan) == logs(scan_of(repo))
    assert whole_head_log(scan).count(b"\n") == 2


def test_tables_that_did_not_change_are_not_asked_again(tables: Repo) -> None:
    scan = scan_of(work(tables))
    cursors = {ref: read.cursor for ref, read in other_logs(scan, {})}
    read = head_log(scan, None)
    subprocess.run(["rm", "-r", str(tables.root / ".git" / "objects")], check=True)
    assert not head_log(scan, read.cursor).changed
    assert all(not again.changed and not again.lines for _, again in other_logs(scan, cursors))


def test_a_push_long_ago_is_still_in_the_log(repo: Repo) -> None:
    """The floor is the reader's business, not the log's."""
    work(repo)
    assert messages(head_log(scan_of(repo, floor=NINE + HOUR), None)) == ["commit (initial): one", "commit: two"]
