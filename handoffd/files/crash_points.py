"""Where the crash tests may kill this process. Nothing happens unless the process was started with HANDOFFD_TEST_KILL_AT=POINT[:COUNT].

The user who starts the process sets the variable; neither a repository nor the config can set it. See docs/reliability.md.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

VARIABLE = "HANDOFFD_TEST_KILL_AT"
# In the order in which one handoff passes them; the last ones are those of a spool's rotation.
POINTS = (
    "locked", "begun", "appended", "adopting", "keeping", "committing", "committed", "intended", "filled", "placed", "delivered",
    "rotation-made", "rotation-freed", "rotation-linked", "rotation-done",
)  # fmt: skip

_passed: Counter[str] = Counter()


def reached(point: str, times: int = 1) -> None:
    """Die here as by `kill -9`, when this is the point that was named, passed for the COUNT-th time (default 1). `times`: passed so often at once."""
    wanted = os.environ.get(VARIABLE)
    if wanted is None:
        return
    name, _, count = wanted.partition(":")
    if name != point:
        return
    before = _passed[point]
    _passed[point] += times
    if before < int(count or 1) <= _passed[point]:
        os.kill(os.getpid(), signal.SIGKILL)
