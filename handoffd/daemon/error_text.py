"""What goes wrong in a part of the daemon's work, as text: the rest goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable

from handoffd.model.errors import UserError, in_words


def fault_of(work: Callable[[], None], known: bool) -> str:
    """'' when all went well; a bug that is not `known` also ends up in the log with its traceback."""
    try:
        work()
    except (UserError, OSError) as fault:
        return in_words(fault)
    except Exception as bug:
        if not known:
            sys.excepthook(type(bug), bug, bug.__traceback__)
        return f"{type(bug).__name__}: {bug}"
    return ""
