"""Files written whole or not at all, whatever fails or dies in between: a draft beside the file is filled, then takes the file's place.

Where the file is a link, the draft takes the place of the link; what the link leads to stays as it is.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from handoffd.model.errors import UserError


def write_whole(file: Path, text: str, mode: int = 0o600, *, draft: str = "", fsync: bool = True) -> None:
    """Give `file` this text and this mode. `draft` names the draft; one that a killed process left goes. With `fsync` the text is on the disk before
    the file is replaced. Raises OSError."""
    beside = file.with_name(draft or f".{file.name}.handoffd")
    beside.unlink(missing_ok=True)
    _write(file, text, mode, beside, fsync)


def write_under_git_lock(file: Path, text: str, mode: int) -> None:
    """The same with git's lock of the file as the draft. git waits for no lock, and neither do we: raises UserError where the file is locked."""
    lock = file.with_name(f"{file.name}.lock")
    try:
        _write(file, text, mode, lock, fsync=True)
    except FileExistsError:
        raise UserError(f"{file} is locked by git", hint=f"run it again; when no git runs, remove {lock}") from None


def create_whole(file: Path, data: bytes) -> None:
    """Make `file` for its owner alone; a file that is there already stays as it is. Raises OSError."""
    draft = file.with_name(f"{file.name}.{os.urandom(8).hex()}")
    try:
        handle = make_empty(draft)
        try:
            fill(handle, data, fsync=False)
        finally:
            os.close(handle)
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def make_empty(file: Path) -> int:
    """A new file that only its owner can read, opened for writing. Raises OSError, FileExistsError where the name is taken."""
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


def fill(handle: int, data: bytes, *, fsync: bool = True) -> None:
    """Write all bytes to an open file, which stays open. Raises OSError."""
    with os.fdopen(handle, "wb", closefd=False) as out:
        out.write(data)
        out.flush()
        if fsync:
            os.fsync(handle)


def _write(file: Path, text: str, mode: int, draft: Path, fsync: bool) -> None:
    handle = make_empty(draft)
    try:
        try:
            fill(handle, text.encode("utf-8", "surrogateescape"), fsync=fsync)
        finally:
            os.close(handle)
        draft.chmod(mode)
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
