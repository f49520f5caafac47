"""Forget events of closed sessions that are older than a time: by default than `keep` of the config, by the time that two looks at least a day
apart agree on. What is open stays, and so do the newest handoff of each branch and the handoff files. The daemon does the same once a day.

examples: handoffd prune
          handoffd prune --before 30d
"""

from __future__ import annotations

import argparse

from handoffd.cli.common import caught_up, json_argument, path_argument
from handoffd.cli.environment import Environment
from handoffd.cli.event_filter import TIMES, moment


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("--before", metavar="TIME", help=f"what is older than this: {TIMES}")
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.model.counts import plural
    from handoffd.pipeline.pruning import prune
    from handoffd.pipeline.retention import confirmed

    now = environment.now()
    before = moment(args.before, now, "--before") if args.before else None
    place = caught_up(environment, args.path)
    with environment.progress() as report:
        count = prune(place.reporting(report), confirmed(place.journal, now) - place.settings.keep if before is None else min(before, now), now)
    if args.json:
        environment.json({"forgotten": count})
    else:
        environment.print(f"{plural(count, 'event')} forgotten")
    return 0
