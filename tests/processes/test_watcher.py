"""What the kernel and the person do to the folders that a real daemon watches."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support import cli, wait_for
from tests.watched import Watched

NIGHTLY = bool(os.environ.get("HANDOFFD_NIGHTLY"))
QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")
BOUND = 60

SOON = """
import os
from handoffd.daemon.service import Service
Service(os.environ, lambda text: print(text, flush=True), {}, scan_every=0.5).run()
"""

DEAF = """
import os, pathlib, threading, time
from handoffd.daemon.service import Service
def end_the_watcher():
    while not pathlib.Path("deafen").exists():
        time.sleep(0.02)
    for handle in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{handle}") == "anon_inode:inotify":
                os.close(int(handle))
        except OSError:
            pass
    pathlib.Path("deafened").touch()
threading.Thread(target=end_the_watcher, daemon=True).start()
Service(os.environ, lambda text: print(text, flush=True), {}).run()
"""


@pytest.mark.skipif(not QUEUE.exists(), reason="no inotify here")
def test_a_queue_that_overflowed_is_made_good_by_comparison(watched: Watched) -> None:
    # Two events a file: a stopped daemon's queue is full, and what comes after is lost.
    count = 60_000 if NIGHTLY else int(QUEUE.read_text()) // 2 + 500
    repo = watched.repo
    repo.commit("chore: a folder to watch", {"src/a.py": "x = 1\n"})
    daemon = watched.daemon()
    daemon.send_signal(signal.SIGSTOP)
    for number in range(count):
        repo.path(f"src/{number}.txt").touch()
    repo.write("late/one/two.py", "y = 1\n")
    daemon.send_signal(signal.SIGCONT)
    wanted = {path for path in repo.git("ls-files", "-o", "--exclude-standard").splitlines() if not path.startswith(".claude/")}
    assert len(wanted) > count
    wait_for(lambda: watched.journalled("file") >= len(wanted), seconds=BOUND * 3, every=0.5)
    found = watched.events("file")
    assert {event["data"]["path"] for event in found} == wanted and {event["by"] for event in found} == {"daemon"}
    # A folder made while the queue was full is watched too.
    repo.write("late/one/three.py", "z = 1\n")
    wait_for(lambda: watched.journalled("file") > len(wanted), seconds=BOUND, every=0.5)


def few_watches(count: int) -> list[str]:
    """The start of a command that runs in a user namespace with so many watches."""
    limit = f"echo {count} > /proc/sys/user/max_inotify_watches"
    if subprocess.run(["unshare", "-Ur", "sh", "-c", limit], capture_output=True, check=False).returncode:
        pytest.skip("no user namespace to lower the inotify limit in")
    return ["unshare", "-Ur", "sh", "-c", f'{limit}; exec "$0" "$@"']


@pytest.mark.skipif(not shutil.which("unshare"), reason="no unshare here")
def test_at_the_watch_limit_it_polls_says_so_and_misses_nothing(watched: Watched) -> None:
    for number in range(40):
        watched.repo.write(f"d{number}/a.txt", "x\n")
    watched.repo.commit("chore: forty folders")
    watched.handoffd("flush")
    watched.daemon(*few_watches(30), script=SOON)
    assert watched.worktree_state() == "degraded: polling"
    assert cli("status").returncode == 1
    for number in range(40):
        watched.repo.write(f"d{number}/a.txt", "y\n")
    wait_for(lambda: watched.journalled("file") == 40, seconds=BOUND, every=0.5)


def test_a_root_that_was_moved_is_said_with_its_remedy_and_found_when_it_is_back(watched: Watched) -> None:
    watched.daemon()
    away = watched.repo.root.with_name("away")
    watched.repo.root.rename(away)
    state = wait_for(lambda: (said := watched.worktree_state()).startswith("gone: ") and said, seconds=BOUND)
    assert "handoffd init" in state and f"handoffd uninit {watched.repo.root}" in state
    assert cli("status").returncode == 1
    away.rename(watched.repo.root)
    wait_for(lambda: watched.worktree_state() == "", seconds=BOUND, every=0.5)
    oid = watched.repo.commit("feat: back again")
    wait_for(lambda: watched.seen_by_the_daemon(oid), seconds=BOUND, every=0.5)
    assert watched.said.count("gone: ") == 1


def test_a_root_that_was_deleted_and_made_again_asks_for_init(watched: Watched) -> None:
    watched.daemon()
    repo = watched.repo
    shutil.rmtree(repo.root)
    repo.create(repo.root)
    repo.commit("chore: another life")
    state = wait_for(lambda: watched.worktree_state(), seconds=BOUND)
    wait_for(lambda: "handoffd init" in watched.worktree_state() and "gone" not in watched.worktree_state(), seconds=BOUND, every=0.5)
    assert state
    watched.handoffd("init")
    oid = repo.commit("feat: watched again")
    wait_for(lambda: watched.seen_by_the_daemon(oid), seconds=BOUND, every=0.5)
    assert watched.worktree_state() == ""


def test_a_root_that_was_replaced_by_its_copy_asks_for_init_and_keeps_its_history(watched: Watched) -> None:
    watched.daemon()
    repo = watched.repo
    oid = repo.commit("feat: before")
    wait_for(lambda: watched.seen_by_the_daemon(oid), seconds=BOUND, every=0.5)
    shutil.copytree(repo.root, repo.root.with_name("copy"), symlinks=True)
    repo.root.rename(repo.root.with_name("original"))
    repo.root.with_name("copy").rename(repo.root)
    repo.commit("feat: in the copy")
    wait_for(lambda: "handoffd init" in watched.worktree_state() and "copy" in watched.worktree_state(), seconds=BOUND, every=0.5)
    watched.handoffd("init")
    later = repo.commit("feat: after")
    wait_for(lambda: watched.seen_by_the_daemon(later), seconds=BOUND, every=0.5)
    assert [event["data"]["subject"] for event in watched.events("commit")][-3:] == ["feat: before", "feat: in the copy", "feat: after"]


def test_a_root_that_is_gone_for_good_is_struck_from_the_list(watched: Watched) -> None:
    watched.daemon()
    shutil.rmtree(watched.repo.root)
    wait_for(lambda: watched.worktree_state(), seconds=BOUND)
    assert "not there" in watched.handoffd("uninit", str(watched.repo.root), cwd=watched.home)
    wait_for(lambda: watched.status()["worktrees"] == [], seconds=BOUND)
    assert cli("status").returncode == 0


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="finds the watcher's descriptor in /proc")
def test_a_watcher_that_died_is_begun_anew(watched: Watched) -> None:
    watched.daemon(script=DEAF)
    for turn in range(2):
        oid = watched.repo.commit(f"feat: heard {turn}")
        wait_for(lambda oid=oid: watched.seen_by_the_daemon(oid), seconds=BOUND, every=0.5)  # type: ignore[misc]
        (watched.home / "deafen").touch()
        wait_for((watched.home / "deafened").exists, seconds=BOUND)
        watched.repo.commit("feat: wakes the dead")
    assert watched.said.count("the watcher had ended by a fault and was started again") == 1
