"""Modules that the working directory or a PYTHON* variable names are not run: by no verb, hook, daemon, service, helper or new version."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from handoffd.daemon.alarm import steady
from handoffd.daemon.slow_filesystems import Remotes
from handoffd.files.isolation import python
from handoffd.model.watch_state import WatchState
from handoffd.setup.service_units import unit
from tests.hostile import verbs
from tests.hostile.surroundings import Surroundings
from tests.support import Repo, wait_for
from tests.watched import Watched

TOP = Path(__file__).resolve().parent.parent.parent
HANDOFFD = Path(sys.executable).parent / "handoffd"


@pytest.fixture
def around(watched: Watched, tmp_path: Path) -> Surroundings:
    """A watched project with modules of its own, and variables that lead to more."""
    one = Surroundings.armed(tmp_path / "around", watched.repo.root)
    watched.repo.commit("feat: modules of its own")
    return one


def said(around: Surroundings, *words: str | Path, env: Mapping[str, str]) -> str:
    done = subprocess.run(
        words, cwd=around.work, env={**os.environ, **env}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode in (0, 1) and "Traceback" not in done.stderr and "bug" not in done.stderr, f"{words}: {done.stderr}"
    return done.stdout


def test_the_canaries_are_alive(around: Surroundings) -> None:
    silent = [song for song, words, env in around.controls() if song not in around.songs_of(*words, env=env)]
    assert not silent


def test_the_installed_script_is_the_one_of_this_tree() -> None:
    assert HANDOFFD.read_text() == (TOP / "shell" / "handoffd").read_text(), "make venv installs it again"


def test_no_verb_runs_them(around: Surroundings) -> None:
    for line in verbs.LINES:
        said(around, HANDOFFD, *line.split(), env=around.variables)
        assert not around.songs(), line


def test_no_other_library_is_taken(around: Surroundings) -> None:
    for line in verbs.FEW:
        said(around, HANDOFFD, *line.split(), env=around.other_home)
        assert not around.songs(), line


def test_no_hook_runs_them(around: Surroundings, watched: Watched, tmp_path: Path) -> None:
    Repo.create(tmp_path / "far", "--bare")
    spool = watched.repo.root / ".git" / "handoffd" / "spool"
    watched.handoffd("flush")
    watched.repo.git("commit", "-q", "--allow-empty", "-m", "feat: one more", env=around.variables)
    assert "post-commit" in spool.read_text()
    before = {file: file.stat().st_mtime_ns for file in watched.files()}
    watched.repo.git("push", "-q", str(tmp_path / "far"), "main", env=around.variables)
    wait_for(lambda: {file: file.stat().st_mtime_ns for file in watched.files()} != before, 60)
    assert not around.songs()


def works(around: Surroundings, watched: Watched) -> None:
    """The daemon sees a commit, writes when asked, and no canary sang."""
    oid = watched.repo.commit("feat: seen by the daemon")
    wait_for(lambda: watched.seen_by_the_daemon(oid), 60)
    pid = watched.status()["daemon"]["pid"]
    before = len(watched.files())
    os.kill(pid, signal.SIGUSR1)
    wait_for(lambda: len(watched.files()) > before, 60)
    assert not around.songs()


def test_the_daemon_that_start_starts_runs_none(around: Surroundings, watched: Watched) -> None:
    said(around, HANDOFFD, "start", "--no-service", env=around.variables)
    works(around, watched)
    said(around, HANDOFFD, "restart", env=around.variables)
    works(around, watched)
    said(around, HANDOFFD, "stop", env=around.variables)
    assert not around.songs()


def test_a_service_manager_with_these_variables_starts_none(around: Surroundings, watched: Watched) -> None:
    """As systemd does: the words of ExecStart, and the variables that were imported into the manager."""
    (command,) = [line.partition("=")[2] for line in unit(HANDOFFD, {}).splitlines() if line.startswith("ExecStart=")]
    with (watched.home / "daemon.err").open("ab") as log:
        daemon = subprocess.Popen(["sh", "-c", f"exec {command}"], cwd=around.work, env={**os.environ, **around.variables}, stdout=log, stderr=log)
    watched.daemons.append(daemon)
    wait_for(lambda: watched.runs(daemon.pid), 60)
    works(around, watched)
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(60) == 0 and not around.songs()


def test_the_helper_for_slow_file_systems_runs_none(around: Surroundings, watched: Watched) -> None:
    told: list[str] = []
    due: list[float] = []
    remotes = Remotes({**os.environ, **around.variables}, due.append, told.append, 3600.0)
    before = watched.journalled("commit")
    watched.repo.commit("feat: seen by the helper")
    remotes.keep([watched.repo.root])
    wait_for(lambda: watched.journalled("commit") > before, 60)

    def over() -> bool:
        remotes.ring()
        return due[-1] > steady() + 1800

    wait_for(over, 60, every=0.1)
    assert set(remotes.states().values()) == {WatchState.DEGRADED} and not told and not around.songs()


def test_python_dash_m_starts_again_isolated(around: Surroundings) -> None:
    """What runs before that is not promised: here no module is named that Python itself loads."""
    for name in ("sitecustomize.py", "usercustomize.py", "handoffd/__init__.py", "handoffd/__main__.py", "__future__.py"):
        (around.folder / "path" / name).unlink()
    (around.folder / "path" / "handoffd").rmdir()
    variables = {**around.variables, "PYTHONPATH": str(around.folder / "path"), "PYTHONSAFEPATH": "1"}
    words = (sys.executable, "-m", "handoffd", "run", "--", "sh", "-c", 'tr "\\0" " " </proc/$PPID/cmdline; echo; echo "$PYTHONPATH"')
    assert said(around, *words, env=variables).splitlines() == [f"{sys.executable} -I {' '.join(words[1:])} ", variables["PYTHONPATH"]]
    assert said(around, sys.executable, "-m", "handoffd", "flush", "-m", "words", env=variables)
    assert not around.songs()


def test_our_own_python_is_isolated() -> None:
    assert python("-c", "pass") == [sys.executable, "-I", "-c", "pass"]
