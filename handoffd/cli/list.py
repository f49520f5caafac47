"""List the handoffs of this worktree, newest first. With --all those of every worktree of the repository, also of removed ones.

examples: handoffd list
          handoffd list --all
"""

from __future__ import annotations

import argparse

from handoffd.cli.common import caught_up, json_argument, path_argument
from handoffd.cli.environment import Environment
from handoffd.model.errors import UserError
from handoffd.reading.choose import written, written_anywhere


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("--all", action="store_true", help="of every worktree of the repository, also of removed ones")
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.output.terminal import Style, handoff_list

    place = caught_up(environment, args.path)
    every = written_anywhere(place.journal) if args.all else [(place.id, fact) for fact in written(place.journal, place.id)]
    if not every:
        raise UserError("no handoff was written here yet", hint="handoffd flush")
    rows = [
        {
            "n": back,
            "name": fact.name,
            "worktree": worktree,
            "branch": fact.branch,
            "started": fact.started,
            "ended": fact.ended,
            "trigger": fact.trigger,
            "closed": fact.closes,
            "reconstructed": fact.reconstructed,
        }
        for back, (worktree, fact) in enumerate(every)
    ]
    if args.json:
        for row in rows:
            environment.json(row)
    else:
        environment.lines(handoff_list(rows, Style(environment.colour, environment.width)))
    return 0
