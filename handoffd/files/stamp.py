"""What tells one state of a file from another without reading it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple


class Stamp(NamedTuple):
    """Equal stamps of a path mean that the file was not written, replaced, made or removed in between. `ctime_ns` also moves when only its mode, its
    owner or its links change."""

    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int

    @property
    def content(self) -> tuple[int, int, int]:
        """The stamp without `ctime_ns`: inode, size, modification time."""
        return self.inode, self.size, self.mtime_ns


def stamp_of(path: str | Path, *, follow: bool = True) -> Stamp | None:
    """The stamp of a file, of a link itself unless it is to be `follow`ed; None where there is none."""
    try:
        return _stamp(os.stat(path, follow_symlinks=follow))
    except (OSError, ValueError):
        return None


def stamp_of_open(handle: int) -> Stamp:
    """The stamp of an open file. Raises OSError."""
    return _stamp(os.fstat(handle))


def identity_of(folder: Path) -> str:
    """`DEVICE:INODE` of a folder: a copy has another. Raises OSError."""
    found = folder.stat()
    return f"{found.st_dev}:{found.st_ino}"


def _stamp(found: os.stat_result) -> Stamp:
    return Stamp(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
