"""Whether the wall clock was set back since the last scan. Events from before would lie in the future, and a session would never become idle.

A clock that is set forward is not reported: a suspended machine looks the same, and both are a gap.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handoffd.files.config import Settings
from handoffd.model.events import Event
from handoffd.model.facts import Daemon
from handoffd.model.kinds import DaemonAction, FactKind
from handoffd.model.records import dataclass
from handoffd.sources.source import Cursor, Found, Scan

NOTICED = 5.0
"""Seconds. Smaller steps are the time service's doing."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass(frozen=True, slots=True)
class Tick:
    """Both clocks at one moment, in seconds. `steady` goes on in suspend, cannot be set, and begins anew with each `boot` ('': not known)."""

    wall: float
    steady: float
    boot: str = ""


class Clock:
    """Both clocks as they are at the scan."""

    name = "clock"
    about = "the clock"
    in_narrow_scan = True

    def folders(self, settings: Settings) -> tuple[Path, ...]:
        return ()

    def read(self, scan: Scan, cursor: Cursor | None) -> Found:
        """Its event comes first: the times of all events before it are of the old clock."""
        events, kept = read_clock(scan.reader.id, scan.now, cursor)
        return Found(tuple(events), kept, weak_cursor=True, leads=True)


def read_clock(worktree: str, now: float, cursor: Mapping[str, Any] | None) -> tuple[list[Event], dict[str, Any]]:
    """The event of a clock that was set back, if it was, and the cursor to keep."""
    tick = Tick(time.time(), time.clock_gettime(_STEADY), _boot())
    kept = {"wall": tick.wall, "steady": tick.steady, "boot": tick.boot}
    before = _kept(cursor or {})
    seconds = set_back(before, tick) if before else 0
    if not before or not seconds:
        return [], kept
    # Two processes that notice the same step compare with the same moment, so they make the same key.
    key = f"clock:{worktree}:{before.boot}:{before.wall!r}"
    return [Event(FactKind.DAEMON, now, key, Daemon(DaemonAction.CLOCK, f"the clock was set back by {seconds} s", seconds), worktree)], kept


def set_back(before: Tick, after: Tick) -> int:
    """By how many seconds, rounded up; 0 when it was not. Over a restart, only a step that puts `before` in the future can be known."""
    passed = after.steady - before.steady if before.boot and before.boot == after.boot else 0.0
    step = before.wall + passed - after.wall
    return math.ceil(step) if step > NOTICED else 0


def _kept(cursor: Mapping[str, Any]) -> Tick | None:
    """What the scan before kept; None where it kept nothing that can be used."""
    try:
        return Tick(float(cursor["wall"]), float(cursor["steady"]), str(cursor["boot"]))
    except (KeyError, TypeError, ValueError):
        return None


@functools.cache
def _boot() -> str:
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""
