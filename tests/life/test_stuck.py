"""A daemon that stands still, and what stands still around it."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import Repo, cli, wait_for
from tests.watched import Watched

BOUND = 60
COMMITS, PUSHES = (100, 20) if os.environ.get("HANDOFFD_NIGHTLY") else (25, 5)

IN_A_TRANSACTION = """
import os, signal, time
from handoffd.daemon.service import Service
import handoffd.pipeline.ingest as ingest
keep = ingest._keep
def stand_still(*args):
    keep(*args)
    if os.path.exists("stand-still"):
        os.remove("stand-still")
        os.kill(os.getpid(), signal.SIGSTOP)
ingest._keep = stand_still
Service(os.environ, lambda text: print(text, flush=True), {}).run()
"""

LOOKS_OFTEN = """
import os
import handoffd.daemon.slow_filesystems as remote
from handoffd.daemon.service import Service
remote.PATIENCE = 3.0
Service(os.environ, lambda text: print(text, flush=True), {}, scan_every=0.5).run()
"""


def is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@pytest.fixture
def stopped(watched: Watched, request: pytest.FixtureRequest) -> subprocess.Popen[bytes]:
    """A daemon that was stopped: anywhere, or inside its write transaction."""
    if request.param == "anywhere":
        daemon = watched.daemon()
        daemon.send_signal(signal.SIGSTOP)
    else:
        daemon = watched.daemon(script=IN_A_TRANSACTION)
        (watched.home / "stand-still").touch()
        watched.repo.commit("feat: half written")
    wait_for(lambda: is_stopped(daemon.pid), seconds=BOUND)
    return daemon


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="sees in /proc that a process stands still")
@pytest.mark.parametrize("stopped", ["anywhere", "inside its transaction"], indirect=True)
def test_verbs_work_beside_a_stopped_daemon_and_all_is_kept(watched: Watched, stopped: subprocess.Popen[bytes]) -> None:
    oid = watched.repo.commit("feat: while it stood still", {"a.py": "def a():\n    pass\n"})
    idle = min(_seconds("--version", cwd=watched.home) for _ in range(3))
    took = {word[0]: _seconds(*word, cwd=watched.repo.root) for word in (("note", "gotcha", "the daemon stands still"), ("log",))}
    # A flush waits longer: it closes the session, and ends with 1 where that cannot be done.
    assert cli("flush", cwd=watched.repo.root).returncode in (0, 1)
    # Three seconds, and what starting the interpreter costs on this machine at this moment, twice over for its moods.
    assert all(seconds < 3 + 3 * max(1.0, idle) for seconds in took.values()), (idle, took)
    text = watched.files()[0].read_text()
    assert "feat: while it stood still" in text and "the daemon stands still" in text
    stopped.send_signal(signal.SIGCONT)
    wait_for(lambda: oid in [event["data"]["new"] for event in watched.events("commit")], seconds=BOUND)
    wait_for(lambda: [event["data"]["text"] for event in watched.events("note")] == ["the daemon stands still"], seconds=BOUND)
    assert watched.movements() == [tuple(line) for line in watched.reflog()]


def _seconds(*words: str, cwd: Path) -> float:
    began = time.monotonic()
    done = cli(*words, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - began


def test_a_stopped_daemon_misses_no_commit_and_no_push(watched: Watched, pushed: Callable[[], None]) -> None:
    pushed()
    daemon = watched.daemon()
    daemon.send_signal(signal.SIGSTOP)
    for number in range(COMMITS):
        watched.repo.commit(f"feat: {number}")
        if number % (COMMITS // PUSHES) == 0:
            watched.repo.git("push", "-q", "origin", "main")
    daemon.send_signal(signal.SIGCONT)
    assert watched.movements() == [tuple(line) for line in watched.reflog()]
    ends = [
        line.split(" ")[1] for line in watched.repo.path(".git/logs/refs/remotes/origin/main").read_text().splitlines() if "update by push" in line
    ]
    assert [event["data"]["new"] for event in watched.events("push")] == ends and len(ends) == PUSHES + 1


def test_a_stopped_daemon_hears_that_it_is_to_end(watched: Watched) -> None:
    """The kernel gives the signal to any of its threads, and most of them do not listen."""
    daemon = watched.daemon()
    daemon.send_signal(signal.SIGSTOP)
    wait_for(lambda: is_stopped(daemon.pid), seconds=BOUND)
    assert cli("stop").stdout == "the daemon has ended\n"
    assert daemon.wait(30) == 0


def test_a_stderr_that_nobody_reads_holds_nothing_up(watched: Watched) -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb"), os.fdopen(writer, "wb") as end:
        os.set_blocking(writer, False)
        with pytest.raises(BlockingIOError):
            while True:
                os.write(writer, b"x" * 4096)  # full before it begins
        os.set_blocking(writer, True)
        daemon = subprocess.Popen([sys.executable, "-m", "handoffd", "daemon"], stderr=end, cwd=watched.home)
        watched.daemons.append(daemon)
        for number in range(3):
            oid = watched.repo.commit(f"feat: unheard {number}")
            os.kill(daemon.pid, signal.SIGUSR1) if watched.runs(daemon.pid) else None
            wait_for(lambda oid=oid: watched.seen_by_the_daemon(oid), seconds=BOUND, every=0.5)  # type: ignore[misc]
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(30) == 0


def test_a_daemon_without_descriptors_goes_on_when_they_are_back_and_says_it_once(watched: Watched) -> None:
    daemon = watched.daemon()
    oid = watched.repo.commit("feat: before")
    wait_for(lambda: watched.seen_by_the_daemon(oid), seconds=BOUND, every=0.5)
    before = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (3, before[1]))
    for number in range(3):
        watched.repo.write(f"file{number}.txt", "x\n")
        watched.repo.commit(f"feat: without {number}")
    wait_for(lambda: "Too many open files" in watched.said, seconds=BOUND)
    time.sleep(2)  # several of its own new attempts
    assert daemon.poll() is None, watched.said
    resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, before)
    oid = watched.repo.commit("feat: after")
    wait_for(lambda: watched.seen_by_the_daemon(oid), seconds=BOUND, every=0.5)
    assert watched.movements() == [tuple(line) for line in watched.reflog()]
    wait_for(lambda: watched.worktree_state() == "" and not watched.status()["trouble"], seconds=BOUND, every=0.5)
    # Once of the worktree, once of the file for `status`, however often it was tried.
    told = [line for line in watched.said.splitlines() if "Too many open files" in line]
    assert len(told) <= 2 and sum(f" {watched.repo.root}: " in line for line in told) <= 1, watched.said
    assert all("(close some programs" in line for line in told), watched.said
    assert "Traceback" not in watched.said, watched.said


def test_a_file_system_that_hangs_holds_up_its_own_worktree_alone(watched: Watched, hanging: subprocess.Popen[bytes], tmp_path: Path) -> None:
    remote = Repo.create(tmp_path / "mount" / "remote")
    remote.commit("chore: far away", {"a.py": "x = 1\n"})
    watched.handoffd("init", cwd=remote.root)
    daemon = watched.daemon(script=LOOKS_OFTEN)

    def state() -> str:
        runtime = json.loads((watched.state / "runtime.json").read_text())
        return str(runtime["worktrees"][str(remote.root)]["state"])

    assert state() == "degraded: polling"
    remote.commit("feat: seen from afar")
    wait_for(lambda: watched.journalled("commit", remote.root) == 2, seconds=BOUND, every=0.5)
    hanging.send_signal(signal.SIGSTOP)
    wait_for(lambda: state() == "not answering", seconds=BOUND, every=0.2)
    near = watched.repo.commit("feat: near by")
    wait_for(lambda: watched.seen_by_the_daemon(near), seconds=BOUND, every=0.5)
    assert "not answering" in [worktree["state"] for worktree in watched.status()["worktrees"]]  # nor does `status` wait
    os.kill(daemon.pid, signal.SIGHUP)
    near = watched.repo.commit("feat: after a reload")
    wait_for(lambda: watched.seen_by_the_daemon(near), seconds=BOUND, every=0.5)
    hanging.send_signal(signal.SIGCONT)
    wait_for(lambda: state() == "degraded: polling", seconds=BOUND, every=0.2)
    remote.commit("feat: there again")
    wait_for(lambda: watched.journalled("commit", remote.root) == 3, seconds=BOUND, every=0.5)
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(30) == 0
