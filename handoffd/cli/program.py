"""Where this program lives, as hooks must call it: an absolute path that survives upgrades."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from handoffd.model.errors import UserError


def program() -> Path:
    """The `handoffd` script that runs now, not resolved (a link in ~/.local/bin outlives the virtual environment behind it)."""
    called = Path(sys.argv[0])
    beside = Path(sys.executable).parent / "handoffd"
    found = shutil.which("handoffd")
    for candidate in (called, beside, Path(found) if found else beside):
        if candidate.name == "handoffd" and candidate.is_file():
            return candidate.absolute()
    raise UserError("the handoffd program cannot be found beside its Python", hint="install it with ./install.sh")
