"""An advisory lock on a file, which the kernel drops with the process that holds it.

UserError
 ├─ NotOurs          the journal is another user's, or came with a copy of the repository
 └─ Busy             another process holds the journal and does not let go
     └─ Unwritable   nobody can write it now: full or read-only disk, missing rights
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handoffd.model.errors import UserError, remedy

PAUSE = 0.01


class Busy(UserError):
    """Another process holds the lock and did not let go in time."""


class Unwritable(Busy):
    """The journal can be read but not written."""


class NotOurs(UserError):
    """The journal belongs to another user, or came here with a copy of the repository."""


@contextmanager
def lock(path: Path, wait: float) -> Iterator[None]:
    """Hold `path` (made 0600 when missing) alone. Raises Busy after `wait` seconds, Unwritable when the file cannot be had.

    A holder that is stopped holds it for as long. Two threads of a process exclude each other too.
    """
    end = time.monotonic() + wait
    handle = _opened(path)
    try:
        _take(handle, end)
        while not _is(handle, path):  # the file was removed while we waited: the lock is that of the new one
            fresh = _opened(path)
            os.close(handle)
            handle = fresh
            _take(handle, end)
        yield
    finally:
        os.close(handle)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    except OSError as fault:
        raise Unwritable(f"the journal cannot be written: {path}: {fault.strerror}", hint=remedy(fault)) from fault


def _is(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat(follow_symlinks=False))
    except OSError:
        return False


def _take(handle: int, end: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                raise Busy("another handoffd process holds the journal", hint="handoffd status tells which daemon runs") from None
            time.sleep(PAUSE)
        except OSError as fault:
            raise Unwritable(f"the journal cannot be locked: {fault.strerror}", hint="is it on a file system without locks?") from fault
