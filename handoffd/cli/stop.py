"""End the daemon. It writes a checkpoint of every session with news first. Its service is taken out, and verbs do not start it again.

example: handoffd stop
"""

from __future__ import annotations

import argparse

from handoffd.cli.environment import Environment


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.cli.daemon_control import take_out
    from handoffd.daemon.lifecycle import running, stop
    from handoffd.files.registry import Registry

    del args
    registry = Registry(environment.state)
    if registry.wanted():
        registry.set_wanted(False)
    ran = running(environment.state) is not None
    take_out(environment)
    environment.print("the daemon has ended" if stop(environment.state) or ran else "no daemon runs")
    return 0
