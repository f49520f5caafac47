"""An advisory lock on a file, which the kernel drops with the process that holds it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handoffd.model.errors import UserError

PAUSE = 0.01


class Busy(UserError):
    """Another process holds the lock and did not let go in time."""


@contextmanager
def lock(path: Path, wait: float) -> Iterator[None]:
    """Hold `path` (made 0600 when missing) alone. Raises Busy after `wait` seconds; a holder that is stopped holds it for as long."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _take(handle, wait)
        yield
    finally:
        os.close(handle)


def _take(handle: int, wait: float) -> None:
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                raise Busy("another handoffd process holds the journal", hint="handoffd status tells which daemon runs") from None
            time.sleep(PAUSE)
