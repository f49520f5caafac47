"""The protocol of a service manager, with the real daemon and a manager of the test's own."""

from __future__ import annotations

import os
import queue
import signal
import time
from pathlib import Path

from handoffd.daemon.notify import ServiceManager
from tests.services.conftest import Manager
from tests.support import wait_for
from tests.watched import Watched

SECOND = 1_000_000


def test_ready_is_said_once_all_is_watched_and_the_end_before_it_comes(watched: Watched, manager: Manager) -> None:
    daemon = watched.daemon(env={"NOTIFY_SOCKET": manager.name})
    manager.await_("READY=1")
    assert manager.messages.index("STATUS=watching worktrees: 1") < manager.messages.index("READY=1")
    oid = watched.repo.commit("feat: seen at once")
    wait_for(lambda: watched.seen_by_the_daemon(oid), seconds=30)
    daemon.send_signal(signal.SIGHUP)
    manager.await_("READY=1", 2)
    assert "RELOADING=1" in manager.messages and any(line.startswith("MONOTONIC_USEC=") for line in manager.messages)
    assert "STOPPING=1" not in manager.messages
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(30) == 0
    manager.await_("STOPPING=1")
    assert "WATCHDOG=1" not in manager.messages  # nobody asked for it


def wrapped_git(folder: Path, first: str) -> dict[str, str]:
    """The variables with which `first`, lines of sh, is run before every git."""
    git = folder / "bin" / "git"
    git.parent.mkdir()
    git.write_text(f'#!/bin/sh\n{first}\nPATH="{os.environ["PATH"]}" exec git "$@"\n')
    git.chmod(0o755)
    return {"PATH": f"{git.parent}{os.pathsep}{os.environ['PATH']}"}


def test_signs_of_life_come_while_the_loop_goes_round_and_stop_when_it_hangs(watched: Watched, manager: Manager, tmp_path: Path) -> None:
    """What the loop does is held up by a git that does not answer, while the daemon's other threads go on."""
    blocked, held = tmp_path / "blocked", tmp_path / "held"
    slow = wrapped_git(tmp_path, f'while [ -e "{blocked}" ]; do : >"{held}"; sleep 0.05; done')
    watched.daemon(env={"NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": str(SECOND), **slow})
    manager.await_("WATCHDOG=1", 3)
    blocked.touch()
    watched.repo.commit("feat: the look at this hangs")
    wait_for(held.exists, seconds=30)
    manager.listen()
    before = manager.messages.count("WATCHDOG=1")
    manager.listen(1.5)  # three signs of life
    assert manager.messages.count("WATCHDOG=1") == before
    blocked.unlink()
    manager.await_("WATCHDOG=1", before + 2)


def test_what_the_daemon_runs_cannot_speak_in_its_name(watched: Watched, manager: Manager, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    told = {"NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": str(60 * SECOND)}
    watched.daemon(env={**told, **wrapped_git(tmp_path, f'env >>"{seen}"')})
    manager.await_("READY=1")
    assert "HOME=" in seen.read_text() and "NOTIFY_SOCKET" not in seen.read_text() and "WATCHDOG" not in seen.read_text()


def test_half_the_period_is_kept_and_only_for_the_process_that_is_meant(manager: Manager) -> None:
    asked = {"NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": str(SECOND)}
    source: queue.SimpleQueue[str] = queue.SimpleQueue()
    one = ServiceManager({**asked, "WATCHDOG_PID": str(os.getpid())})
    for _ in range(100):  # however often the loop goes round
        one.alive()
    source.put("word")
    assert one.wait(source) == "word"
    manager.listen()
    assert manager.messages == ["WATCHDOG=1"]
    time.sleep(0.5)
    one.alive()
    ServiceManager({**asked, "WATCHDOG_PID": "1"}).alive()
    manager.listen()
    assert manager.messages == ["WATCHDOG=1"] * 2


def test_a_manager_that_is_not_there_or_does_not_listen_is_no_trouble(tmp_path: Path) -> None:
    for name in ("", "relative", "vsock:2:9", str(tmp_path / "none"), "/" + "x" * 300, "@" + "x" * 300, "@"):
        for period in ("", "0", "x", "-5", "60000000"):
            one = ServiceManager({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": period})
            one.say("READY=1")
            one.alive()
