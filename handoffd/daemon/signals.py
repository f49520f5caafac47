"""The signals that the daemon hears, as words; they can wait while it has no ears."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WORDS = {signal.SIGUSR1: "flush", signal.SIGHUP: "reload", signal.SIGTERM: "end", signal.SIGINT: "end"}


def hear(tell: Callable[[str], None]) -> None:
    """From here on each signal's word is told on the main thread, those that waited first."""

    def heard(number: int, _frame: object) -> None:
        tell(_WORDS[signal.Signals(number)])

    for number in _WORDS:
        signal.signal(number, heard)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _WORDS)


@contextmanager
def waiting() -> Iterator[None]:
    """Inside, signals wait: until the end, or until the program that takes this process's place calls `hear`."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _WORDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WORDS)
