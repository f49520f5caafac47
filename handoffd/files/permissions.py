"""Who may write to a folder: whether what lies in it can be trusted, and whether a file can be made in it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from handoffd.model.records import dataclass

_LITTLE = 512 * 1024
"""Bytes that one transaction and one handoff need."""


@dataclass(frozen=True, slots=True)
class Unsafe:
    """Why nothing in a folder can be trusted, in words. `by_mode`: only its mode is wrong, which its owner can change; else another user owns it."""

    why: str
    by_mode: bool


def unsafe(folder: Path) -> Unsafe | None:
    """Whether another user owns a folder or may write to it; None where all is well, or where there is no folder."""
    try:
        found = folder.stat()
    except OSError:
        return None
    if found.st_uid != os.geteuid():
        return Unsafe(f"belongs to uid {found.st_uid}", by_mode=False)
    return Unsafe("can be written by others", by_mode=True) if stat.S_IMODE(found.st_mode) & 0o022 else None


def make_private(folder: Path) -> None:
    """Make `folder` and the missing ones above it, each for its owner alone. `mkdir(parents=True, mode=...)` would open those above to all."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def no_room(folder: Path) -> str:
    """Why no file can be made in `folder` now, '' where one can be, as far as this can be told without trying. A missing folder is judged by the one
    above it."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        disk = os.statvfs(folder)
    except OSError as fault:
        return f"cannot be asked about: {fault.strerror}"
    free = disk.f_frsize * (disk.f_bavail if os.geteuid() else disk.f_bfree)
    if disk.f_flag & os.ST_RDONLY:
        return "is mounted read-only"
    if free < _LITTLE:
        return f"has {free // 1024} KB of room left"
    return "" if os.access(folder, os.W_OK | os.X_OK) else "cannot be written by you"
