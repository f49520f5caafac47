"""A watched repository and a real daemon."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import Repo, cli, wait_for


class Watched:
    """A repository that is watched, asked through the command line alone."""

    def __init__(self, repo: Repo, home: Path) -> None:
        self.repo, self.home = repo, home
        self.daemons: list[subprocess.Popen[bytes]] = []

    def handoffd(self, *words: str, cwd: Path | None = None) -> str:
        done = cli(*words, cwd=cwd or self.repo.root)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def configure(self, text: str) -> None:
        file = self.home / ".config" / "handoffd" / "config.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def daemon(self) -> subprocess.Popen[bytes]:
        """A daemon in the foreground; returns once it holds its lock."""
        log = (self.home / "daemon.err").open("ab")
        process = subprocess.Popen([sys.executable, "-m", "handoffd", "daemon"], cwd=self.home, stdout=log, stderr=log)
        log.close()
        self.daemons.append(process)
        wait_for(lambda: self._runs(process.pid), seconds=15)
        return process

    def _runs(self, pid: int) -> bool:
        files = list(self.home.glob(".local/state/handoffd/*/runtime.json"))
        return bool(files) and json.loads(files[0].read_text() or "{}").get("pid") == pid

    def events(self, *kinds: str, cwd: Path | None = None) -> list[dict[str, Any]]:
        lines = self.handoffd("log", "--json", *(word for kind in kinds for word in ("--kind", kind)), cwd=cwd).splitlines()
        return [json.loads(line) for line in lines]

    def files(self, root: Path | None = None) -> list[Path]:
        """Handoff files, oldest first."""
        return sorted((root or self.repo.root).glob(".claude/handoff-*.md"), key=lambda file: file.stat().st_mtime_ns)

    def movements(self, cwd: Path | None = None) -> list[tuple[str, str]]:
        return [(e["data"]["old"], e["data"]["new"]) for e in self.events(cwd=cwd) if e["data"].get("ref") == "HEAD"]

    def reflog(self, git_dir: str = ".git") -> list[tuple[str, ...]]:
        lines = (self.repo.root / git_dir / "logs/HEAD").read_text().splitlines()
        return [tuple(line.split(" ", 2)[:2]) for line in lines]


@pytest.fixture
def watched(repo: Repo, home: Path) -> Iterator[Watched]:
    """One commit, then `init`."""
    repo.commit("chore: start", {"README.md": "start\n"})
    one = Watched(repo, home)
    one.handoffd("init")
    yield one
    for process in one.daemons:
        if process.poll() is None:
            os.kill(process.pid, 18)
            process.kill()
        process.wait()


@pytest.fixture
def pushed(watched: Watched, tmp_path: Path) -> Callable[[], None]:
    """Gives the repository a bare remote that main follows."""
    bare = tmp_path / "origin.git"

    def make() -> None:
        watched.repo.git("init", "-q", "--bare", str(bare))
        watched.repo.git("remote", "add", "origin", str(bare))
        watched.repo.git("push", "-q", "-u", "origin", "main")

    return make
