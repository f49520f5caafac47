"""An upgrade under a daemon that runs, in the midst of work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from handoffd.daemon.lifecycle import running
from tests.hostile.surroundings import Surroundings
from tests.install.conftest import NEXT, TOP, build, run, wheel_of
from tests.support import wait_for
from tests.watched import Watched

LATER = 30 if os.environ.get("HANDOFFD_NIGHTLY") else 5


class Installed:
    """An environment of its own in which a daemon runs."""

    def __init__(self, watched: Watched, where: Path, house: Path) -> None:
        self.venv, self._house, self._watched = where / "v env", house, watched
        run(sys.executable, "-m", "venv", "--without-pip", self.venv)

    def install(self, wheel: Path) -> None:
        offline = ["--quiet", "--no-index", "--find-links", str(self._house), "--force-reinstall"]
        run(sys.executable, "-m", "pip", "--python", str(self.venv), "install", *offline, str(wheel), cwd=self.venv)

    def daemon(self, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> subprocess.Popen[bytes]:
        with (self._watched.home / "daemon.err").open("ab") as log:
            daemon = subprocess.Popen(
                [self.venv / "bin" / "handoffd", "daemon"], cwd=cwd or self.venv, env={**os.environ, **(env or {})}, stdout=log, stderr=log
            )
        self._watched.daemons.append(daemon)
        wait_for(lambda: list(self._watched.home.glob(".local/state/handoffd/*/runtime.json")), seconds=60)
        return daemon


@pytest.fixture
def installed(watched: Watched, tmp_path: Path, house: Path) -> Installed:
    return Installed(watched, tmp_path, house)


def upgrade(watched: Watched, installed: Installed, old: Path, new: Path) -> None:
    """Commits all through; the lock is looked at all the time; signals wake the daemon at any moment of the change."""
    installed.install(old)
    daemon = installed.daemon()
    state, free, over = watched.state, [], threading.Event()
    born = running(state)

    def look_at_the_lock() -> None:
        while not over.wait(0.002):
            found = running(state)
            if found is None or found.pid != daemon.pid:
                free.append(found)

    looker = threading.Thread(target=look_at_the_lock)
    looker.start()
    oids = [watched.repo.commit("feat: before")]
    change = threading.Thread(target=installed.install, args=(new,))
    change.start()

    def renewed() -> bool:
        daemon.send_signal(signal.SIGHUP)
        oids.append(watched.repo.commit(f"feat: commit {len(oids)}"))
        found = running(state)
        return not change.is_alive() and born is not None and found is not None and found.since != born.since

    wait_for(renewed, seconds=120, every=0.1)
    oids += [watched.repo.commit(f"feat: later {number}") for number in range(LATER)]
    over.set()
    looker.join()
    assert not free
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(60) == 0, watched.said
    found = [event for event in watched.events("commit") if event["data"]["new"] in oids]
    assert [event["data"]["new"] for event in found] == oids and {event["by"] for event in found} == {"daemon"}


def test_a_running_daemon_becomes_the_new_version_and_no_event_is_lost(watched: Watched, installed: Installed, house: Path) -> None:
    upgrade(watched, installed, wheel_of(house), wheel_of(house, NEXT))
    assert NEXT in run(installed.venv / "bin" / "handoffd", "--version")


def test_a_new_version_takes_no_module_from_the_surroundings(watched: Watched, installed: Installed, house: Path, tmp_path: Path) -> None:
    around = Surroundings.armed(tmp_path / "around", tmp_path / "around" / "work")
    installed.install(wheel_of(house))
    daemon = installed.daemon(around.variables, around.work)
    born = running(watched.state)
    installed.install(wheel_of(house, NEXT))

    def renewed() -> bool:
        daemon.send_signal(signal.SIGHUP)
        found = running(watched.state)
        return born is not None and found is not None and (found.pid, found.version) == (born.pid, NEXT)

    wait_for(renewed, seconds=120, every=0.1)
    oid = watched.repo.commit("feat: seen by the new version")
    wait_for(lambda: watched.seen_by_the_daemon(oid), seconds=60)
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(60) == 0 and not around.songs(), watched.said


@pytest.mark.nightly
def test_the_same_from_the_commit_before(watched: Watched, installed: Installed, house: Path, tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    archive = subprocess.run(["git", "-C", str(TOP), "archive", "HEAD^"], capture_output=True, check=False)
    if archive.returncode:
        pytest.skip("no commit before this one is here")
    subprocess.run(["tar", "-x", "-C", str(before)], input=archive.stdout, check=True)
    upgrade(watched, installed, build(before, tmp_path / "old"), wheel_of(house))


@pytest.mark.parametrize("missing", ["service", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("worktree_work", "scheduler"))])
def test_a_broken_upgrade_leaves_the_daemon_at_work(watched: Watched, installed: Installed, house: Path, missing: str) -> None:
    installed.install(wheel_of(house))
    daemon = installed.daemon()
    loaded = watched.repo.commit("feat: seen by a daemon that has loaded all of itself")
    wait_for(lambda: watched.seen_by_the_daemon(loaded), seconds=60)
    package = next(installed.venv.glob("lib/*/site-packages/handoffd"))
    (package / "daemon" / f"{missing}.py").rename(package / "daemon" / f"{missing}.away")
    (package / "__init__.py").write_text('__version__ = "9.9"\n')
    daemon.send_signal(signal.SIGHUP)
    wait_for(lambda: "cannot run" in json.dumps(watched.status()["trouble"]), seconds=60)
    oid = watched.repo.commit("feat: still seen")
    wait_for(lambda: watched.seen_by_the_daemon(oid), seconds=60)
    assert daemon.poll() is None
