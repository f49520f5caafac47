"""One record at the end of a spool. Apart from the spool's reader, so that a wrapped command does not wait for all that a reader needs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handoffd.model.errors import UserError, remedy


def put(spool: Path, record: Mapping[str, Any], create: int = 0) -> None:
    """One write at the end of the file. With `create` (O_CREAT) it is made when missing, 0600. Raises UserError where that cannot be."""
    # The newline before it ends a line that another process could not finish.
    line = b"\n" + json.dumps({"v": 1, **record}, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"
    try:
        handle = os.open(spool, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | create, 0o600)
        try:
            written = os.write(handle, line)
        finally:
            os.close(handle)
    except OSError as fault:
        raise UserError(f"{spool} cannot be written: {fault.strerror}", hint=remedy(fault)) from fault
    if written != len(line):
        raise UserError(f"{spool} cannot be written: the disk is full", hint="free space")
