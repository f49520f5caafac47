"""What the daemon says, where it may be that nobody listens."""

from __future__ import annotations

import io
import os
import select
import threading

_PIECE = select.PIPE_BUF
"""So much can be written without waiting once the system calls a pipe writable."""


class Voice(io.TextIOBase):
    """A text stream on a descriptor that never waits and never fails: a pipe that nobody reads, a terminal held by ^S, a full disk and a reader
    who left cost words, not the daemon. What could not be said is counted, and the count is said when there is room again.

    Put in the place of `sys.stderr`, so that tracebacks and warnings of every thread go the same way.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)
        self._untold = 0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, text: str) -> int:
        with self._lock:
            note = f"({self._untold} characters were not said: nobody read them)\n" if self._untold else ""
            said = self._say((note + text).encode("utf-8", "backslashreplace"))
            if said:
                self._untold = 0
            else:
                self._untold += len(text)
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
