"""After an upgrade the daemon becomes the installed version: same process id, same lock, nothing that it was told is lost.

What happens in the worktrees meanwhile needs no care: the first look after a start is a full one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import handoffd
from handoffd.daemon.lifecycle import Held
from handoffd.daemon.signals import waiting
from handoffd.files.isolation import python
from handoffd.files.stamp import stamp_of
from handoffd.model.errors import UserError

_SEEN = Path(handoffd.__file__)
"""Whatever installs a version writes this file anew."""
_PROBE = "import handoffd.cli.daemon, handoffd.daemon.service, handoffd.daemon.inotify, handoffd.daemon.scheduler, handoffd.daemon.worktree_work"
"""All that a daemon loads, also what it loads when it watches already."""
_PROBE_SECONDS = 60


class Renewal:
    """`command` and `env` are how this process was started, and how it begins anew."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._command, self._env = list(command), env
        self._born = _stamp()

    def due(self) -> bool:
        """Whether another version stands in the place of the one that runs. While none stands there, there is nothing to become."""
        return _stamp() not in (None, self._born)

    def renew(self, held: Held, finish: Callable[[], bool]) -> None:
        """Be replaced by the new version, which inherits the lock and the signals that came too late for `finish`: that one does
        what is queued, and answers whether to go on. Returns only where it said no.

        Raises UserError where the new version cannot run (yet: it may be half-installed), OSError where it cannot be executed.
        """
        self._check()
        with waiting():
            if finish():
                with held.handed_on() as variables:
                    os.execve(sys.executable, self._command, {**self._env, **variables})

    def _check(self) -> None:
        try:
            done = subprocess.run(python("-c", _PROBE), capture_output=True, text=True, timeout=_PROBE_SECONDS, cwd="/", env=self._env, check=False)
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise UserError(f"another version was installed and cannot be started: {fault}", hint="install handoffd again") from fault
        if done.returncode:
            said = done.stderr.strip().rpartition("\n")[2]
            raise UserError(f"another version was installed and cannot run: {said}", hint="install handoffd again")


def _stamp() -> tuple[int, int, int] | None:
    """None: no version is installed at this moment."""
    found = stamp_of(_SEEN)
    return found.content if found else None
