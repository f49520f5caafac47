"""The one alarm of the daemon, by APScheduler: a single date job, moved only when it must ring earlier. Nothing runs by interval.

Its times are steady seconds, which go on in suspend and are never set: the wall clock may be put back a day while the alarm waits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

_JOB = "alarm"
# Python names it on Linux only; the monotonic clock elsewhere may stand still in suspend, which makes the alarm late, not wrong.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady() -> float:
    """Seconds since some moment before now, that nobody can set."""
    return time.clock_gettime(_STEADY)


class _SteadyStore(MemoryJobStore):  # type: ignore[misc]
    """The scheduler asks by the wall clock what is due and when to wake; it is answered by the steady one. Dates of jobs are steady seconds."""

    def get_due_jobs(self, now: datetime) -> list[Job]:
        del now
        return list(super().get_due_jobs(datetime.fromtimestamp(steady(), UTC)))

    def get_next_run_time(self) -> datetime | None:
        due = super().get_next_run_time()
        return None if due is None else datetime.fromtimestamp(time.time() + due.timestamp() - steady(), UTC)


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
        # More than one instance: a time asked for while the callback still runs would otherwise be skipped.
        self._scheduler = BackgroundScheduler(
            jobstores={"default": _SteadyStore()},
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 16},
            timezone=UTC,
            daemon=True,
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """End the alarm for good; one that rings at this moment rings on."""
        # Dropping the job first waits for a run of the scheduler's loop, which would not survive to find itself stopped half-way.
        with self._lock:
            self._over = True
            self._drop()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def at(self, due: float) -> None:
        """Ring at this time (steady seconds), or earlier if an earlier time is set; a time that is past rings at once."""
        with self._lock:
            if self._over or (self._set is not None and self._set <= due):
                return
            self._set = due
            when = datetime.fromtimestamp(max(0.0, due), UTC)
            self._scheduler.add_job(self._ring, "date", run_date=when, id=_JOB, replace_existing=True)

    def cancel(self) -> None:
        """Forget the time that is set, if any."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        self._set = None
        with suppress(JobLookupError):
            self._scheduler.remove_job(_JOB)

    def _ring(self) -> None:
        with self._lock:
            self._set = None
        self._callback()
