"""The git dir behind a folder's `.git`, found without a process and equal to what git says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from handoffd.files.git_dir import git_dir_of
from tests.support import Repo


def test_a_main_and_a_linked_worktree(repo: Repo, tmp_path: Path) -> None:
    repo.commit("start", {"a": "1"})
    linked = tmp_path / "linked"
    repo.git("worktree", "add", "-q", "--detach", str(linked))
    assert git_dir_of(repo.root) == repo.root / ".git"
    assert git_dir_of(linked) == Path(Repo(linked).git("rev-parse", "--absolute-git-dir"))


def test_a_relative_gitdir_starts_at_the_folder(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ".git").write_text("gitdir: ../store/x\n")
    assert git_dir_of(tmp_path / "work") == tmp_path / "store" / "x"


def test_only_the_top_folder_counts(repo: Repo) -> None:
    (repo.root / "sub").mkdir()
    assert git_dir_of(repo.root / "sub") is None


@pytest.mark.parametrize("said", [b"", b"nonsense\n", b"gitdir /x\n", b"\xff\xfe"])
def test_a_file_that_leads_nowhere(tmp_path: Path, said: bytes) -> None:
    (tmp_path / ".git").write_bytes(said)
    assert git_dir_of(tmp_path) is None


def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".git")
    assert git_dir_of(tmp_path) is None
