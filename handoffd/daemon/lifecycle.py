"""One daemon a user: a lock on a file that the kernel drops with the process, so that no stale pid can fool anybody."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handoffd.model.errors import UserError

LOCK = "daemon.lock"
RUNTIME = "runtime.json"
LOG = "daemon.log"
LOG_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Running:
    """The daemon that holds the lock. `since` is epoch seconds."""

    pid: int
    since: float
    version: str


class Held:
    """The single instance's lock, held until the process ends."""

    def __init__(self, folder: Path, version: str) -> None:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        self._handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._handle)
            found = running(folder)
            raise UserError(f"a daemon is running already (pid {found.pid if found else '?'})", hint="handoffd status") from None
        record = json.dumps({"pid": os.getpid(), "since": time.time(), "version": version})
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, record.encode(), 0)

    def release(self) -> None:
        """Let the next one in."""
        with suppress(OSError):
            os.ftruncate(self._handle, 0)
        os.close(self._handle)


def running(folder: Path) -> Running | None:
    """Who holds the lock, None when nobody does."""
    try:
        handle = os.open(folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except OSError:
        return _record(os.pread(handle, 4096, 0))
    finally:
        os.close(handle)


def _record(raw: bytes) -> Running:
    try:
        said = json.loads(raw)
        return Running(int(said["pid"]), float(said["since"]), str(said["version"]))
    except (ValueError, KeyError, TypeError):
        return Running(0, 0.0, "")


def spawn(folder: Path, env: Mapping[str, str], seconds: float = 10.0) -> Running:
    """Start a detached daemon and wait until it holds the lock. Raises UserError with the end of its log when it does not come up."""
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    log = folder / LOG
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    kept = {
        name: value for name, value in env.items() if not name.startswith("GIT_") or name.startswith(("GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL"))
    }
    with log.open("ab") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "handoffd", "daemon"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd="/",
            env=kept,
            start_new_session=True,
            close_fds=True,
        )
    found: Running | None = wait_until(lambda: _ready(folder), seconds, child)
    if found is None:
        raise UserError("the daemon did not start", hint=f"see {log}: {_tail(log)}")
    child.returncode = 0  # it is nobody's child from here on: no warning when the handle is dropped
    return found


def _ready(folder: Path) -> Running | None:
    """The daemon once it has written its pid."""
    found = running(folder)
    return found if found and found.pid else None


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
    try:
        return log.read_text(errors="replace").strip().rpartition("\n")[2][:300]
    except OSError:
        return ""


def stop(folder: Path, seconds: float = 10.0) -> bool:
    """End the daemon that holds the lock; True when there was one. One that stands still (SIGSTOP) is woken to hear it."""
    found = running(folder)
    if found is None:
        return False
    if not found.pid or not tell(found, signal.SIGTERM):
        raise UserError("the daemon cannot be reached", hint="is it another user's?")
    tell(found, signal.SIGCONT)
    if wait_until(lambda: running(folder) is None, seconds) is None:
        raise UserError(f"the daemon (pid {found.pid}) does not end", hint=f"kill -9 {found.pid}")
    return True


def tell(found: Running, number: signal.Signals) -> bool:
    """Send a signal to the daemon; False when it cannot be sent."""
    try:
        os.kill(found.pid, number)
    except OSError:
        return False
    return True


def write_runtime(folder: Path, data: Mapping[str, Any]) -> None:
    """What only the daemon knows, for `status`: watched worktrees and their troubles. Written whole or not at all."""
    temporary = folder / f"{RUNTIME}.{os.getpid()}"
    with suppress(OSError):
        temporary.write_text(json.dumps(data))
        temporary.chmod(0o600)
        temporary.replace(folder / RUNTIME)


def read_runtime(folder: Path) -> dict[str, Any]:
    """The daemon's own words, empty when there are none or they are damaged."""
    try:
        found = json.loads((folder / RUNTIME).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
