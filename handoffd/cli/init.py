"""Watch a repository: make its journal, install the hooks, keep handoff files out of `git status`.

Doing it twice changes nothing. It starts no daemon: `handoffd start` does.

example: handoffd init ~/src/shop
"""

from __future__ import annotations

import argparse

from handoffd.cli.common import path_argument, refuse_borrowed_root, reload_daemon, tell_unread
from handoffd.cli.environment import Environment
from handoffd.cli.program import program


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("--fresh", action="store_true", help="set the journal aside that is there (it came with a copy, say) and begin anew")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done and do nothing")


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.git.repository import discover
    from handoffd.pipeline.registration import begin, came_along, set_journal_aside
    from handoffd.pipeline.workspace import prepare
    from handoffd.setup.exclude import hide, unignored
    from handoffd.setup.hooks import install, plan

    path = environment.cwd / args.path if args.path else environment.cwd
    refuse_borrowed_root(environment, path)
    place = prepare(discover(path), environment.settings(), environment.env)
    if args.dry_run:
        for line in (f"would watch {place.root}", *plan(place.git, place.worktree, program())):
            environment.print(line)
        return 0
    if args.fresh:
        aside = set_journal_aside(place, environment.now())
        if aside:
            environment.talk(f"the journal that was there is kept as {aside}")
    with environment.progress() as report:
        strange = came_along(place)
        fresh = begin(place.reporting(report), environment.state, environment.now())
    tell_unread(environment, place)
    if strange:
        environment.talk(f"note: {strange}: they are taken over; if they are not yours: handoffd init --fresh")
    left = hide(place.worktree, place.settings.directory)
    if left:
        environment.talk(f"note: {left}")
    hooks = install(place.git, place.worktree, program())
    reload_daemon(environment)
    environment.print(f"{'watching' if fresh else 'already watching'} {place.root}")
    for line in hooks:
        environment.print(f"  {line}")
    shown = unignored(place.git, place.worktree, place.settings.directory)
    if shown:
        environment.talk(f"note: {shown.says}")
    from handoffd.daemon.lifecycle import running

    if running(environment.state) is None:
        environment.talk("next: handoffd start")
    return 0
