"""Run the daemon in the foreground, for a service manager or to look at what it says. SIGUSR1 writes handoffs, SIGHUP reads the config anew,
SIGTERM ends it.

example: handoffd daemon
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
import time
import traceback
from contextlib import suppress
from types import TracebackType

from handoffd.cli.environment import Environment


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.daemon import lifecycle, memory, notify
    from handoffd.daemon.nonblocking_stderr import NonBlockingStderr
    from handoffd.daemon.service import Service

    del args
    # As Python has it: this process lives long and is to stay small.
    gc.set_threshold(700, 10, 10)
    memory.give_large_blocks_back()
    # Closed (`2>&-`), its number may be given to any file.
    sys.stderr = NonBlockingStderr(sys.stderr.fileno()) if sys.stderr else os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")

    def say(text: str) -> None:
        # A log that cannot be written, its disk being full, is no reason to stop working.
        with suppress(OSError):
            environment.talk(f"{time.strftime('%Y-%m-%d %H:%M:%S', time.localtime())} {text}")

    def bug(kind: type[BaseException], fault: BaseException | None, trace: TracebackType | None) -> None:
        for line in "".join(traceback.format_exception(kind, fault, trace)).splitlines():
            say(line)

    sys.excepthook = bug
    threading.excepthook = lambda told: bug(told.exc_type, told.exc_value, told.exc_traceback)
    # Taken out: what this process runs must not speak to the service manager in its name.
    handed = {name: os.environ.pop(name) for name in (*notify.VARIABLES, lifecycle.LOCK_HANDLE) if name in os.environ}
    Service(environment.env, say, handed).run()
    return 0
