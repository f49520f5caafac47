"""Start the daemon in the background; from now on verbs start it again when it died.

example: handoffd start
"""

from __future__ import annotations

import argparse

from handoffd.cli.world import World


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(args: argparse.Namespace, world: World) -> int:
    from handoffd.daemon.lifecycle import running, spawn
    from handoffd.registry import Registry

    del args
    registry = Registry(world.state)
    registry.set_wanted(True)
    found = running(world.state)
    if found is not None:
        world.print(f"the daemon runs already (pid {found.pid})")
        return 0
    world.settings()  # a mistake in the config is told here, not in a log
    found = spawn(world.state, world.env)
    count = len(registry.entries())
    world.print(f"the daemon runs (pid {found.pid}) and watches {count} {'repository' if count == 1 else 'repositories'}")
    return 0
