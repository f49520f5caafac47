"""Watchers as processes, ours and others, behind one set of questions. Nothing is mocked: one that is not here is skipped by name.

with start(kind, root, home) as watcher:     when it returns the watcher watches; `watcher.ready` says how long that took
    watcher.paths()                          the paths of files it has told of since, relative to root
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import process

SCRIPTS = Path(__file__).resolve().parent / "watchers"
PATIENCE = 120.0


class Missing(Exception):
    """A contender is not on this machine; the message says which and why."""


class Watcher(ABC):
    """One running watcher. `ready`: seconds from the start of the process to watching."""

    name: str
    pid: int
    ready: float

    def __init__(self, root: Path, home: Path) -> None:
        self.root, self.home = root, home
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def begin(self) -> None: ...

    @abstractmethod
    def paths(self) -> set[str]: ...

    def end(self) -> None:
        """Also of one that did not come to watch."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


class Script(Watcher):
    """One of ours around a library: reports when asked by a signal."""

    package: str

    def begin(self) -> None:
        if importlib.util.find_spec(self.package) is None:
            raise Missing(f"{self.name}: not installed (pip install {self.package})")
        self._report = self.home / "report.json"
        began = time.monotonic()
        with (self.home / "stderr").open("wb") as err:
            command = [sys.executable, str(SCRIPTS / f"plain_{self.package}.py"), str(self.root), str(self._report)]
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err)
        assert self._process.stdout is not None
        if self._process.stdout.readline() != b"READY\n":
            raise Missing(f"{self.name}: {(self.home / 'stderr').read_text()[-200:]}")
        self.ready, self.pid = time.monotonic() - began, self._process.pid

    def seen(self) -> dict[str, float]:
        """Absolute path -> monotonic time at which it was first told."""
        self._report.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        wait(self._report.exists)
        return dict(json.loads(self._report.read_text()))

    def paths(self) -> set[str]:
        return {os.path.relpath(path, self.root) for path in self.seen()}


class Watchdog(Script):
    name, package = "watchdog", "watchdog"


class Watchfiles(Script):
    name, package = "watchfiles", "watchfiles"


class Watchman(Watcher):
    """Its server, asked over its socket. Ignored folders are named to it, as a user would."""

    name = "watchman"

    def begin(self) -> None:
        if not shutil.which("watchman"):
            raise Missing("watchman: not on PATH (Debian: apt install watchman)")
        (self.root / ".git" / "info" / "exclude").write_text(".watchmanconfig\n")
        (self.root / ".watchmanconfig").write_text(json.dumps({"ignore_dirs": ["node_modules", ".venv"]}))
        self._socket = self.home / "sock"
        began = time.monotonic()
        words = ["watchman", "-f", "-U", str(self._socket), "-o", str(self.home / "log"), f"--statefile={self.home / 'state'}"]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait(self._socket.exists)
        self.ask(["watch", str(self.root)])
        self._clock = self.ask(["clock", str(self.root), {"sync_timeout": 60_000}])["clock"]
        self.ready, self.pid = time.monotonic() - began, self._process.pid

    def ask(self, command: list[object]) -> dict[str, object]:
        """One command, one answer."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(PATIENCE)
            link.connect(str(self._socket))
            link.sendall(json.dumps(command).encode() + b"\n")
            with link.makefile("rb") as answer:
                return dict(json.loads(answer.readline()))

    def paths(self) -> set[str]:
        query = {"since": self._clock, "fields": ["name"], "expression": ["type", "f"], "sync_timeout": 60_000}
        names = self.ask(["query", str(self.root), query])["files"]
        assert isinstance(names, list)
        return {name for name in names if not name.startswith(".git/")}


class Fsmonitor(Watcher):
    """git's own daemon, of a git that has one for this system."""

    name = "git fsmonitor"

    def begin(self) -> None:
        named = [*os.environ.get("HANDOFFD_TEST_GITS", "").split(":"), shutil.which("git") or ""]
        git = next((git for git in named if git and _monitors(git)), None)
        if git is None:
            raise Missing("git fsmonitor: no git here has one for this system (HANDOFFD_TEST_GITS=/path/to/git:... names others; since 2.55)")
        began = time.monotonic()
        with (self.home / "stderr").open("wb") as err:
            self._process = subprocess.Popen([git, "-C", str(self.root), "fsmonitor--daemon", "run"], stdout=err, stderr=err)
        status = [git, "-C", str(self.root), "fsmonitor--daemon", "status"]
        wait(lambda: self._process.poll() is not None or subprocess.run(status, capture_output=True, check=False).returncode == 0, every=0.01)
        if self._process.poll() is not None:
            raise Missing(f"git fsmonitor: {(self.home / 'stderr').read_text().strip()[-160:]}")
        self.ready, self.pid = time.monotonic() - began, self._process.pid

    def paths(self) -> set[str]:
        raise NotImplementedError("it tells git alone")


def _monitors(git: str) -> bool:
    try:
        said = subprocess.run([git, "version", "--build-options"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return "fsmonitor--daemon" in said


def wait(condition: object, seconds: float = PATIENCE, every: float = 0.002) -> None:
    """Until it is true; TimeoutError."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"nothing after {seconds:.0f} s")
        time.sleep(every)


@contextmanager
def start(kind: type[Watcher], root: Path, top: Path) -> Iterator[Watcher]:
    """A watcher with a home of its own below `top`, ended at the end. Raises Missing."""
    watcher = kind(root, Path(mkdtemp(dir=top)))
    try:
        watcher.begin()
        yield watcher
    finally:
        watcher.end()


__all__ = ["Fsmonitor", "Missing", "Watchdog", "Watcher", "Watchfiles", "Watchman", "process", "start", "wait"]
