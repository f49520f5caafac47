"""APScheduler with one job, at a steady time."""

from __future__ import annotations

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


class Scheduler:
    """Runs `work` at the time that was set last, on a thread of its own. `steady` tells the time."""

    def __init__(self, work: Callable[[], None], steady: Callable[[], float]) -> None:
        self._work = work
        # More than one instance: a time asked for while the work still runs would otherwise be skipped.
        self._scheduler = BackgroundScheduler(
            jobstores={"default": _SteadyStore(steady)},
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 16},
            timezone=UTC,
            daemon=True,
        )
        self._scheduler.start()

    def set(self, due: float) -> None:
        """Run at this time (steady seconds), and at no other."""
        when = datetime.fromtimestamp(max(0.0, due), UTC)
        self._scheduler.add_job(self._work, "date", run_date=when, id=_JOB, replace_existing=True)

    def drop(self) -> None:
        """Do not run, if that was asked for."""
        with suppress(JobLookupError):
            self._scheduler.remove_job(_JOB)

    def stop(self) -> None:
        """End the threads; nobody waits for them."""
        self._scheduler.shutdown(wait=False)


class _SteadyStore(MemoryJobStore):  # type: ignore[misc]
    """The scheduler asks by the wall clock what is due and when to wake; it is answered by the steady one. Dates of jobs are steady seconds."""

    def __init__(self, steady: Callable[[], float]) -> None:
        super().__init__()
        self._steady = steady

    def get_due_jobs(self, now: datetime) -> list[Job]:
        del now
        return list(super().get_due_jobs(datetime.fromtimestamp(self._steady(), UTC)))

    def get_next_run_time(self) -> datetime | None:
        due = super().get_next_run_time()
        return None if due is None else datetime.fromtimestamp(time.time() + due.timestamp() - self._steady(), UTC)
