"""Long work on a terminal: one line on stderr, written over in place, gone at the end.

Only where a person looks at it: both streams are that terminal, no JSON was asked for, and we are not in its background. It appears after half a
second, so that quick work shows nothing. A thread writes it, for the longest waits are for one git command that reports nothing itself.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from handoffd.cli.streams import write_error
from handoffd.model.progress import Progress, Stage, silent

DELAY = 0.5
BETWEEN = 0.1
USUAL = 80
_CLEAR = "\r\x1b[K"


class Line:
    """The line as it stands on the terminal. `columns` are asked each time: a window can be made smaller meanwhile."""

    def __init__(self, write: Callable[[str], None], columns: Callable[[], int]) -> None:
        self._write, self._columns = write, columns
        self._text = self._shown = ""

    def report(self, stage: Stage, done: int, total: int) -> None:
        """Remember how far the work is; a slow terminal does not hold the work up."""
        self._text = f"{stage} {done} of {total} ..." if total else f"{stage} ..."

    def paint(self) -> None:
        """Write it where it changed. The last column stays free: some terminals wrap when it is filled."""
        text = self._text[: max(self._columns() - 1, 0)]
        if text != self._shown:
            self._write(_CLEAR + text)
            self._shown = text

    def clear(self) -> None:
        """Leave the terminal as it was."""
        if self._shown:
            self._write(_CLEAR)
            self._shown = ""


@contextmanager
def progress(env: Mapping[str, str]) -> Iterator[Progress]:
    """What long work reports to while it goes on."""
    if not _watched(env):
        yield silent
        return
    line, done = Line(write_error, _columns), threading.Event()
    painter = threading.Thread(target=_keep_painting, args=(line, done), daemon=True)
    painter.start()
    try:
        yield line.report
    finally:
        done.set()
        painter.join()
        line.clear()


def _keep_painting(line: Line, done: threading.Event) -> None:
    wait = DELAY
    while not done.wait(wait):
        if _in_foreground():
            line.paint()
        wait = BETWEEN


def _watched(env: Mapping[str, str]) -> bool:
    return sys.stderr.isatty() and sys.stdout.isatty() and env.get("TERM", "dumb") != "dumb"


def _in_foreground() -> bool:
    try:
        return os.tcgetpgrp(sys.stderr.fileno()) == os.getpgrp()
    except OSError:
        return False


def _columns() -> int:
    """0, as serial lines and some containers say, is no width."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or USUAL
    except OSError:
        return USUAL
