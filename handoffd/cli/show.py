"""Print a handoff whole: the newest, or the N-th back.

examples: handoffd show
          handoffd show -n 1
          handoffd show --all -n 3
          handoffd show --json
"""

from __future__ import annotations

import argparse

from handoffd.cli.common import caught_up, json_argument, path_argument
from handoffd.cli.environment import Environment
from handoffd.model.errors import UsageError
from handoffd.reading.choose import nth, written, written_anywhere


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("-n", type=int, default=0, metavar="N", help="the N-th handoff back (0: the newest)")
    parser.add_argument("--all", action="store_true", help="count through the handoffs of every worktree, as `list --all` does")
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.output.terminal import Style, headed

    if args.n < 0:
        raise UsageError("-n counts back from 0", hint="handoffd show -n 1 prints the one before the newest")
    place = caught_up(environment, args.path)
    fact = nth([fact for _, fact in written_anywhere(place.journal)] if args.all else written(place.journal, place.id), args.n)
    if args.json:
        environment.json(fact.document)
    else:
        environment.lines(headed(fact.markdown.rstrip("\n"), Style(environment.colour)))
    return 0
