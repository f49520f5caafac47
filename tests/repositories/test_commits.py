"""No commit of the user's fails because handoffd looks: 60 of them, 1,000 at night, with the daemon at work and `status` asked without end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from tests.repositories.ground import NIGHTLY
from tests.support import Repo, cli, wait_for

FILES = 2000
COMMITS = 1000 if NIGHTLY else 60


def test_no_commit_fails_while_the_daemon_looks(git: str, repo: Repo, home: Path) -> None:
    repo.commit("chore: start", {f"src/{number}.py": f"x = {number}\n" for number in range(FILES)})
    assert cli("init", cwd=repo.root).returncode == 0
    config = home / ".config" / "handoffd" / "config.yaml"
    config.parent.mkdir(parents=True)
    config.write_text("idle: 1s\n")
    log = (home / "daemon.err").open("wb")
    daemon = subprocess.Popen([sys.executable, "-m", "handoffd", "daemon"], cwd=home, stdout=log, stderr=log)
    over = threading.Event()
    asker = threading.Thread(target=_ask, args=(repo.root, over))
    try:
        wait_for(lambda: list(home.glob(".local/state/handoffd/*/runtime.json")), seconds=30)
        asker.start()
        failed = [said for number in range(COMMITS) if (said := _commit(repo, number))]
    finally:
        over.set()
        if asker.ident:
            asker.join()
        daemon.terminate()
        daemon.wait(60)
        log.close()
    assert not failed
    told = [json.loads(line)["data"]["new"] for line in cli("log", "--json", "--kind", "commit", cwd=repo.root).stdout.splitlines()]
    assert told == repo.git("rev-list", "--reverse", "HEAD").split()


def _commit(repo: Repo, number: int) -> str:
    """git's words when it fails. Many files are only touched: git would like to write that into the index, which takes it a while."""
    repo.write(f"src/{number}.py", f"x = {number}\ny = {number}\n")
    for touched in range(FILES - 200, FILES):
        repo.path(f"src/{touched}.py").touch()
    for words in (["add", f"src/{number}.py"], ["commit", "-q", "-m", f"feat: {number}"]):
        done = subprocess.run(["git", *words], cwd=repo.root, capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stderr
    return ""


def _ask(root: Path, over: threading.Event) -> None:
    while not over.is_set():
        subprocess.run([sys.executable, "-m", "handoffd", "flush", "--dry-run"], cwd=root, env=os.environ, capture_output=True, check=False)
