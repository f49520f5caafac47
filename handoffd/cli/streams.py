"""The three standard streams, as cron, agents and hooks leave them: closed, full, or with a reader that has gone."""

from __future__ import annotations

import os
import sys

from handoffd.model.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class ReaderGone(Exception):
    """Who read stdout (head, a pager) has gone: no fault."""


def fill_streams() -> None:
    """Open the closed ones of stdin, stdout and stderr on /dev/null. The next file to be opened, a journal, would get their number else, and
    what any library says on stderr would be written into it."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - for as long as the process lives


def write_out(text: str) -> None:
    """To stdout. Raises ReaderGone; UserError where the result cannot be written (a full disk)."""
    _guarded(lambda: sys.stdout.write(text))


def flush_out() -> None:
    """What waits for stdout, written now; raises as `write_out`."""
    _guarded(sys.stdout.flush)


def write_error(text: str) -> None:
    """To stderr; talk that nobody can hear is no reason to fail."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _point_away(2)


def _guarded(write: Callable[[], object]) -> None:
    try:
        write()
    except BrokenPipeError:
        _point_away(1)
        raise ReaderGone from None
    except OSError as fault:
        _point_away(1)
        raise UserError(f"the result cannot be written: {fault.strerror}", hint="is the disk of the output full?") from None


def _point_away(number: int) -> None:
    """To /dev/null, so that the interpreter's own last flush is quiet."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, number)
    os.close(null)
