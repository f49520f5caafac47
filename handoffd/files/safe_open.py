"""Opening files that others may have put there: regular ones alone, so that no link leads elsewhere and no pipe keeps us waiting."""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def read_regular(path: str | Path) -> bytes:
    """All of a file that may be a link to a regular one, as git's own files are in some folders. Raises OSError."""
    with open_linked(path) as file:
        return file.read()


def open_linked(path: str | Path) -> BufferedReader:
    """The same, to be read in parts."""
    return _regular(os.open(path, _FLAGS), path)


def open_regular(path: str | Path, dir_fd: int | None = None) -> BufferedReader:
    """The file, to be read. Raises OSError for what is missing, a link, a folder or no file at all; ValueError for a name with NUL."""
    return _regular(os.open(path, _FLAGS | os.O_NOFOLLOW, dir_fd=dir_fd), path)


def is_taken(path: Path) -> bool:
    """Whether something else stands where a regular file belongs: a link, a folder, a pipe."""
    return os.path.lexists(path) and (path.is_symlink() or not path.is_file())


def _regular(handle: int, path: str | Path) -> BufferedReader:
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "is no regular file", os.fspath(path))
    return os.fdopen(handle, "rb")
