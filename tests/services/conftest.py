"""A service manager of the test's own: it listens to what the daemon says."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


class Manager:
    """The other end of NOTIFY_SOCKET; `messages` are all lines heard so far, `heard_at` when each came (monotonic)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.messages: list[str] = []
        self.heard_at: list[float] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + name[1:] if name.startswith("@") else name)

    def listen(self, seconds: float = 0.0) -> None:
        """Take what comes within the time."""
        end = time.monotonic() + seconds
        while True:
            self._socket.settimeout(max(0.001, end - time.monotonic()))
            try:
                lines = self._socket.recv(4096).decode().splitlines()
            except TimeoutError:
                return
            self.messages += lines
            self.heard_at += [time.monotonic()] * len(lines)

    def await_(self, line: str, times: int = 1, seconds: float = 30) -> None:
        """Wait until a line was heard so many times."""
        end = time.monotonic() + seconds
        while self.messages.count(line) < times:
            assert time.monotonic() < end, f"{line} not heard: {self.messages}"
            self.listen(0.05)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    """Its socket in the file system, and outside of it."""
    if request.param == "abstract" and not Path("/proc/net/unix").exists():
        pytest.skip("abstract sockets are Linux's own")
    folder = Path("/tmp") if len(os.fsencode(tmp_path)) > 80 else tmp_path
    one = Manager(f"@handoffd-test-{secrets.token_hex(8)}" if request.param == "abstract" else str(folder / f"notify-{secrets.token_hex(4)}"))
    yield one
    one.close()
    if not one.name.startswith("@"):
        Path(one.name).unlink()
