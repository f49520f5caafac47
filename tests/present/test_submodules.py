"""Repositories inside a worktree: submodules that moved or hold changes, and linked worktrees of the same repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from handoffd.git.status import status
from handoffd.git.submodules import own_worktrees, submodules
from handoffd.model.snapshot import Entry, SubmoduleState
from handoffd.model.submodule_words import moved, said_of
from handoffd.present.changes import entries
from handoffd.present.submodules import submodule_states, with_submodules
from tests.scans import NINE, reader_of
from tests.support import Repo


@pytest.fixture
def library(repo: Repo, tmp_path: Path) -> Repo:
    """The submodule `lib` of `repo`, as it is checked out there."""
    repo.commit("base", {"a.py": "1\n"}, at=NINE)
    other = Repo.create(tmp_path / "library")
    other.commit("lib", {"lib.c": "1\n"}, at=NINE)
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.root), "lib")
    repo.git("commit", "-q", "-m", "add lib")
    return Repo(repo.root / "lib")


def states(repo: Repo) -> list[SubmoduleState]:
    reader, seen = reader_of(repo), status(reader_of(repo).git)
    return list(submodule_states(reader, entries(reader, seen, ()), seen))


def listed(repo: Repo) -> dict[str, Entry]:
    reader, seen = reader_of(repo), status(reader_of(repo).git)
    plain = entries(reader, seen, ())
    return {entry.path: entry for entry in with_submodules(reader, plain, submodule_states(reader, plain, seen))}


def test_one_that_is_as_the_index_says_is_no_news(repo: Repo, library: Repo) -> None:
    assert [one.path for one in submodules(reader_of(repo).git)] == ["lib"]
    assert states(repo) == [] and listed(repo) == {}


def test_one_that_moved_says_from_where_to_where(repo: Repo, library: Repo) -> None:
    old = library.git("rev-parse", "--short", "HEAD")
    library.commit("two", {"lib.c": "2\n"})
    library.commit("three", {"lib.c": "3\n"})
    new = library.git("rev-parse", "--short", "HEAD")
    (state,) = states(repo)
    assert state == SubmoduleState("lib", old, new, 2, 0) and said_of(state) == f"submodule, from {old} to {new} (2 commits)"
    assert listed(repo)["lib"].kind == "submodule"
    repo.git("add", "lib")
    repo.git("commit", "-q", "-m", "move lib")
    library.git("checkout", "-q", "HEAD~1")
    assert said_of(states(repo)[0]).endswith("(1 commit back)")


def test_what_is_changed_inside_is_told(repo: Repo, library: Repo) -> None:
    library.write("lib.c", "changed\n")
    library.write("new.c", "1\n")
    (state,) = states(repo)
    assert said_of(state) == "submodule; inside: 1 file modified (lib.c), 1 file untracked (new.c)"
    entry = listed(repo)["lib"]
    assert (entry.kind, entry.unstaged, entry.mtime > 0) == ("submodule", True, True)


def test_nothing_of_an_inner_repositorys_configuration_is_run(repo: Repo, library: Repo, tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    for name in ("core.fsmonitor", "filter.x.clean", "diff.external"):
        library.git("config", name, f"touch {canary}; cat")
    library.write(".gitattributes", "*.c filter=x\n")
    library.write("lib.c", "2\n")
    assert states(repo) and not canary.exists()


@pytest.mark.parametrize("path", ["../library", "out", "a.py"])
def test_gitmodules_leads_nowhere_else(repo: Repo, library: Repo, tmp_path: Path, path: str) -> None:
    os.symlink(tmp_path / "library", repo.root / "out")
    repo.write(".gitmodules", f'[submodule "x"]\n\tpath = {path}\n')
    (tmp_path / "library" / "lib.c").write_text("changed\n")
    assert submodules(reader_of(repo).git) == ()


def test_a_linked_worktree_inside_is_not_a_file_of_this_one(repo: Repo, tmp_path: Path) -> None:
    repo.commit("base", {".claude/settings.json": "{}\n"}, at=NINE)
    repo.git("worktree", "add", "-q", ".claude/worktrees/fix", "-b", "fix")
    stranger = Repo.create(repo.root / "vendor")
    stranger.commit("theirs", {"x.py": "1\n"})
    assert list(listed(repo)) == ["vendor/"]
    assert own_worktrees(reader_of(repo).worktree, ["vendor/", ".claude/worktrees/fix/", "nowhere/"]) == {".claude/worktrees/fix/"}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (SubmoduleState("l", "a", "b"), "submodule, from a to b"),
        (SubmoduleState("l", "", "b"), "submodule at b"),
        (SubmoduleState("l", "a", "b", 1, 3), "submodule, from a to b (1 commit, 3 commits back)"),
        (SubmoduleState("l", changed=("x",) * 4, dirt=4), "submodule; inside: 4 files modified"),
    ],
)
def test_the_words(state: SubmoduleState, said: str) -> None:
    assert said_of(state) == said


def test_the_words_of_a_commit_that_moved_one() -> None:
    assert [moved("a", "b"), moved("", "b"), moved("a", "")] == ["submodule, from a to b", "submodule at b", "submodule, was at a"]
