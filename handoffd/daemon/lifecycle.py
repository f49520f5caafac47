"""One daemon a user: a lock on a file that the kernel drops with the process, so that no stale pid can fool anybody."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import stat
import struct
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from handoffd.files.isolation import python
from handoffd.files.layout import DAEMON_LOCK, DAEMON_LOG, REGISTRY, RUNTIME
from handoffd.files.registry import prepare_state
from handoffd.model.errors import UserError, shell

if TYPE_CHECKING:
    import subprocess

LOG_LIMIT = 1024 * 1024
_DRAFTS_LIVE = 3600.0
"""Seconds after which a temporary file is nobody's any more."""
LOCK_HANDLE = "HANDOFFD_LOCK_HANDLE"
"""The variable in which a daemon that begins anew as another version names the lock's handle to itself."""
_OTHERS = ("GIT_", "NOTIFY_SOCKET", "WATCHDOG_", "LISTEN_", LOCK_HANDLE)
"""What the environment says of a process that is not the one to be started."""


class Running(NamedTuple):
    """The daemon that holds the lock. `since` is epoch seconds."""

    pid: int
    since: float
    version: str


class AlreadyRunning(UserError):
    """Another daemon holds the lock."""


class Held:
    """The single instance's lock, held until the process ends.

    A record lock, as the kernel itself tells who holds one (`running`): to look takes nothing that a starting daemon would trip over. It is
    dropped when this process closes any handle of the file, so nothing else in the daemon opens it.
    """

    def __init__(self, folder: Path, version: str, handed: str = "") -> None:
        """`handed`: what `handed_on` said to the version that held the lock in this very process."""
        self._folder, self._version = folder, version
        self._handle = self._take(handed)

    def kept(self) -> bool:
        """Whether the file that is locked still stands in its place: the state folder may be removed under a daemon."""
        try:
            return os.path.samestat(os.fstat(self._handle), (self._folder / DAEMON_LOCK).stat())
        except OSError:
            return False

    def renew(self) -> None:
        """Lock the file that stands there now. Raises AlreadyRunning when another daemon was first."""
        old, self._handle = self._handle, self._take()
        os.close(old)

    def release(self) -> None:
        """Let the next one in."""
        with suppress(OSError):
            os.ftruncate(self._handle, 0)
        os.close(self._handle)

    @contextmanager
    def handed_on(self) -> Iterator[dict[str, str]]:
        """Inside, a program that takes this process's place keeps the lock, if these variables are in its environment."""
        os.set_inheritable(self._handle, True)
        try:
            yield {LOCK_HANDLE: str(self._handle)}
        finally:
            os.set_inheritable(self._handle, False)

    def _take(self, handed: str = "") -> int:
        prepare_state(self._folder)
        handle = _handed_over(self._folder / DAEMON_LOCK, handed)
        if handle is None:
            handle = _lock_file(self._folder / DAEMON_LOCK)
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            found = running(self._folder)
            os.close(handle)
            if found is not None:
                raise AlreadyRunning(f"a daemon is running already (pid {found.pid})", hint="handoffd status") from None
            raise _unusable(self._folder / DAEMON_LOCK, fault) from fault
        with suppress(OSError):  # a full disk is no reason not to run
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps({"pid": os.getpid(), "since": time.time(), "version": self._version}).encode(), 0)
        _sweep(self._folder)
        return handle


def _sweep(folder: Path) -> None:
    """Remove what writers left half-done that were killed. The runtime file's belong to the lock's holder alone, the others may be at work still."""
    with suppress(OSError):
        old = time.time() - _DRAFTS_LIVE
        drafts = [file for file in (*folder.glob("*.tmp"), *folder.glob(f"{REGISTRY}/*.tmp")) if file.stat().st_mtime < old]
        for file in (*folder.glob(f"{RUNTIME}.*"), *drafts):
            file.unlink()


def _handed_over(path: Path, handed: str) -> int | None:
    """The handle that was named, if the lock's file is behind it. To open the file again and close that one would drop the lock."""
    try:
        handle = int(handed)
        if not os.path.samestat(os.fstat(handle), path.stat()):
            return None
        os.set_inheritable(handle, False)
    except (ValueError, OSError):
        return None
    return handle


def _lock_file(path: Path) -> int:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    except OSError as fault:
        raise _unusable(path, fault) from fault
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise UserError(f"{path} is not a regular file", hint=f"rm {shell(path)}")


def _unusable(path: Path, fault: OSError) -> UserError:
    return UserError(f"{path} cannot be used: {fault.strerror}", hint=f"make it yours or remove it: {path}")


def running(folder: Path) -> Running | None:
    """Who holds the lock, None when nobody does. The pid is the kernel's word; what the file says is not trusted with it."""
    try:
        handle = os.open(folder / DAEMON_LOCK, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return _told(handle)
    except OSError:  # a folder, a device: nothing that could be locked
        return None
    finally:
        os.close(handle)


def _told(handle: int) -> Running | None:
    """The holder, with its own words if it has written them: it takes the lock a moment before, and where the disk is full it never does."""
    for pause in (0.01, 0.02, 0.05, 0.0):
        kind, pid = _holder(handle)
        found = None if kind == fcntl.F_UNLCK else _record(os.pread(handle, 4096, 0), pid)
        if found is None or found.version:
            break
        time.sleep(pause)
    return found


def _holder(handle: int) -> tuple[int, int]:
    """Kind and pid of the lock that stands in the way of locking the whole file alone (`struct flock`)."""
    if sys.platform == "darwin":
        _, _, pid, kind, _ = struct.unpack("qqihh", fcntl.fcntl(handle, fcntl.F_GETLK, struct.pack("qqihh", 0, 0, 0, fcntl.F_WRLCK, 0)))
    else:
        kind, _, _, _, pid = struct.unpack("hhqqi4x", fcntl.fcntl(handle, fcntl.F_GETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)))
    return kind, pid


def _record(raw: bytes, pid: int) -> Running:
    """What the holder wrote of itself, if it is the holder who wrote it."""
    try:
        said = json.loads(raw)
        if said["pid"] == pid:
            return Running(pid, float(said["since"]), str(said["version"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    return Running(pid, 0.0, "")


def spawn(folder: Path, env: Mapping[str, str], seconds: float = 10.0) -> Running:
    """Start a detached daemon and wait until it holds the lock. Raises UserError with the end of its log when it does not come up."""
    import subprocess

    prepare_state(folder)
    kept = {name: value for name, value in env.items() if not name.startswith(_OTHERS) or name in ("GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL")}
    with _log_file(folder / DAEMON_LOG) as out:
        child = subprocess.Popen(
            python("-m", "handoffd", "daemon"), stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", env=kept, start_new_session=True
        )
    found: Running | None = wait_until(lambda: running(folder), seconds, child)
    if found is None:
        raise UserError("the daemon did not start", hint=f"see {folder / DAEMON_LOG}: {_tail(folder / DAEMON_LOG)}")
    child.returncode = 0  # it is nobody's child from here on: no warning when the handle is dropped
    return found


def _log_file(log: Path) -> IO[bytes]:
    """The daemon's log, opened to append; a long one is put aside first."""
    with suppress(OSError):  # another `start` may put it aside at the same moment
        if log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
    try:
        return open(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600), "ab")
    except OSError as fault:
        raise _unusable(log, fault) from fault


def wait_until(look: Any, seconds: float, child: subprocess.Popen[bytes] | None = None) -> Any:
    """The first thing `look` finds within the time, None when it finds nothing or the child ended without it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        if child is not None and child.poll() is not None:
            return look()
        time.sleep(0.02)
    return None


def _tail(log: Path) -> str:
    with suppress(OSError):
        return log.read_text(errors="replace").strip().rpartition("\n")[2][:300]
    return ""


def stop(folder: Path, seconds: float = 10.0) -> bool:
    """End the daemon that holds the lock; True when there was one. One that stands still (SIGSTOP) is woken to hear it."""
    found = running(folder)
    if found is None:
        return False
    if not tell(found, signal.SIGTERM):
        raise UserError("the daemon cannot be reached", hint="is it another user's, or in another container?")
    tell(found, signal.SIGCONT)
    if wait_until(lambda: running(folder) is None, seconds) is None:
        raise UserError(f"the daemon (pid {found.pid}) does not end", hint=f"kill -9 {found.pid}")
    return True


def tell(found: Running, number: signal.Signals) -> bool:
    """Send a signal to the daemon; False when it cannot be sent."""
    if found.pid <= 0:  # held from where we cannot see; kill(2) would take 0 and less for groups
        return False
    try:
        os.kill(found.pid, number)
    except OSError:
        return False
    return True


def stands_still(pid: int) -> bool:
    """Whether a signal stopped the process (Ctrl-Z in its terminal, SIGSTOP). False where the system does not tell."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in ("T", "t")
    except (OSError, IndexError):
        return False
