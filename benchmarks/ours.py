"""handoffd's daemon as a contender: a user's, with a state folder of its own and one or more initialised repositories."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import process
from contenders import PATIENCE, Watcher, wait
from mktree import IDENTITY, folders, git

from handoffd.files.config import Settings
from handoffd.pipeline.workspace import Workspace, open_place

HANDOFFD = (sys.executable, "-I", "-m", "handoffd")


def environment(home: Path) -> dict[str, str]:
    """The whole environment of its processes: nothing of the user's own, and git's too."""
    folders = {"HOME": home, "XDG_STATE_HOME": home / "state", "XDG_CONFIG_HOME": home / "config"}
    own = {name: str(folder) for name, folder in folders.items()}
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, **IDENTITY, **own}


def handoffd(*words: str, home: Path, cwd: Path | None = None) -> None:
    """One verb; raises CalledProcessError."""
    subprocess.run([*HANDOFFD, *words], cwd=cwd, env=environment(home), check=True, capture_output=True)


class Daemon:
    """A daemon that was started a moment ago. `said(text)` waits for what it tells the service manager."""

    def __init__(self, home: Path, command: Sequence[str] = (*HANDOFFD, "daemon"), more: Mapping[str, str] | None = None) -> None:
        self.home = home
        self._told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._told.bind(str(home / "notify"))
        self._told.settimeout(PATIENCE)
        env = environment(home) | {"NOTIFY_SOCKET": str(home / "notify")} | dict(more or {})
        self.began = time.monotonic()
        with (home / "daemon.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.pid = self.process.pid

    def said(self, text: str) -> float:
        """Seconds from the start until it said that."""
        while text not in self._told.recv(4096).decode():
            pass
        return time.monotonic() - self.began

    def end(self) -> None:
        """As a kill: what it leaves is not the matter here."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self._told.close()
        (self.home / "notify").unlink()


class Ours(Watcher):
    """`ready`: all folders that git does not ignore are watched; `told`: the service manager knows it too."""

    name = "handoffd"
    _daemon: Daemon | None = None

    def begin(self) -> None:
        handoffd("init", str(self.root), home=self.home)
        handoffd("status", home=self.home)
        wanted = folders(self.root)
        self._daemon = Daemon(self.home)
        self.pid = self._daemon.pid
        wait(lambda: process.watches(self.pid) >= wanted, every=0.01)
        self.ready = time.monotonic() - self._daemon.began
        self.told = self._daemon.said("READY=1")

    def place(self) -> Workspace:
        """The worktree with its journal."""
        return open_place(self.root, Settings(), environment(self.home))

    def paths(self) -> set[str]:
        """What the journal says differs from HEAD or is untracked."""
        place = self.place()
        return set(place.journal.rows(place.id))

    def events(self) -> int:
        """How many file events the journal holds."""
        place = self.place()
        return place.journal.count(place.id, 0, ("file",))

    def end(self) -> None:
        if self._daemon is not None:
            self._daemon.end()
        handoffd("uninit", "--purge", str(self.root), home=self.home)


def differing(root: Path) -> set[str]:
    """The paths of `git status`: what a watcher must have told of."""
    records = iter(git(root, "status", "--porcelain", "-z", "-uall", "--no-renames").split("\0"))
    return {record[3:] for record in records if record}


def reset(root: Path) -> None:
    """The tree as it was committed, ignored files left."""
    git(root, "checkout", "-q", "-f", "HEAD", "--", ".")
    git(root, "clean", "-qfd")
