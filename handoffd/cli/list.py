"""List the handoffs of this worktree, newest first. With --all those of every worktree of the repository, also of removed ones.

examples: handoffd list
          handoffd list --all
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from handoffd.cli.common import caught_up, json_argument, path_argument
from handoffd.cli.environment import Environment
from handoffd.model.errors import UserError
from handoffd.model.facts import Handoff
from handoffd.reading.choose import written, written_anywhere


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("--all", action="store_true", help="of every worktree of the repository, also of removed ones")
    json_argument(parser)


def _first_of_its_name(every: Sequence[tuple[str, Handoff]], back: int) -> bool:
    """Whether no newer handoff of the worktree stands in the file of that name: then this one's file was lost, and it is in the journal alone."""
    worktree, fact = every[back]
    return not any((other, newer.name, newer.directory) == (worktree, fact.name, fact.directory) for other, newer in every[:back])


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.output.terminal import Style, handoff_list

    place = caught_up(environment, args.path)
    every = written_anywhere(place.journal) if args.all else [(place.id, fact) for fact in written(place.journal, place.id)]
    if not every:
        raise UserError("no handoff was written here yet", hint="handoffd flush")
    rows = [
        {
            "n": back,
            "name": fact.name if _first_of_its_name(every, back) else "",
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
