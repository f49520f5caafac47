"""Starts handoffd at the price of a fork: everything is imported once, then each request gets a process of its own.

A line of JSON a request, a line of JSON an answer:

    {"words": [...], "env": {...}, "cwd": "...", "out": "...", "err": "..."}   ->  the pid
    {"wait": pid}                                                             ->  its exit code, -9 when it was killed
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any, NoReturn

from tests.forked import load


def become(request: dict[str, Any]) -> NoReturn:
    """In the child: take over environment, folder and streams, run the command line, and end without the parent's clean-up."""
    code = 70
    try:
        os.setsid()
        os.environ.clear()
        os.environ.update(request["env"])
        time.tzset()
        os.chdir(request["cwd"])
        null = os.open(os.devnull, os.O_RDONLY)
        out, err = (os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) for name in ("out", "err"))
        for handle, number in (null, 0), (out, 1), (err, 2):
            os.dup2(handle, number)
            os.close(handle)
        from handoffd.cli.main import main

        code = main(request["words"])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def serve() -> None:
    """Answer requests until stdin ends."""
    load()
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    for line in iter(sys.stdin.readline, ""):
        request = json.loads(line)
        if "wait" in request:
            answers.write(f"{os.waitstatus_to_exitcode(os.waitpid(request['wait'], 0)[1])}\n")
            continue
        pid = os.fork()
        if not pid:
            become(request)
        answers.write(f"{pid}\n")


if __name__ == "__main__":
    serve()
