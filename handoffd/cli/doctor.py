"""Check that everything works here, and tell the remedy for what does not. Exits 1 when something is wrong.

example: handoffd doctor
"""

from __future__ import annotations

import argparse

from handoffd.cli.common import json_argument, path_argument
from handoffd.cli.world import World


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    json_argument(parser)


def run(args: argparse.Namespace, world: World) -> int:
    from handoffd import __version__
    from handoffd.cli.program import program
    from handoffd.daemon.lifecycle import running
    from handoffd.model.text import terminal
    from handoffd.registry import Registry
    from handoffd.setup.doctor import Surroundings, examine

    place = world.place(args.path)
    found = running(world.state)
    around = Surroundings(
        git=place.git,
        worktree=place.worktree,
        directory=place.settings.directory,
        program=program(),
        version=__version__,
        daemon_pid=found.pid if found else 0,
        daemon_version=found.version if found else "",
        wanted=Registry(world.state).wanted(),
        journal_bytes=place.journal.size(),
        journal_trouble=place.journal.trouble(),
        spool=place.spool,
    )
    findings = examine(around)
    for finding in findings:
        if args.json:
            world.json({"check": finding.check, "ok": finding.ok, "says": finding.says, "remedy": finding.remedy})
            continue
        world.print(f"{'ok     ' if finding.ok else 'WRONG  '}{finding.check}: {terminal(finding.says, 300)}")
        if finding.remedy and not finding.ok:
            world.print(f"       remedy: {terminal(finding.remedy, 300)}")
    return 0 if all(finding.ok for finding in findings) else 1
