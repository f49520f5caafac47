"""`git log` read into records."""

from __future__ import annotations

from pathlib import Path

from handoffd.git.log import log_records
from handoffd.git.run import Git
from tests.support import Repo


def test_each_commit_is_a_record_newest_first_and_an_odd_one_is_empty(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "r")
    for subject in ("one", "two\x01 parts", "three"):
        repo.git("commit", "-q", "--allow-empty", "-m", subject)
    git, author = Git(repo.root), repo.git("log", "-1", "--format=%an").strip()
    assert log_records(git, ("%s", "%an"), "HEAD", "--") == [("three", author), (), ("one", author)]
    assert log_records(git, ("%s",), "--max-count=1", "HEAD", "--") == [("three",)]
    assert log_records(git, ("%s",), "no-such-branch", "--") == []
