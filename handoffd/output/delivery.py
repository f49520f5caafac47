"""Delivery: a handoff's file is put in place whole or not at all, under a name that is free or ours, never through a symlink.

The caller journals the intent between `choose` and `write`.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from handoffd.files.atomic_write import fill
from handoffd.files.crash_points import reached
from handoffd.files.layout import handoff_draft, is_handoff_draft
from handoffd.files.safe_open import open_regular
from handoffd.model.errors import UserError
from handoffd.model.records import dataclass

MOST_NAMES = 10_000
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Undeliverable(UserError):
    """The folder cannot be written: a file, a symlink, someone else's, or out of space."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`name` is the file's name in the folder; `replaces`: the digest of our own file there, which may be renamed over, '' where the name is free."""

    name: str
    stem: str
    replaces: str = ""


def sha256(data: bytes) -> str:
    """The digest that tells our bytes from someone's edit."""
    return hashlib.sha256(data).hexdigest()


def digest_of(root: Path, directory: str, name: str) -> str:
    """The digest of a handoff file as it is now, '' when there is none that can be read."""
    try:
        with _folder(root, directory, make=False) as folder:
            return _digest(folder, name)
    except Undeliverable:
        return ""


def choose(root: Path, directory: str, stem: str, own_name: str | None, own_sha: str | None, tracked: Collection[str] = ()) -> Choice:
    """The session's own file if it is still as we wrote it and git does not track it. Else the next free name: a file that was edited, deleted or
    committed is left as it is. `tracked` are the names that git tracks in the folder, also those whose file is gone."""
    with _folder(root, directory, make=True) as folder:
        if own_name and own_name not in tracked:
            found = _digest(folder, own_name)
            if found and found == own_sha:
                return Choice(own_name, stem, replaces=found)
        return Choice(next(name for name in _names(stem) if name not in tracked and not _exists(folder, name)), stem)


def write(root: Path, directory: str, choice: Choice, data: bytes) -> str:
    """Put the bytes in place and return the name: renamed over our own file if nobody has edited it meanwhile, else linked to a name that nobody has
    taken meanwhile."""
    with _folder(root, directory, make=True) as folder:
        _sweep(folder)
        with _temporary(folder, choice.stem) as (temporary, handle):
            fill(handle, data)
            reached("filled")
            name = _put(folder, temporary, choice)
            reached("placed")
        os.fsync(folder)
        return name


def withdraw(root: Path, directory: str, name: str, sha: str) -> None:
    """Remove a file of ours that another has replaced, if it is still as we wrote it."""
    with suppress(Undeliverable), _folder(root, directory, make=False) as folder:
        if _digest(folder, name) == sha:
            os.unlink(name, dir_fd=folder)


def sweep(root: Path, directory: str) -> None:
    """Remove what a process that died while it wrote has left. A living one holds a lock on its own."""
    with suppress(Undeliverable), _folder(root, directory, make=False) as folder:
        _sweep(folder)


def _sweep(folder: int) -> None:
    for name in filter(is_handoff_draft, os.listdir(folder)):
        with suppress(OSError):
            handle = os.open(name, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(name, dir_fd=folder)
            finally:
                os.close(handle)


@contextmanager
def _temporary(folder: int, stem: str) -> Iterator[tuple[str, int]]:
    """A new locked file under a name of its own, which goes at the end. One that was swept before it was locked is made again."""
    name, handle = "", -1
    try:
        while handle < 0 or not os.fstat(handle).st_nlink:
            if handle >= 0:
                os.close(handle)
            name = handoff_draft(stem, os.urandom(6).hex())
            handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
            with suppress(OSError):  # a file system without locks: nobody sweeps there
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield name, handle
    finally:
        with suppress(OSError):  # renamed away, or never made
            os.unlink(name, dir_fd=folder)
        if handle >= 0:
            os.close(handle)


def _put(folder: int, temporary: str, choice: Choice) -> str:
    if not choice.replaces or _digest(folder, choice.name) != choice.replaces:
        return _link(folder, temporary, choice)
    os.rename(temporary, choice.name, src_dir_fd=folder, dst_dir_fd=folder)
    return choice.name


def _link(folder: int, temporary: str, choice: Choice) -> str:
    for name in (choice.name, *_names(choice.stem)):
        try:
            os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        except FileExistsError:
            continue
        return name
    raise OSError(errno.EEXIST, "no free name")


def _names(stem: str) -> Iterator[str]:
    yield f"{stem}.md"
    for number in range(2, MOST_NAMES):
        yield f"{stem}-{number}.md"


def _exists(folder: int, name: str) -> bool:
    try:
        os.lstat(name, dir_fd=folder)
    except FileNotFoundError:
        return False
    return True


def _digest(folder: int, name: str) -> str:
    try:
        with open_regular(name, folder) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@contextmanager
def _folder(root: Path, directory: str, make: bool) -> Iterator[int]:
    """An open handle on the folder, reached from the root without following a link. What fails in there is Undeliverable too."""
    handle = -1
    try:
        # `_enter` closes the handle it is given, whatever happens.
        handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for part in PurePosixPath(directory).parts:
            handle = _enter(handle, part, make)
        if os.fstat(handle).st_uid != os.geteuid():
            raise Undeliverable(f"{Path(root, directory)} belongs to another user", hint="change its owner, or set `directory` in the config")
    except OSError as fault:
        raise _undeliverable(Path(root, directory), fault) from None
    except Undeliverable:
        os.close(handle)
        raise
    try:
        yield handle
    except OSError as fault:
        raise _undeliverable(Path(root, directory), fault) from None
    finally:
        os.close(handle)


def _enter(handle: int, part: str, make: bool) -> int:
    try:
        try:
            return os.open(part, _FOLDER, dir_fd=handle)
        except FileNotFoundError:
            if not make:
                raise
            try:
                os.mkdir(part, 0o755, dir_fd=handle)
            except FileExistsError:
                pass  # another handoffd was faster
            return os.open(part, _FOLDER, dir_fd=handle)
    finally:
        os.close(handle)


def _undeliverable(path: Path, fault: OSError) -> Undeliverable:
    if fault.errno in (errno.ENOTDIR, errno.ELOOP):
        return Undeliverable(f"{path} is a file or a symlink", hint="move it away, or set `directory` in the config")
    if fault.errno == errno.EROFS:
        return Undeliverable(f"{path} cannot be written: {fault.strerror}", hint="mount it writable, or set `directory` in the config")
    if fault.errno in (errno.EACCES, errno.EPERM):
        return Undeliverable(f"{path} cannot be written", hint="check its owner and mode, or set `directory` in the config")
    return Undeliverable(f"{path}: {fault.strerror or fault}", hint="free some space and flush again")
