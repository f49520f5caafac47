"""What the daemon tells the service manager that runs it, where there is one: systemd's protocol, a datagram a message.

The watchdog is fed by the loop itself, so that a loop that hangs is seen by the manager; no thread speaks for it.
"""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

SOCKET, PERIOD, PERIOD_OF = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"
VARIABLES = (SOCKET, PERIOD, PERIOD_OF)
_PATIENCE = 1.0
"""Seconds that a manager may take to receive a message. One that does not is no reason to stop working."""


class ServiceManager:
    """`told`: the variables that a manager leaves in the environment. Without them nothing is said and nothing is due."""

    def __init__(self, told: Mapping[str, str]) -> None:
        self._address = _address(told.get(SOCKET, ""))
        self._period = _half_period(told) if self._address else None
        self._next = time.monotonic()

    def say(self, *lines: str) -> None:
        """Send a message, as `STATUS=watching`; never fails."""
        if not self._address:
            return
        # Most daemons have no manager that listens, and it takes as long to load as the lock and the registry together.
        import socket

        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | getattr(socket, "SOCK_CLOEXEC", 0)) as out:
            out.settimeout(_PATIENCE)
            out.sendto("\n".join(lines).encode("utf-8", "backslashreplace"), self._address)

    def reloading(self) -> None:
        """What follows until READY=1 is reading the settings anew."""
        self.say("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def wait(self, source: queue.SimpleQueue[T]) -> T:
        """What comes next: waited for without ever waking, or in turns where the manager wants signs of life."""
        while True:
            self.alive()
            try:
                return source.get(timeout=None if self._period is None else max(0.0, self._next - time.monotonic()))
            except queue.Empty:
                continue

    def alive(self) -> None:
        """Feed the watchdog, if that is due. To be called by the loop alone."""
        now = time.monotonic()
        if self._period is not None and now >= self._next:
            self._next = now + self._period
            self.say("WATCHDOG=1")


def _address(said: str) -> bytes:
    """A path, or `@name` for a name outside of the file system (Linux); empty for any other kind."""
    if said.startswith("@"):
        return b"\0" + os.fsencode(said[1:])
    return os.fsencode(said) if said.startswith("/") else b""


def _half_period(told: Mapping[str, str]) -> float | None:
    """Seconds between two signs of life; None when none are asked for, or of another process."""
    if told.get(PERIOD_OF, str(os.getpid())) != str(os.getpid()):
        return None
    period = told.get(PERIOD, "")
    return int(period) / 2e6 if period.isdecimal() and int(period) else None
