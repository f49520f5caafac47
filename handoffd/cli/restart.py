"""End the daemon, if one runs, and start it again.

example: handoffd restart
"""

from __future__ import annotations

import argparse

from handoffd.cli import start
from handoffd.cli.environment import Environment


def arguments(parser: argparse.ArgumentParser) -> None:
    start.arguments(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.daemon.lifecycle import stop

    stop(environment.state)
    return start.run(args, environment)
