"""Killed under a supervisor that starts it again, the daemon loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

from tests.support import wait_for
from tests.watched import Watched

# What Restart=on-failure does.
SUPERVISOR = 'until "$@"; do :; done'
KILLS = 20 if os.environ.get("HANDOFFD_NIGHTLY") else 3


def test_kill_9_under_a_supervisor_comes_back_and_loses_nothing(watched: Watched) -> None:
    command = ["sh", "-c", SUPERVISOR, "sh", sys.executable, "-m", "handoffd", "daemon"]
    with (watched.home / "daemon.err").open("ab") as log:
        supervisor = subprocess.Popen(command, cwd=watched.home, stdout=log, stderr=log)

    def other_than(pid: int) -> int:
        """The pid of the daemon that runs now, 0 while that is none or the one that was killed."""
        found = next(watched.home.glob(".local/state/handoffd/*/runtime.json"), None)
        now = json.loads(found.read_text())["pid"] if found else pid
        return 0 if now == pid else int(now)

    pid = wait_for(lambda: other_than(0), seconds=30)
    oids = []
    for number in range(KILLS):
        oids.append(watched.repo.commit(f"feat: before kill {number}"))
        os.kill(pid, signal.SIGKILL)
        oids.append(watched.repo.commit(f"feat: after kill {number}"))
        killed = pid
        pid = wait_for(lambda killed=killed: other_than(killed), seconds=30)
    os.kill(pid, signal.SIGTERM)
    assert supervisor.wait(30) == 0  # a wished end is no failure
    found = [event for event in watched.events("commit") if event["data"]["new"] in oids]
    assert [event["data"]["new"] for event in found] == oids and {event["by"] for event in found} == {"daemon"}
    assert watched.movements() == [tuple(line) for line in watched.reflog()]
