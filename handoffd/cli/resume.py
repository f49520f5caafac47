"""Print the handoff of this branch as the world is now, with what changed since it was written, to go on from it.

examples: handoffd resume
          handoffd resume --budget 800
          handoffd resume --branch main
          handoffd resume --command
"""

from __future__ import annotations

import argparse

from handoffd.cli.common import ingested, json_argument, path_argument
from handoffd.cli.environment import Environment
from handoffd.model.errors import UsageError

BUDGET = 1500
LEAST = 400
CHANGED = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("--branch", metavar="NAME", help="of another branch, as it was written")
    parser.add_argument(
        "-n", type=int, default=0, metavar="N", help="the handoff of the N-th session back, as it was written (0: this one, as it is now)"
    )
    parser.add_argument("--budget", type=int, metavar="TOKENS", help=f"about how many tokens to print at most (default {BUDGET}, at least {LEAST})")
    parser.add_argument("--command", action="store_true", help="print the Resume Command alone")
    parser.add_argument(
        "--exit-code", action="store_true", help=f"exit with {CHANGED} when something changed since it was written, with 0 when nothing did"
    )
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.cli.live import now_or_written
    from handoffd.output.json import to_json
    from handoffd.output.markdown import render
    from handoffd.output.terminal import Style, headed
    from handoffd.reading.shorten import shorten

    if args.budget is not None and args.budget < LEAST:
        raise UsageError(f"--budget takes {LEAST} tokens or more", hint="handoffd resume --budget 800")
    if args.n < 0:
        raise UsageError("-n counts back from 0", hint="handoffd resume -n 1 prints the one before")
    place, news = ingested(environment, args.path)
    document = now_or_written(place, environment, news, args.branch, args.n)
    changed = document.since is None or not document.since.nothing
    if args.command:
        environment.lines("\n".join(document.resume.lines))
    elif args.json:
        environment.json(to_json(document if args.budget is None else shorten(document, args.budget, render)))
    else:
        short = shorten(document, args.budget or BUDGET, render)
        environment.lines(headed(render(short).rstrip("\n"), Style(environment.colour)))
    return CHANGED if args.exit_code and changed else 0
