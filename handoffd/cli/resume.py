"""Print the newest handoff of this worktree, shortened to a budget, to go on from it.

examples: handoffd resume
          handoffd resume --budget 800
          handoffd resume --command
"""

from __future__ import annotations

import argparse

from handoffd.cli.common import caught_up, json_argument, path_argument
from handoffd.cli.environment import Environment
from handoffd.model.errors import UsageError
from handoffd.reading.choose import newest

BUDGET = 1500


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("--budget", type=int, default=BUDGET, metavar="TOKENS", help=f"about how many tokens to print at most (default {BUDGET})")
    parser.add_argument("--command", action="store_true", help="print the Resume Command alone")
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.git.refs import head_branch
    from handoffd.output.json import from_json, to_json
    from handoffd.output.markdown import render
    from handoffd.output.terminal import Style, headed
    from handoffd.reading.shorten import shorten

    if args.budget < 1:
        raise UsageError("--budget takes a number of tokens above 0", hint="handoffd resume --budget 2000")
    place = caught_up(environment, args.path)
    fact, aside = newest(place.journal, place.id, place.redactor().text(head_branch(place.git, place.worktree)))
    if aside:
        environment.talk(aside)
    document = from_json(fact.document)
    if args.command:
        environment.lines("\n".join(document.resume.lines))
        return 0
    short = shorten(document, args.budget, render)
    if args.json:
        environment.json(to_json(short))
    else:
        environment.lines(headed(render(short).rstrip("\n"), Style(environment.colour)))
    return 0
