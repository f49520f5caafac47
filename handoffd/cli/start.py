"""Start the daemon in the background: as a service of your own service manager where one answers, else detached.

From now on it is started again when it died, by the manager or by the next verb. One that runs already becomes the version that is installed.

examples: handoffd start
          handoffd start --no-service
"""

from __future__ import annotations

import argparse

from handoffd.cli.environment import Environment


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-service", action="store_true", help="run it detached, and take the service out if there is one")


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.cli.common import refuse_borrowed_root
    from handoffd.cli.daemon_control import begin, begin_detached, brought_up_to_date
    from handoffd.files.registry import Registry
    from handoffd.files.xdg import home

    refuse_borrowed_root(environment, home(environment.env))
    registry = Registry(environment.state)
    registry.set_wanted(True)
    environment.settings()  # a mistake in the config is told here, not in a log
    found, fresh = (begin_detached if args.no_service else begin)(environment)
    if not fresh:
        found = brought_up_to_date(environment, found)
        environment.print(f"the daemon runs already (pid {found.pid}, version {found.version})")
        return 0
    count = len(registry.entries())
    watches = f" and watches {count} {'repository' if count == 1 else 'repositories'}" if count else ""
    environment.print(f"the daemon runs (pid {found.pid}){watches}")
    return 0
