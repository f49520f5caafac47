"""Which worktrees a repository has: found without a process where they are plain, else asked of git, equally."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handoffd.git import repository
from handoffd.git.repository import Worktree, discover, linked_worktrees
from handoffd.git.run import Git
from tests.support import Repo


@pytest.fixture
def linked(repo: Repo) -> Path:
    repo.commit("x", {"a": "1"})
    root = repo.root.parent / "linked"
    repo.git("worktree", "add", "-q", "--detach", str(root))
    return root


def others(repo: Repo) -> tuple[Worktree, ...]:
    worktree = discover(repo.root)
    return linked_worktrees(Git(repo.root), worktree, {worktree.root})


def test_plain_ones_need_no_process(repo: Repo, linked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = discover(linked)
    worktree, git = discover(repo.root), Git(repo.root)
    monkeypatch.delattr(repository, "discover")
    assert linked_worktrees(git, worktree, {worktree.root}) == (expected,)


def test_one_from_which_the_repository_is_not_found_is_none(repo: Repo, linked: Path) -> None:
    (repo.root / ".git/worktrees/linked/commondir").write_text("../elsewhere\n")
    assert others(repo) == ()
    (repo.root / ".git/worktrees/linked/commondir").unlink()
    assert others(repo) == ()


def test_one_whose_folder_is_gone_is_none(repo: Repo, linked: Path) -> None:
    shutil.rmtree(linked)
    assert others(repo) == ()


def test_one_that_leads_to_another_repository_is_told_as_that(repo: Repo, linked: Path, tmp_path: Path) -> None:
    stranger = Repo.create(tmp_path / "stranger")
    shutil.rmtree(linked)
    shutil.copytree(stranger.root, linked)
    assert others(repo) == (discover(linked),)
