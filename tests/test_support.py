"""The fixtures keep what they promise."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from handoffd.files.crash_points import VARIABLE
from tests import forked
from tests.conftest import end_daemon, held
from tests.support import Repo, cli, wait_for
from tests.watched import Watched

HOLDER = """
import fcntl, json, os, sys, time
lock = open(sys.argv[1], "a+")
fcntl.lockf(lock, fcntl.LOCK_EX)
lock.write(json.dumps({"pid": os.getpid()}))
lock.flush()
print("held", flush=True)
time.sleep(60)
"""


def test_the_environment_is_the_tests_own(home: Path):
    assert Path.home() == home
    outside = {name for name in os.environ if name.startswith(("GIT_", "XDG_")) and str(home) not in os.environ[name]}
    assert all(name.startswith(("GIT_AUTHOR", "GIT_COMMITTER", "GIT_CONFIG_NOSYSTEM", "GIT_TERMINAL")) for name in outside)


def test_a_commit_has_the_date_and_content_asked_for(repo: Repo):
    oid = repo.commit("feat: one", {"src/a_b.py": "x = 1\n"}, at=1_700_000_000, readme="hello\n")
    assert repo.git("log", "-1", "--format=%H %at %ct %an %s") == f"{oid} 1700000000 1700000000 Ada Author feat: one"
    assert repo.git("ls-files").split() == ["readme", "src/a_b.py"]
    assert repo.read("src/a_b.py") == "x = 1\n"


def test_a_git_that_fails_fails_the_test(repo: Repo):
    with pytest.raises(AssertionError, match="no-such-ref"):
        repo.git("rev-parse", "--verify", "no-such-ref")


def test_a_daemon_is_ended_even_when_it_hears_nobody(home: Path):
    lock = home / ".local/state/handoffd/host/daemon.lock"
    lock.parent.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        assert held(lock)
        end_daemon(lock)
        assert holder.wait(10) != 0
    assert not held(lock)


def test_waiting_is_bounded():
    with pytest.raises(AssertionError, match="nothing after"):
        wait_for(lambda: False, seconds=0.05)


ODD = "caf\udce9 日"


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--json"),
        ("log",),
        ("--version",),
        ("nonsense",),
        ("status", "--help"),
        ("log", "--since"),
        ("note", "todo", ODD),
        ("run", "--", "sh", "-c", "cat; echo $PPID >&2; exit 7"),
        (),
    ],
)
def test_a_forked_process_cannot_be_told_from_one_that_was_started(watched: Watched, words: tuple[str, ...]) -> None:
    def said(stdin: str | None) -> list[object]:
        done = cli(*words, cwd=watched.repo.root, env={"HOME": str(watched.home), **variable}, stdin=stdin)
        return [done.returncode, done.stdout, [line for line in done.stderr.splitlines() if not line.isdigit()]]

    watched.handoffd("log")
    variable: dict[str, str] = {}
    assert forked.possible(os.environ, ODD)
    ours = [said(None), said(ODD)]
    variable = {"PYTHONFAULTHANDLER": ""}
    assert not forked.possible({**os.environ, **variable}, ODD)
    assert ours == [said(None), said(ODD)]


def test_a_forked_process_that_is_killed_or_takes_too_long_is_told_as_such(watched: Watched) -> None:
    watched.repo.commit("feat: news")
    assert cli("log", cwd=watched.repo.root, env={VARIABLE: "committed"}).returncode == -signal.SIGKILL
    with pytest.raises(subprocess.TimeoutExpired):
        cli("run", "--", "sleep", "3", cwd=watched.repo.root, timeout=0.3)


def test_forked_processes_run_side_by_side(watched: Watched) -> None:
    """The first can only end when the second one has run."""
    fifo = watched.home / "fifo"
    os.mkfifo(fifo)
    with ThreadPoolExecutor(2) as pool:
        reader = pool.submit(cli, "run", "--", "cat", str(fifo), cwd=watched.home)
        assert cli("run", "--", "sh", "-c", f"echo met >'{fifo}'", cwd=watched.home).returncode == 0
        assert reader.result().stdout == "met\n"
