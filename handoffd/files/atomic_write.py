"""Other people's files, changed whole or not at all, whatever fails or dies in between."""

from __future__ import annotations

import os
from pathlib import Path

from handoffd.model.errors import UserError


def put(file: Path, text: str, mode: int, draft: str = ".{}.handoffd") -> None:
    """Write `file` under the name of its `draft` and rename that over it. A draft that a killed process left goes. Raises OSError."""
    beside = file.with_name(draft.format(file.name))
    beside.unlink(missing_ok=True)
    _put(file, text, mode, beside)


def put_locked(file: Path, text: str, mode: int) -> None:
    """The same by git's own way: the draft is git's lock of the file. git waits for nobody, and nor is waited here: raises UserError where it is
    locked."""
    lock = file.with_name(f"{file.name}.lock")
    try:
        _put(file, text, mode, lock)
    except FileExistsError:
        raise UserError(f"{file} is locked by git", hint=f"run it again; when no git runs, remove {lock}") from None


def _put(file: Path, text: str, mode: int, draft: Path) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(text.encode("utf-8", "surrogateescape"))
            out.flush()
            os.fsync(handle)
        draft.chmod(mode)
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
