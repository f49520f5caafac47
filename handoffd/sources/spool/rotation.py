"""How a spool that was read gives way to an empty one, while other processes may append at any moment.

The file is renamed away once it has grown, and never truncated under a writer. The renamed file is read on, for the processes that have it open, and
it is kept until they have closed it.
"""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from handoffd.files.crash_points import reached

ROTATE = 256 * 1024
# From this size on, nobody waits for processes that have the spool before this one open: some file systems say so of every file.
_PATIENCE = 64 * ROTATE


def before(spool: Path) -> Path:
    """The spool before this one."""
    return spool.with_name(f"{spool.name}.1")


def rotate(spool: Path, known: Mapping[str, Any]) -> None:
    """Put an empty spool in the place of one that was read to its end, in one step, so that there is always a spool to append to.

    `known` is what the journal has kept: everything in the renamed file is journalled, not only read.
    """
    for handle in _opened(spool):
        status = os.fstat(handle)
        place = known.get(str(status.st_ino)) or {}
        if place.get("offset") != status.st_size or status.st_size <= ROTATE:
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if spool.lstat().st_ino != status.st_ino:
                return
            if status.st_size <= _PATIENCE and not _is_over(before(spool), known):
                return
            fresh = spool.with_name(f"{spool.name}.new")
            fresh.unlink(missing_ok=True)
            os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            reached("rotation-made")
            before(spool).unlink(missing_ok=True)
            reached("rotation-freed")
            os.link(spool, before(spool))
            reached("rotation-linked")
            fresh.replace(spool)
            reached("rotation-done")
        except OSError:
            return


def _is_over(old: Path, known: Mapping[str, Any]) -> bool:
    """Whether nobody will write to the spool before this one any more, and all of it is known. A process may have opened it and stood still since."""
    for handle in _opened(old):
        place = known.get(str(os.fstat(handle).st_ino)) or {}
        return not _is_being_written(handle) and place.get("offset") == os.fstat(handle).st_size
    return True


def _is_being_written(handle: int) -> bool:
    """Whether a process has the file open for writing: the kernel gives no lease on it then. False where there are no leases."""
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    # When a process opens it at this very moment, the kernel sends us a signal. Most signals would end us; this one is ignored.
    fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:  # a file system without leases
        return False
    fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def _opened(spool: Path) -> Iterator[int]:
    """Its handle, or none where it cannot be opened."""
    try:
        handle = os.open(spool, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return
    try:
        yield handle
    finally:
        os.close(handle)
