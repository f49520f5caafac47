"""The signals that the daemon hears, as words; they can wait while it has no ears.

Python runs a signal's handler on the main thread, and the kernel mostly gives the signal to that. A process that was stopped gets it on whichever
thread wakes first; the main thread then goes on waiting for the queue and never runs the handler. So a thread that is woken by any signal says
something that wakes the main one.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WORDS = {signal.SIGUSR1: "flush", signal.SIGHUP: "reload", signal.SIGTERM: "end", signal.SIGINT: "end"}


def hear(tell: Callable[[str], None], wake: Callable[[], None]) -> None:
    """From here on each signal's word is told on the main thread, those that waited first. `wake` is called on another thread at each signal."""

    def heard(number: int, _frame: object) -> None:
        tell(_WORDS[signal.Signals(number)])

    _wake_at_each(wake)
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


def _wake_at_each(wake: Callable[[], None]) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

    def listen() -> None:
        while os.read(reader, 64):
            wake()

    threading.Thread(target=listen, name="signals", daemon=True).start()
