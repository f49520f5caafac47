"""Where a repository lies, and what of it is the user's alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import Repo, cli
from tests.watched import Watched


def test_on_a_network_file_system_the_journal_is_kept_in_the_state_folder(watched: Watched, network: Path) -> None:
    """SQLite's log needs shared memory, and its locks cannot be trusted there."""
    remote = Repo.create(network / "remote")
    remote.commit("chore: far away", {"a.py": "x = 1\n"})
    watched.handoffd("init", cwd=remote.root)
    watched.handoffd("note", "todo", "kept near by", cwd=remote.root)
    oid = remote.commit("feat: far away")
    watched.handoffd("flush", cwd=remote.root)
    assert [event["data"]["new"] for event in watched.events("commit", cwd=remote.root)][-1] == oid
    assert "kept near by" in watched.files(remote.root)[0].read_text()
    assert not list(remote.root.glob(".git/handoffd/*.db*")) and not list(remote.root.glob(".git/handoffd/*.key"))
    (journal,) = watched.state.glob("journals/*/journal.db")
    assert journal.stat().st_mode & 0o077 == 0 and journal.parent.stat().st_mode & 0o077 == 0
    watched.handoffd("uninit", "--purge", cwd=remote.root)
    assert not list(watched.state.glob("journals/*"))


def test_two_hosts_with_one_home_have_a_state_each(watched: Watched) -> None:
    """A home folder on NFS: locks and process ids of one host say nothing on the other."""
    words = ["unshare", "--uts", "sh", "-c", 'hostname elsewhere && exec "$0" -m handoffd status --json', sys.executable]
    if os.getuid() or not shutil.which("unshare") or subprocess.run([*words[:4], "hostname elsewhere"], check=False).returncode:
        pytest.skip("needs root and unshare for another host's name")
    assert len(watched.status()["worktrees"]) == 1
    there = json.loads(subprocess.run(words, cwd=watched.home, capture_output=True, check=True).stdout)
    assert there["worktrees"] == []


def test_a_look_never_writes_the_users_index(watched: Watched) -> None:
    """Plain `git status` renews it, for which it takes index.lock, and the user's own commit at that moment fails."""
    index = watched.repo.path(".git/index")

    def state() -> tuple[int, int, bytes]:
        return index.stat().st_ino, index.stat().st_mtime_ns, index.read_bytes()

    for seconds, verb in enumerate((("log",), ("status",), ("flush",), ("doctor",)), 1):
        os.utime(watched.repo.path("README.md"), (seconds, seconds))
        before = state()
        watched.handoffd(*verb)
        assert state() == before, verb
    watched.repo.git("status")
    assert state() != before


@pytest.mark.parametrize("name", [".git/logs/HEAD", ".git/logs/refs/heads/pipe", ".git/handoffd/prompt", ".git"])
def test_a_pipe_in_place_of_a_file_keeps_nobody_waiting(watched: Watched, name: str) -> None:
    """Nobody writes into it, so whoever opens it like a file waits for ever."""
    where = watched.repo.path(name)
    if where.exists():
        where.rename(watched.home / "aside")
    os.mkfifo(where)
    for words in ("note", "todo", "x"), ("log",):
        assert cli(*words, cwd=watched.repo.root).returncode in (0, 1)


def test_what_stands_under_our_drafts_name_is_not_followed(watched: Watched) -> None:
    theirs = watched.home / "theirs"
    theirs.write_text("theirs\n")
    (watched.repo.root / ".git/handoffd/prompt.new").symlink_to(theirs)
    watched.handoffd("flush")
    assert theirs.read_text() == "theirs\n"
    assert not (watched.repo.root / ".git/handoffd/prompt").is_symlink()
