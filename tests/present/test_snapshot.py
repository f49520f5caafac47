"""What is asked of git for one handoff, and how much of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support import Repo, cli

LISTENER = """#!/bin/sh
printf '%s\\n' "$*" >> '{heard}'
exec '{git}' "$@"
"""


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command line of each git that is called from now on, one a line."""
    file, shadow = tmp_path / "heard", tmp_path / "shadow" / "git"
    shadow.parent.mkdir()
    shadow.write_text(LISTENER.format(heard=file, git=shutil.which("git")))
    shadow.chmod(0o755)
    file.touch()
    monkeypatch.setenv("PATH", f"{shadow.parent}:{os.environ['PATH']}")
    return file


def document(repo: Repo) -> str:
    said = cli("flush", cwd=repo.root)
    assert said.returncode == 0, said.stderr
    return Path(said.stdout.strip()).read_text()


@pytest.fixture
def watched_repo(repo: Repo, home: Path) -> Repo:
    repo.commit("chore: start", {"large.txt": "a line\n" * 900_000, "small.txt": "one\n"})
    assert cli("init", cwd=repo.root).returncode == 0
    return repo


def test_a_flush_asks_git_for_status_once(watched_repo: Repo, heard: Path) -> None:
    watched_repo.write("small.txt", "two\n")
    assert "small.txt" in document(watched_repo)
    assert sum(" status " in line for line in heard.read_text().splitlines()) == 1


def test_a_large_tracked_file_is_told_and_not_read(watched_repo: Repo, heard: Path) -> None:
    watched_repo.write("small.txt", "two\n")
    watched_repo.write("large.txt", "a line\n" * 900_000 + "another\n")
    text = document(watched_repo)
    assert "- large.txt — larger than 5 MB, uncommitted" in text and "2 files modified" in text
    assert "- small.txt" in text
    compared = [line for line in heard.read_text().splitlines() if " diff " in line and (" -p " in line or " --numstat " in line)]
    assert compared and all(line.endswith("-- small.txt") or ":(top,exclude,literal)large.txt" in line for line in compared)


@pytest.mark.parametrize(("step", "most"), [("edit", 11), ("commit", 17)])
def test_a_flush_asks_git_few_questions(watched_repo: Repo, heard: Path, step: str, most: int) -> None:
    """Each is a process, which takes longer than what it answers."""
    document(watched_repo)
    watched_repo.write("small.txt", "two\n")
    if step == "commit":
        watched_repo.git("commit", "-qam", "feat: more")
    heard.write_text("")
    assert "small.txt" in document(watched_repo)
    asked = heard.read_text().splitlines()
    assert 0 < len(asked) <= most, "\n".join(asked)


def test_a_file_that_was_taken_out_of_the_index_and_is_still_there_counts_as_deleted(watched_repo: Repo) -> None:
    watched_repo.git("rm", "-q", "--cached", "small.txt")
    assert "- `small.txt` — new file; deleted, +0 −0" in document(watched_repo)
