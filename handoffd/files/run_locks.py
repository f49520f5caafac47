"""Which wrapped test runs of a worktree go on: each holds a lock on a file of its own beside the spool.

The kernel lets go of a lock however its process ends, so a wrapper that was killed keeps no session open; a process number could be another's by now.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from handoffd.files.layout import RUN

# A file this young may not be locked yet by the process that makes it.
_YOUNG = 60.0
_FLAGS = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Going(NamedTuple):
    """A run that goes on: its id, and since when (epoch seconds)."""

    id: str
    since: float


def hold(folder: Path, name: str, now: float) -> int:
    """Say that run `name` goes on, until the handle that is returned is let go of or the process ends. Raises OSError."""
    for path in _files(folder):
        if not _held(path) and now - _time(path) > _YOUNG:
            path.unlink(missing_ok=True)
    handle = os.open(folder / f"{RUN}{name}", _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def release(folder: Path, name: str, handle: int) -> None:
    """The run is over."""
    (folder / f"{RUN}{name}").unlink(missing_ok=True)
    os.close(handle)


def going(folder: Path) -> tuple[Going, ...]:
    """The runs that go on now, oldest first."""
    found = [Going(path.name.removeprefix(RUN), _time(path)) for path in _files(folder) if _held(path)]
    return tuple(sorted(found, key=lambda one: one.since))


def _files(folder: Path) -> Iterator[Path]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    yield from (folder / name for name in names if name.startswith(RUN))


def _held(path: Path) -> bool:
    try:
        handle = os.open(path, _FLAGS)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # a file system without locks: it cannot be told
    finally:
        os.close(handle)
    return False


def _time(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0.0
