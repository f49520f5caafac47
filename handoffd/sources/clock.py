"""Whether the wall clock was set back since the last look: events from before would lie in the future, and a session never become idle.

A clock that is set forward needs no telling: that is what a suspended machine looks like too, and both are a gap.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handoffd.model.events import Event
from handoffd.model.facts import Daemon
from handoffd.model.kinds import DaemonAction, FactKind
from handoffd.model.records import dataclass

NOTICED = 5.0
"""Smaller steps, in seconds, are the business of the time service."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass(frozen=True, slots=True)
class Tick:
    """Both clocks at one moment, in seconds. `steady` goes on in suspend, cannot be set, and begins anew with each `boot` ('': not known)."""

    wall: float
    steady: float
    boot: str = ""


def read_clock(worktree: str, now: float, cursor: Mapping[str, Any] | None) -> tuple[list[Event], dict[str, Any]]:
    """The event that tells of a clock set back, if it was, and what to keep for the next look."""
    tick = Tick(time.time(), time.clock_gettime(_STEADY), _boot())
    kept = {"wall": tick.wall, "steady": tick.steady, "boot": tick.boot}
    before = _kept(cursor or {})
    seconds = set_back(before, tick) if before else 0
    if not before or not seconds:
        return [], kept
    # Whoever else notices the same step compares with the same moment: one key.
    key = f"clock:{worktree}:{before.boot}:{before.wall!r}"
    return [Event(FactKind.DAEMON, now, key, Daemon(DaemonAction.CLOCK, f"the clock was set back by {seconds} s", seconds), worktree)], kept


def set_back(before: Tick, after: Tick) -> int:
    """By how many seconds, rounded up; 0 when it was not. Over a restart only what puts `before` in the future is known."""
    passed = after.steady - before.steady if before.boot and before.boot == after.boot else 0.0
    step = before.wall + passed - after.wall
    return math.ceil(step) if step > NOTICED else 0


def _kept(cursor: Mapping[str, Any]) -> Tick | None:
    """What the look before left; None where it left nothing that can be used."""
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
