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
from typing import TYPE_CHECKING

from handoffd.cli.world import World
from handoffd.model.errors import UsageError, UserError

if TYPE_CHECKING:
    from handoffd.model.facts import Test
    from handoffd.runner import Ended


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="-- CMD...", help="the command and its arguments")


def run(args: argparse.Namespace, world: World) -> int:
    from handoffd import runner

    words = args.words[1:] if args.words[:1] == ["--"] else args.words
    if not words:
        raise UsageError("there is no command", hint="handoffd run -- CMD...")
    if args.C:
        os.chdir(world.cwd)
    now = world.now()
    with runner.signals_held() as mask:
        try:
            pid = runner.start(words, runner.environment(), mask)
        except runner.NotStarted as fault:
            world.talk(f"handoffd: {fault}")
            return fault.code
        record = _Record.begin(world, words, now)
        ended = runner.wait(pid)
        if record is not None:
            record.end(ended)
        if ended.interrupted:
            runner.die_interrupted()
    return ended.code


class _Record:
    """One run in the spool: its start, which a lock keeps true while it goes on, and its end. Trouble is told and does not stop the command."""

    def __init__(self, world: World, spool: Path, fact: Test, lock: int) -> None:
        self._world, self._spool, self._fact, self._lock = world, spool, fact, lock

    @classmethod
    def begin(cls, world: World, words: list[str], now: float) -> _Record | None:
        """None where nothing is watched, or where nothing can be written."""
        from handoffd.model.facts import Test
        from handoffd.sources.running import hold

        found = _watched(world)
        if found is None:
            return None
        root, spool = found
        name = os.urandom(12).hex()
        fact = Test("", 0, 0, command=_command(root, world.cwd, words), state="running", run=name, started=now, ended=now)
        try:
            one = cls(world, spool, fact, hold(spool.parent, name, now))
            one._tell("start", fact)
        except (UserError, OSError) as trouble:
            world.talk(f"handoffd: this run is not recorded: {trouble}")
            return None
        return one

    def end(self, ended: Ended) -> None:
        """Leave how it ended, then let go of the lock."""
        from dataclasses import replace

        from handoffd.sources.running import release

        now = self._world.now()
        duration = round(now - self._fact.started, 3)
        try:
            self._tell("end", replace(self._fact, state="uncounted", exit=ended.code, ended=now, duration=duration))
            release(self._spool.parent, self._fact.run, self._lock)
        except (UserError, OSError) as trouble:
            self._world.talk(f"handoffd: this run's end is not recorded: {trouble}")

    def _tell(self, what: str, fact: Test) -> None:
        from handoffd.model.events import Event
        from handoffd.sources.spool import append

        append(self._spool, Event("test", fact.ended, f"run:{fact.run}:{what}", fact))


def _watched(world: World) -> tuple[Path, Path] | None:
    """(root, spool) of the worktree around the current directory, read from git's own files: no process is started before the command."""
    from handoffd.git.repository import git_dir_of

    folder = Path(os.path.realpath(world.cwd))
    for root in (folder, *folder.parents):
        git_dir = git_dir_of(root)
        if git_dir is not None:
            spool = git_dir / "handoffd" / "spool"
            return (root, spool) if spool.is_file() else None
    return None


def _command(root: Path, cwd: Path, words: list[str]) -> str:
    """As it is to be typed in the worktree's root."""
    folder = os.path.relpath(os.path.realpath(cwd), root)
    return ("" if folder == "." else f"cd {shlex.quote(folder)} && ") + shlex.join(words)
