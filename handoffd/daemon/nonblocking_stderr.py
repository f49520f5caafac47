"""The daemon's stderr, which never makes the daemon wait."""

from __future__ import annotations

import io
import os
import select
import threading

_PIECE = select.PIPE_BUF
"""So much can be written without waiting once the system calls a pipe writable."""


class NonBlockingStderr(io.TextIOBase):
    """A text stream on a descriptor. Writing never waits and never fails: where a pipe is not read, a terminal is held by ^S, the disk is full or the
    reader has gone, text is lost. How many characters were lost is counted, and the count is written when there is room again.

    It takes the place of `sys.stderr`, so that tracebacks and warnings of every thread go the same way.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)
        self._lost = 0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, text: str) -> int:
        with self._lock:
            note = f"({self._lost} characters were not said: nobody read them)\n" if self._lost else ""
            said = self._say((note + text).encode("utf-8", "backslashreplace"))
            if said:
                self._lost = 0
            else:
                self._lost += len(text)
        return len(text)

    def _say(self, words: bytes) -> bool:
        """True when at least the beginning went out."""
        said = 0
        try:
            while said < len(words) and self._has_room():
                said += os.write(self._descriptor, words[said : said + _PIECE])
        except OSError:  # the reader has gone, the disk is full
            pass
        return said > 0 or not words

    def _has_room(self) -> bool:
        return any(event & select.POLLOUT for _, event in self._poll.poll(0))
