"""What stands where something of ours belongs is kept under another name."""

from __future__ import annotations

import time
from pathlib import Path


def set_aside(path: Path, now: float) -> Path:
    """Rename a file or a folder to `NAME.set-aside-DATE`, which is returned. Raises OSError."""
    aside = path.with_name(time.strftime(f"{path.name}.set-aside-%Y-%m-%d-%H%M%S", time.localtime(now)))
    path.rename(aside)
    return aside
