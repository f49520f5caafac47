"""Where a user's files belong: the XDG base directories. Relative values are ignored, as the specification says, and a relative HOME likewise."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Mapping
from pathlib import Path

_LITTLE = 512 * 1024
"""Bytes that one transaction and one handoff need."""


def base_folder(env: Mapping[str, str], variable: str, default: str) -> Path:
    """The folder that `variable` (XDG_CONFIG_HOME, ...) names, else `default` below the home folder."""
    named = env.get(variable, "")
    return Path(named) if os.path.isabs(named) else home(env) / default


def home(env: Mapping[str, str]) -> Path:
    """$HOME, or what the user database says where that is not set to an absolute path (cron, containers)."""
    named = env.get("HOME", "")
    if os.path.isabs(named):
        return Path(named)
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:  # a container's user without a name
        return Path("/")


def make_private(folder: Path) -> None:
    """`folder` with every missing one above it, each of them for its owner alone. `mkdir(parents=True, mode=...)` would open those above to all."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def not_ours(folder: Path) -> str:
    """Why nothing in `folder` can be trusted, '' where all is well or nothing is there: another user owns it, or others may write to it."""
    try:
        found = folder.stat()
    except OSError:
        return ""
    if found.st_uid != os.geteuid():
        return f"belongs to uid {found.st_uid}"
    return "can be written by others" if stat.S_IMODE(found.st_mode) & 0o022 else ""


def no_room(folder: Path) -> str:
    """Why no file can be made in `folder` now, '' where one can as far as can be told without trying. A missing folder is as the one above it."""
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
