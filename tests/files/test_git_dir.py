"""The way from a folder to its git dir: our walk, and the pytest plugin's, which has code of its own, find the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from handoffd import pytest_plugin
from handoffd.files.git_dir import branch_in, git_dir_of, top_of
from handoffd.pipeline.quick_note import spool_around
from tests.support import Repo

Place = Callable[[Path], Path]
"""Makes a place; returns the folder that is asked about."""


def git_dir(path: Path, watched: bool = True) -> Path:
    (path / "handoffd").mkdir(parents=True)
    if watched:
        (path / "handoffd" / "spool").touch()
    return path


def leads_to(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".git").write_bytes(os.fsencode(text))
    return folder


def plain(base: Path) -> Path:
    git_dir(base / "r/.git")
    return base / "r"


def below(base: Path) -> Path:
    (plain(base) / "a/b").mkdir(parents=True)
    return base / "r/a/b"


def by_a_link(base: Path) -> Path:
    (base / "elsewhere").symlink_to(below(base))
    return base / "elsewhere"


def linked(base: Path) -> Path:
    git_dir(base / "r/.git/worktrees/w")
    return leads_to(base / "w", f"gitdir: {base}/r/.git/worktrees/w\n")


def submodule(base: Path) -> Path:
    git_dir(base / "r/.git/modules/s")
    return leads_to(base / "r/s", "gitdir: ../.git/modules/s\r\n")


def git_dir_by_a_link(base: Path) -> Path:
    git_dir(base / "kept")
    (base / "r").mkdir()
    (base / "r/.git").symlink_to(base / "kept")
    return base / "r"


def nowhere(base: Path) -> Path:
    (base / "r").mkdir()
    return base / "r"


def not_watched(base: Path) -> Path:
    git_dir(base / "r/.git", watched=False)
    return base / "r"


def leads_nowhere(base: Path) -> Path:
    """git does not look further up either: it says that the file is damaged."""
    plain(base)
    return leads_to(base / "r/a", "gitdir: ../missing\n")


def no_git_file(base: Path) -> Path:
    git_dir(base / "r/a/named")
    plain(base)
    return leads_to(base / "r/a", "named")


def a_pipe(base: Path) -> Path:
    plain(base)
    (base / "r/a").mkdir()
    os.mkfifo(base / "r/a/.git")
    return base / "r/a"


def a_dead_link(base: Path) -> Path:
    plain(base)
    (base / "r/a").mkdir()
    (base / "r/a/.git").symlink_to("missing")
    return base / "r/a"


def folder_by_a_link(base: Path) -> Path:
    git_dir(base / "kept")
    (base / "r/.git").mkdir(parents=True)
    (base / "r/.git/handoffd").symlink_to(base / "kept/handoffd")
    return base / "r"


@pytest.mark.parametrize(
    ("place", "root", "spool"),
    [
        (plain, "r", "r/.git/handoffd/spool"),
        (below, "r", "r/.git/handoffd/spool"),
        (by_a_link, "r", "r/.git/handoffd/spool"),
        (linked, "w", "r/.git/worktrees/w/handoffd/spool"),
        (submodule, "r/s", "r/.git/modules/s/handoffd/spool"),
        (git_dir_by_a_link, "r", "kept/handoffd/spool"),
        *((place, "", "") for place in (nowhere, not_watched, leads_nowhere, no_git_file, a_pipe, a_dead_link, folder_by_a_link)),
    ],
)
def test_both_walks_find_the_same(tmp_path: Path, place: Place, root: str, spool: str) -> None:
    asked = place(tmp_path)
    expected = (os.fspath(tmp_path / root), os.fspath(tmp_path / spool)) if root else None
    ours, plugin_s = spool_around(asked), pytest_plugin._spool(os.fspath(asked))
    assert (ours and (os.fspath(ours[0]), os.path.realpath(ours[1]))) == expected
    assert (plugin_s and (plugin_s[0], os.path.realpath(plugin_s[1]))) == expected


def test_the_nearest_git_decides(tmp_path: Path) -> None:
    assert top_of(below(tmp_path)) == tmp_path / "r"
    inner = leads_nowhere(tmp_path / "x")
    assert top_of(inner) == inner and git_dir_of(inner) == tmp_path / "x/r/missing"


@pytest.mark.parametrize(
    ("head", "branch"),
    [
        (b"ref: refs/heads/main\n", "main"),
        (b"ref: refs/heads/feat/a b\n", "feat/a b"),
        (b"ref: refs/heads/\xff\n", "\udcff"),
        (b"0123456789" * 4 + b"\n", ""),
        (b"0123456789abcdef" * 4 + b"\n", ""),
        (b"ref: refs/heads/.invalid\n", None),
        (b"ref: refs/tags/v1\n", None),
        (b"", None),
    ],
)
def test_the_branch_that_head_s_file_names(tmp_path: Path, head: bytes, branch: str | None) -> None:
    (tmp_path / "HEAD").write_bytes(head)
    assert branch_in(tmp_path) == branch


def test_without_a_file_no_branch_is_known(tmp_path: Path) -> None:
    assert branch_in(tmp_path) is None


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
