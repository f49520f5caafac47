"""A moment in the reader's own time."""

from __future__ import annotations

import time

_LAST_SECOND = 253_402_214_400.0  # a day before the year 10000, beyond which strftime fails


def day(at: float) -> str:
    """The local date, `YYYY-MM-DD`. `at` is epoch seconds."""
    return time.strftime("%Y-%m-%d", _local(at))


def minute(at: float) -> str:
    """The local time, `HH:MM`."""
    return time.strftime("%H:%M", _local(at))


def _local(at: float) -> time.struct_time:
    return time.localtime(min(max(at, 0.0), _LAST_SECOND) if at == at else 0.0)
