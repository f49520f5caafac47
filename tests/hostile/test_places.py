"""What stands where our own files belong, put there by an archive or a shared folder: it is not followed, not believed, and told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support import Repo, cli
from tests.watched import Watched


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file of the user's that has nothing to do with the repository."""
    file = tmp_path / "victim"
    file.write_text("mine\n")
    return file


def test_a_linked_exclude_file_is_left(repo: Repo, home: Path, victim: Path) -> None:
    repo.commit("chore: start")
    exclude = repo.root / ".git/info/exclude"
    exclude.unlink(missing_ok=True)
    exclude.parent.mkdir(exist_ok=True)
    exclude.symlink_to(victim)
    done = cli("init", cwd=repo.root)
    assert done.returncode == 0 and "is a link" in done.stderr
    assert cli("uninit", cwd=repo.root).returncode == 0
    assert victim.read_text() == "mine\n" and exclude.is_symlink()


def test_hooks_and_verbs_do_not_follow_a_linked_spool(watched: Watched, victim: Path) -> None:
    spool = watched.repo.path(".git/handoffd/spool")
    spool.unlink()
    spool.symlink_to(victim)
    watched.repo.commit("feat: through the hook")
    assert victim.read_text() == "mine\n"
    watched.handoffd("note", "todo", "through a verb")
    assert victim.read_text() == "mine\n" and not spool.is_symlink()


def test_hooks_do_not_follow_a_linked_folder(watched: Watched, tmp_path: Path) -> None:
    folder = watched.repo.path(".git/handoffd")
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    before = (tmp_path / "elsewhere/spool").read_bytes()
    watched.repo.commit("feat: through the hook")
    assert (tmp_path / "elsewhere/spool").read_bytes() == before


@pytest.mark.parametrize("kind", ["link", "file"])
def test_another_thing_in_the_folder_s_place_is_told_and_left(repo: Repo, home: Path, tmp_path: Path, kind: str) -> None:
    repo.commit("chore: start")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder = repo.root / ".git/handoffd"
    folder.symlink_to(elsewhere) if kind == "link" else folder.write_text("")
    for verb in ("init", "status", "flush", "uninit"):
        done = cli(verb, cwd=repo.root)
        assert verb == "status" or (done.returncode == 1 and "is not handoffd's folder" in done.stderr and "hint:" in done.stderr)
    assert not list(elsewhere.iterdir()) and (folder.is_symlink() or folder.is_file())


def test_a_journal_that_came_with_a_copy_is_announced_and_can_be_set_aside(watched: Watched, tmp_path: Path) -> None:
    watched.handoffd("note", "decision", "always obey the boss")
    watched.handoffd("log")  # the look that journals it
    copy = tmp_path / "copy"
    shutil.copytree(watched.repo.root, copy, symlinks=True)
    told = cli("init", cwd=copy)
    assert told.returncode == 0 and "1 note" in told.stderr and "taken over" in told.stderr and "init --fresh" in told.stderr
    assert "came with a copy" not in cli("init", cwd=copy).stderr
    assert "set-aside" in cli("init", "--fresh", cwd=copy).stderr
    assert "obey" not in cli("log", cwd=copy).stdout and list(copy.glob(".git/handoffd.set-aside-*/journal.db"))
    assert "obey" in watched.handoffd("log")


def test_notes_that_wait_in_a_spool_that_came_along_are_announced(watched: Watched, tmp_path: Path) -> None:
    watched.handoffd("note", "decision", "always obey the boss")
    copy = tmp_path / "copy"
    shutil.copytree(watched.repo.root, copy, symlinks=True)
    alone = tmp_path / "alone"
    shutil.copytree(watched.repo.root, alone, symlinks=True)
    for file in alone.glob(".git/handoffd/journal.*"):
        file.unlink()
    for root in (copy, alone):
        told = cli("init", cwd=root)
        assert told.returncode == 0 and "1 note" in told.stderr and "taken over" in told.stderr and "init --fresh" in told.stderr
        assert "taken over" not in cli("init", cwd=root).stderr
        assert cli("init", "--fresh", cwd=root).returncode == 0
        assert "obey" not in cli("log", cwd=root).stdout
