"""What the watchers under test share: they collect paths and tell them when asked by a signal."""

from __future__ import annotations

import json
import os
import signal


class Collected:
    """Paths with the monotonic time at which each was first told."""

    def __init__(self, report: str) -> None:
        self._report, self._seen = report, dict[str, float]()
        self.told = False
        # Before any thread begins, so that all of them leave the signal to `serve`.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})

    def add(self, path: str, now: float) -> None:
        self._seen.setdefault(path, now)

    def ready(self) -> None:
        self.told = True
        print("READY", flush=True)

    def serve(self) -> None:
        """Report on every SIGUSR1, until killed."""
        while signal.sigwait({signal.SIGUSR1}):
            draft = f"{self._report}.new"
            with open(draft, "w") as file:
                json.dump(dict(self._seen), file)
            os.replace(draft, self._report)
