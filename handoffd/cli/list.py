"""List the handoffs of this worktree, newest first.

example: handoffd list
"""

from __future__ import annotations

import argparse

from handoffd.cli.common import caught_up, json_argument, path_argument
from handoffd.cli.handoffs import written
from handoffd.cli.world import World
from handoffd.model.errors import UserError


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    json_argument(parser)


def run(args: argparse.Namespace, world: World) -> int:
    from handoffd.output.terminal import Style, handoff_list

    place = caught_up(world, args.path)
    every = written(place)
    if not every:
        raise UserError("no handoff was written here yet", hint="handoffd flush")
    rows = [
        {
            "n": back,
            "name": fact.name,
            "branch": fact.branch,
            "started": fact.started,
            "ended": fact.ended,
            "trigger": fact.trigger,
            "closed": fact.closes,
            "reconstructed": fact.reconstructed,
        }
        for back, fact in enumerate(every)
    ]
    if args.json:
        for row in rows:
            world.json(row)
    else:
        world.print(handoff_list(rows, Style(world.colour, world.width)))
    return 0
