"""An upgrade under a daemon that runs, in the midst of work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from handoffd.daemon.lifecycle import running
from tests.install.conftest import NEXT, run, wheel_of
from tests.support import wait_for
from tests.watched import Watched

LATER = 30 if os.environ.get("HANDOFFD_NIGHTLY") else 8


def test_a_running_daemon_becomes_the_new_version_and_no_event_is_lost(watched: Watched, tmp_path: Path, house: Path) -> None:
    venv = tmp_path / "v env"
    run(sys.executable, "-m", "venv", "--without-pip", venv)

    def install(version: str = "") -> None:
        offline = ["--quiet", "--no-index", "--find-links", str(house), "--upgrade"]
        run(sys.executable, "-m", "pip", "--python", str(venv), "install", *offline, str(wheel_of(house, version)), cwd=tmp_path)

    install()
    with (watched.home / "daemon.err").open("ab") as log:
        daemon = subprocess.Popen([venv / "bin" / "handoffd", "daemon"], cwd=watched.home, stdout=log, stderr=log)
    watched.daemons.append(daemon)
    wait_for(lambda: list(watched.home.glob(".local/state/handoffd/*/runtime.json")), seconds=30)
    state, free, over = watched.state, [], threading.Event()

    def look_at_the_lock() -> None:
        while not over.wait(0.002):
            found = running(state)
            if found is None or found.pid != daemon.pid:
                free.append(found)

    looker = threading.Thread(target=look_at_the_lock)
    looker.start()
    oids = [watched.repo.commit("feat: before")]
    upgrade = threading.Thread(target=install, args=(NEXT,))
    upgrade.start()
    while upgrade.is_alive():
        oids.append(watched.repo.commit(f"feat: during {len(oids)}"))
        os.kill(daemon.pid, signal.SIGHUP)
        upgrade.join(0.05)

    def version() -> str:
        """Of the daemon that runs; each question is a wake-up, and must kill nobody in the midst of the change."""
        os.kill(daemon.pid, signal.SIGHUP)
        oids.append(watched.repo.commit(f"feat: after {len(oids)}"))
        found = running(state)
        return found.version if found else ""

    wait_for(lambda: version() == NEXT, seconds=60, every=0.2)
    oids += [watched.repo.commit(f"feat: later {number}") for number in range(LATER)]
    wait_for(lambda: oids[-1] in watched.state.parent.parent.parent.parent.name or _last(watched) == oids[-1], seconds=60)
    over.set()
    looker.join()
    assert not free
    assert daemon.poll() is None
    found = [event for event in watched.events("commit") if event["data"]["new"] in oids]
    assert [event["data"]["new"] for event in found] == oids
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(30) == 0, (watched.home / "daemon.err").read_text()


def _last(watched: Watched) -> str:
    return str(watched.events("commit")[-1]["data"]["new"])


def test_a_broken_upgrade_leaves_the_daemon_at_work(watched: Watched, tmp_path: Path, house: Path) -> None:
    venv = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", venv)
    offline = ["--quiet", "--no-index", "--find-links", str(house)]
    run(sys.executable, "-m", "pip", "--python", str(venv), "install", *offline, str(wheel_of(house)), cwd=tmp_path)
    with (watched.home / "daemon.err").open("ab") as log:
        daemon = subprocess.Popen([venv / "bin" / "handoffd", "daemon"], cwd=watched.home, stdout=log, stderr=log)
    watched.daemons.append(daemon)
    wait_for(lambda: list(watched.home.glob(".local/state/handoffd/*/runtime.json")), seconds=30)
    package = next(venv.glob("lib/*/site-packages/handoffd"))
    (package / "daemon" / "service.py").rename(package / "daemon" / "service.away")
    (package / "__init__.py").write_text('__version__ = "9.9"\n')
    daemon.send_signal(signal.SIGHUP)
    wait_for(lambda: "cannot run" in json.dumps(watched.status()["trouble"]), seconds=60)
    oid = watched.repo.commit("feat: still seen")
    wait_for(lambda: [event for event in watched.events("commit") if event["data"]["new"] == oid and event["by"] == "daemon"], seconds=60)
    assert daemon.poll() is None
