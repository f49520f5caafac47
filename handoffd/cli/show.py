"""Print a handoff whole, as it was written: the newest, or the N-th back.

examples: handoffd show
          handoffd show -n 1
          handoffd show --all -n 3
          handoffd show --json
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from handoffd.cli.common import caught_up, json_argument, path_argument
from handoffd.cli.environment import Environment
from handoffd.model.errors import UsageError
from handoffd.reading.choose import nth, written, written_anywhere

if TYPE_CHECKING:
    from handoffd.model.facts import Handoff
    from handoffd.pipeline.workspace import Workspace

NO_LONGER_SO = "No longer so: handoffd resume"


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
        return 0
    title, quoted, *rest = fact.markdown.rstrip("\n").split("\n")
    stale = [NO_LONGER_SO] if _is_stale(place, fact, environment) else []
    environment.lines(headed("\n".join([title, quoted, *stale, *rest]), Style(environment.colour)))
    return 0


def _is_stale(place: Workspace, fact: Handoff, environment: Environment) -> bool:
    """Whether the document says what is no longer so: of this branch's own it is composed anew, of another what it claims is looked up."""
    from handoffd.cli.live import live_reading
    from handoffd.pipeline.scan import reader_of
    from handoffd.reading.stale import claims_broken

    reading = live_reading(place, environment)
    if reading is not None and reading.written is not None and reading.written.fact == fact and reading.document.since is not None:
        return not reading.document.since.nothing
    return claims_broken(reader_of(place), fact)
