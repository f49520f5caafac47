"""The one alarm of the daemon, by APScheduler: a single date job, moved only when it must ring earlier. Nothing runs by interval."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

_JOB = "alarm"


class Alarm:
    """Call `callback` at a time, on a thread of the alarm's.

    Lazy: a later time than the one set is not kept, as moving the job at every keystroke would wake the scheduler's thread each time;
    when the alarm rings, its owner looks whether the time has come and asks again with `at`. An alarm that was slept through
    (suspend) rings on waking.
    """

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback = callback
        self._lock = threading.Lock()
        self._set: float | None = None
        self._over = False
        # More than one instance: a time asked for while the callback still runs would otherwise be skipped.
        self._scheduler = BackgroundScheduler(
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

    def at(self, epoch: float) -> None:
        """Ring at this time (UTC epoch seconds), or earlier if an earlier time is set; a time that is past rings at once."""
        with self._lock:
            if self._over or (self._set is not None and self._set <= epoch):
                return
            self._set = epoch
            when = datetime.fromtimestamp(epoch, UTC)
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
