"""Run a test command as if it were not wrapped, and journal its result.

Terminal, stdin, signals, job control and exit code are the command's own. Counts are taken from what runners leave meanwhile: their reports
(`reports` in the config) and pytest's own record; without one the handoff says "exit 1, counts unknown". Where the repository is not watched the
command is just run.

examples: handoffd run -- npm test
          handoffd run -- make test
"""

from __future__ import annotations

import argparse
import os
import shlex
from pathlib import Path
from typing import Any

from handoffd.cli import child_process as runner
from handoffd.cli.environment import Environment
from handoffd.files.run_locks import hold, release
from handoffd.files.spool_line import put
from handoffd.model.errors import UsageError, UserError
from handoffd.pipeline.quick_note import spool_around


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="-- CMD...", help="the command and its arguments")


def run(args: argparse.Namespace, environment: Environment) -> int:
    words = args.words[1:] if args.words[:1] == ["--"] else args.words
    if not words:
        raise UsageError("there is no command", hint="handoffd run -- CMD...")
    if args.C:
        os.chdir(environment.cwd)
    now = environment.now()
    with runner.signals_held() as mask:
        try:
            pid = runner.start(words, runner.environment(), mask)
        except runner.NotStarted as fault:
            environment.talk(f"handoffd: {fault}")
            return fault.code
        record = _Record(environment, words, now)
        ended = runner.wait(pid)
        record.end(ended.code)
        if ended.interrupted:
            runner.die_interrupted()
    return ended.code


class _Record:
    """One run in the spool: its start, which a lock keeps true while it goes on, and its end. The fields are those of `model.facts.Test`, which is
    not loaded for it. Trouble is told and does not stop the command."""

    def __init__(self, environment: Environment, words: list[str], now: float) -> None:
        self._environment, self._began, self._lock = environment, now, -1
        self._id = os.urandom(12).hex()
        found = spool_around(environment.cwd)
        if found is None:
            return
        root, self._spool = found
        self._command = _command(root, environment.cwd, words)
        try:
            self._lock = hold(self._spool.parent, self._id, now)
            self._tell("start", now, state="running")
        except (UserError, OSError) as problem:
            environment.talk(f"handoffd: this run is not recorded: {problem}")

    def end(self, code: int) -> None:
        """Leave how it ended, then let go of the lock."""
        if self._lock < 0:
            return
        now = self._environment.now()
        try:
            self._tell("end", now, state="uncounted", exit=code, duration=round(now - self._began, 3))
        except UserError as problem:
            self._environment.talk(f"handoffd: this run's end is not recorded: {problem}")
        release(self._spool.parent, self._id, self._lock)

    def _tell(self, what: str, now: float, **more: Any) -> None:
        data = {"runner": "", "passed": 0, "failed": 0, "command": self._command, "run": self._id, "started": self._began, "ended": now, **more}
        put(self._spool, {"kind": "test", "key": f"run:{self._id}:{what}", "at": now, "branch": "", "data": data})


def _command(root: Path, cwd: Path, words: list[str]) -> str:
    """As it is to be typed in the worktree's root."""
    folder = os.path.relpath(os.path.realpath(cwd), root)
    return ("" if folder == "." else f"cd {shlex.quote(folder)} && ") + shlex.join(words)
