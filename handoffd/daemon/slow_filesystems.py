"""Repositories on file systems that may stop answering (network, FUSE): the daemon never touches them itself.

Each is looked at by the clock, by a helper process of its own, at most one at a time. While a helper hangs its repository is "not answering",
and nobody else waits: no call of the daemon's own depends on the file system, not even waiting for the helper's end.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from handoffd.daemon.alarm import steady
from handoffd.files.isolation import python
from handoffd.model.records import dataclass
from handoffd.model.triggers import Trigger
from handoffd.model.watch_state import WatchState

PATIENCE = 10.0
"""Seconds after which a look that has not ended counts as "not answering"."""
LONGEST = 600.0
"""Seconds after which it is killed; where even that does not help, no other is begun before it ends."""
_FIRST = 0.5


@dataclass
class _Remote:
    """`due`: when to do something next; `began`: when the helper that runs was started. Steady seconds."""

    root: Path
    due: float = 0.0
    began: float = 0.0
    helper: subprocess.Popen[bytes] | None = None
    state: str = WatchState.DEGRADED


class Remotes:
    """`wake` asks the owner to call `ring` at a time (steady seconds); `say` is told when a repository's state changes."""

    def __init__(self, env: Mapping[str, str], wake: Callable[[float], None], say: Callable[[str], None], scan_every: float) -> None:
        self._env, self._wake, self._say, self._scan_every = dict(env), wake, say, scan_every
        self._remotes: dict[Path, _Remote] = {}

    def keep(self, roots: Iterable[Path]) -> None:
        """These and no others; new ones are looked at at once."""
        self._remotes = {root: self._remotes.get(root) or _Remote(root) for root in roots}
        self.ring()

    def states(self) -> dict[Path, str]:
        """What `status` should say of each."""
        return {root: remote.state for root, remote in self._remotes.items()}

    def ring(self) -> None:
        """Do what is due, and ask to be called again."""
        now = steady()
        for remote in self._remotes.values():
            if remote.due <= now:
                remote.due = self._attend(remote, now) if remote.helper else self._look(remote, now)
            self._wake(remote.due)

    def flush(self, trigger: Trigger) -> None:
        """Write handoffs where nothing hangs; nobody waits for them."""
        now = steady()
        for remote in self._remotes.values():
            if remote.helper is None:
                remote.due = self._look(remote, now, trigger)
                self._wake(remote.due)

    def _look(self, remote: _Remote, now: float, *trigger: str) -> float:
        command = python("-m", "handoffd.daemon.helper", str(remote.root), *trigger)
        try:
            remote.helper = subprocess.Popen(
                command, cwd="/", env=self._env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
            )
        except OSError as fault:
            self._become(remote, f"{fault}")
            return now + self._scan_every
        remote.began = now
        return now + _FIRST

    def _attend(self, remote: _Remote, now: float) -> float:
        """See how the helper does: ended, still within its time, or not answering."""
        helper, age = remote.helper, now - remote.began
        assert helper is not None
        if helper.poll() is None:
            if age >= LONGEST:
                with suppress(OSError):
                    os.killpg(helper.pid, signal.SIGKILL)
            if age >= PATIENCE:
                self._become(remote, WatchState.NOT_ANSWERING)
            return now + min(max(_FIRST, age), self._scan_every)
        remote.helper = None
        self._become(remote, _said(helper) or WatchState.DEGRADED)
        return now + self._scan_every

    def _become(self, remote: _Remote, state: str) -> None:
        if state != remote.state:
            remote.state = state
            self._say(f"{remote.root}: {state}")


def _said(helper: subprocess.Popen[bytes]) -> str:
    """The last line of a helper that has ended badly, '' when all is well."""
    assert helper.stdout is not None
    with helper.stdout as pipe:
        # The pipe may be held by a git that hangs: take what is there, wait for nothing.
        os.set_blocking(pipe.fileno(), False)
        words = (pipe.read() or b"").decode("utf-8", "backslashreplace").strip()
    if helper.returncode == 0:
        return ""
    return words.rpartition("\n")[2][:300] or f"the look failed (exit code {helper.returncode})"
