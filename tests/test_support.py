"""The fixtures keep what they promise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import end_daemon, held
from tests.support import Repo, wait_for

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
