"""A daemon beside the work, and processes of handoffd that are killed in the middle."""

from __future__ import annotations

import signal
import subprocess
import sys

from tests.support import wait_for
from tests.truth.world import World


class Daemon:
    """A daemon of the world's own user; `disturb` ends it without warning, now and then, and starts the next."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Return when it has looked at everything once."""
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-m", "handoffd", "daemon"], cwd=self.world.home, env=self.world.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        pid = f'"pid": {self.process.pid}'
        wait_for(lambda: any(pid in file.read_text() for file in self.world.home.glob(".local/state/handoffd/*/runtime.json")), seconds=30)

    def kill(self) -> None:
        """No time to say goodbye."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def disturb(self) -> None:
        """After an act: nothing, a daemon killed and started, or a scan of the command line killed at a random moment."""
        dice = self.world.rng.random()
        if dice < 0.06:
            self.world.log.append("the daemon is killed")
            self.kill()
            self.start()
        elif dice < 0.14:
            process = subprocess.Popen(
                [sys.executable, "-I", "-m", "handoffd", "log", "--json"], cwd=self.world.repo, env=self.world.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            try:
                process.wait(self.world.rng.random() * 0.3)
            except subprocess.TimeoutExpired:
                self.world.log.append("a scan is killed")
                process.kill()
                process.wait()
