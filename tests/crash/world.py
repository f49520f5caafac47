"""A repository with a bare remote and processes of handoffd around it that may be killed at any moment."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handoffd.files.crash_points import VARIABLE
from tests.support import Repo, environment, wait_for

IDLE = 1.0
GAP = 2 * IDLE
PATIENCE = 60.0


class Launcher:
    """The process that forks handoffd processes: see launcher.py."""

    def __init__(self) -> None:
        words = [sys.executable, "-m", "tests.crash.launcher"]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=Path(__file__).parents[2])

    def ask(self, request: Mapping[str, Any]) -> int:
        """One request, one number back."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


@dataclass
class Process:
    """A running handoffd. `began` and `ended` are epoch seconds; `code` is None while it was not waited for."""

    pid: int
    words: tuple[str, ...]
    out: Path
    err: Path
    began: float
    ended: float = 0.0
    code: int | None = None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it; it was not waited for, so that its number is still its own."""
        os.kill(self.pid, number)


class World:
    """Everything of one seed lies under `home`. Each process's stderr is kept, for tracebacks to be found in."""

    def __init__(self, launcher: Launcher, home: Path) -> None:
        self.launcher, self.home = launcher, home
        self.env = environment(home)
        self.repo = Repo.create(home / "repo")
        self.remote = home / "remote.git"
        self.daemon: Process | None = None
        self.lives: list[tuple[float, float]] = []
        self.kills = 0
        self.placed: Counter[str] = Counter()
        self._number = 0
        config = home / ".config/handoffd/config.yaml"
        config.parent.mkdir(parents=True)
        config.write_text(f"idle: {IDLE:.0f}s\nsession_gap: {GAP:.0f}s\n")

    def begin(self) -> None:
        """One commit, a remote, `init`."""
        self.repo.git("init", "-q", "--bare", str(self.remote))
        self.repo.git("remote", "add", "origin", str(self.remote))
        self.repo.git("config", "gc.auto", "0")
        self.repo.commit("chore: start", {"src/f0.py": "def f0():\n    return 0\n", ".gitignore": "test-results/\n"})
        assert self.call("init").code == 0

    def start(self, *words: str, cwd: Path | None = None, kill_at: str = "") -> Process:
        """Start handoffd; `kill_at` names the point where it is to die."""
        self._number += 1
        out, err = (self.home / f"{self._number}.{name}" for name in ("out", "err"))
        env = {**self.env, **({VARIABLE: kill_at} if kill_at else {})}
        request = {"words": words, "env": env, "cwd": str(cwd or self.repo.root), "out": str(out), "err": str(err)}
        return Process(self.launcher.ask(request), words, out, err, time.time())

    def lasts(self, process: Process, seconds: float) -> bool:
        """Whether it still runs after so long; returns as soon as it ends."""
        handle = os.pidfd_open(process.pid)
        try:
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            return not poll.poll(seconds * 1000)
        finally:
            os.close(handle)

    def wait(self, process: Process, seconds: float = PATIENCE) -> Process:
        """Wait for its end; -9 counts as a kill. AssertionError when it does not end in time."""
        if process.code is None:
            assert not self.lasts(process, seconds), f"{process.words} still runs after {seconds} s"
            process.code = self.launcher.ask({"wait": process.pid})
            process.ended = time.time()
            self.kills += process.code == -signal.SIGKILL
        return process

    def call(self, *words: str, cwd: Path | None = None, kill_at: str = "") -> Process:
        """Start handoffd and wait for its end. A point that it dies at is a placed kill."""
        done = self.wait(self.start(*words, cwd=cwd, kill_at=kill_at))
        if kill_at and done.code == -signal.SIGKILL:
            self.placed[kill_at.partition(":")[0]] += 1
        return done

    def kill(self, process: Process) -> Process:
        """`kill -9`, now."""
        if process.code is None:
            process.signal(signal.SIGKILL)
        return self.wait(process)

    def start_daemon(self, kill_at: str = "") -> Process:
        self.daemon = self.start("daemon", cwd=self.home, kill_at=kill_at)
        return self.daemon

    def kill_daemon(self) -> None:
        if self.daemon is not None:
            gone = self.kill(self.daemon)
            self.lives.append((gone.began, gone.ended))
            self.daemon = None

    def daemon_is_ready(self) -> bool:
        """Whether the daemon has told of itself: from there on it hears signals."""
        files = list(self.home.glob(".local/state/handoffd/*/runtime.json"))
        return bool(files and self.daemon and json.loads(files[0].read_text() or "{}").get("pid") == self.daemon.pid)

    def await_daemon(self) -> bool:
        """Wait until it is ready or dead; whether it lives."""
        daemon = self.daemon
        assert daemon is not None
        wait_for(lambda: self.daemon_is_ready() or not self.lasts(daemon, 0), seconds=PATIENCE)
        return self.lasts(daemon, 0)

    def strangers(self) -> list[int]:
        """Processes of this world that hooks started and nobody waits for."""
        mark, found = f"HOME={self.home}\0".encode(), []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes() + b"\0" and int(folder.name) != os.getpid():
                    found.append(int(folder.name))
            except OSError:
                continue  # gone, or somebody else's
        own = {self.daemon.pid} if self.daemon else set()
        return [pid for pid in found if pid not in own]

    def complaints(self) -> list[str]:
        """Tracebacks and bugs that any process has shown."""
        texts = ((file, file.read_text(errors="replace")) for file in self.home.glob("*.err"))
        return [f"{file.name}: {text[-1500:]}" for file, text in texts if "Traceback" in text or "a bug, not your mistake" in text]

    def close(self) -> None:
        self.kill_daemon()
        wait_for(lambda: not self.strangers(), seconds=PATIENCE)
