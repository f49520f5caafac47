"""Steady time, and the one alarm of the daemon: a single date job, moved only when it must ring earlier. Nothing runs by interval.

Its times are steady seconds, which go on in suspend and are never set: the wall clock may be put back a day while the alarm waits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handoffd.daemon.scheduler import Scheduler

# Python names it on Linux only; the monotonic clock elsewhere may stand still in suspend, which makes the alarm late, not wrong.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady() -> float:
    """Seconds since some moment before now, that nobody can set."""
    return time.clock_gettime(_STEADY)


class Alarm:
    """Call `callback` at a time, on a thread of the alarm's.

    Lazy: a later time than the one set is not kept, as moving the job at every keystroke would wake the scheduler's thread each time;
    when the alarm rings, its owner looks whether the time has come and asks again with `at`. The thread's own sleep does not count the time
    in suspend: an alarm rings at the latest so long after waking as it had to go before.
    """

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback = callback
        self._lock = threading.Lock()
        self._set: float | None = None
        self._over = False
        self._scheduler: Scheduler | None = None

    def start(self) -> None:
        """Ring from now on, at once if a time that was asked for is past."""
        # A fifth of what the daemon loads, so it watches first.
        from handoffd.daemon.scheduler import Scheduler

        with self._lock:
            self._scheduler = Scheduler(self._ring, steady)
            if self._set is not None:
                self._scheduler.set(self._set)

    def stop(self) -> None:
        """End the alarm for good; one that rings at this moment rings on."""
        # Dropping the job first waits for a run of the scheduler's loop, which would not survive to find itself stopped half-way.
        with self._lock:
            self._over = True
            self._drop()
        if self._scheduler is not None:
            self._scheduler.stop()

    def at(self, due: float) -> None:
        """Ring at this time (steady seconds), or earlier if an earlier time is set; a time that is past rings at once."""
        with self._lock:
            if self._over or (self._set is not None and self._set <= due):
                return
            self._set = due
            if self._scheduler is not None:
                self._scheduler.set(due)

    def cancel(self) -> None:
        """Forget the time that is set, if any."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        self._set = None
        if self._scheduler is not None:
            self._scheduler.drop()

    def _ring(self) -> None:
        with self._lock:
            self._set = None
        self._callback()
