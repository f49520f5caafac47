"""Stop watching a repository: hooks, exclude line and registration go, byte for byte. Handoffs and journal stay unless --purge.

example: handoffd uninit ~/src/shop
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from handoffd.cli.common import path_argument, reload_daemon
from handoffd.cli.environment import Environment
from handoffd.model.errors import UserError


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("--purge", action="store_true", help="remove the journal and the handoff files too")
    parser.add_argument("--all", action="store_true", help="every registered repository")


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.files.registry import Registry

    if not args.all:
        _one(environment, environment.cwd / args.path if args.path else environment.cwd, args.purge)
        return 0
    code = 0
    for entry in Registry(environment.state).entries():
        try:
            _one(environment, Path(entry.root), args.purge)
        except (UserError, OSError) as problem:
            environment.talk(f"handoffd: {entry.root}: {problem}")
            code = 1
    return code


def _one(environment: Environment, path: Path, purge: bool) -> None:
    """One of the list that is not there any more, or no worktree, is only forgotten: there is nothing left to restore."""
    from handoffd.files.git_dir import git_dir_of

    if git_dir_of(path) or not _forgotten(environment, path):
        _restored(environment, path, purge)


def _forgotten(environment: Environment, path: Path) -> bool:
    """Whether the registry knew a worktree at `path`; now it does not."""
    from handoffd.files.registry import Registry

    registry = Registry(environment.state)
    known = {entry.root for entry in registry.entries()} & {os.path.abspath(path), os.path.realpath(path)}
    for root in known:
        registry.remove(root)
        environment.print(f"no longer watching {root}: it is {'in no git worktree' if path.is_dir() else 'not there'}")
    reload_daemon(environment)
    return bool(known)


def _restored(environment: Environment, path: Path, purge: bool) -> None:
    from handoffd.git.repository import discover
    from handoffd.model.counts import plural
    from handoffd.pipeline.registration import end, handoff_files, purge_all
    from handoffd.pipeline.workspace import prepare
    from handoffd.setup.exclude import unhide
    from handoffd.setup.hooks import uninstall

    place = prepare(discover(path), environment.settings(), environment.env)
    end(place, environment.state)
    reload_daemon(environment)
    for line in uninstall(place.git, place.worktree):
        environment.print(f"  {line}")
    unhide(place.worktree, place.settings.directory)
    left = handoff_files(place)
    if purge:
        purge_all(place)
        environment.print(f"no longer watching {place.root}; journal and {plural(len(left), 'handoff')} removed")
        return
    environment.print(f"no longer watching {place.root}; the journal stays (--purge removes it)")
    if left:
        names = ", ".join(str(file.relative_to(place.root)) for file in left[:3])
        environment.talk(f"note: {plural(len(left), 'handoff file')} untracked now: {names}{' ...' if len(left) > 3 else ''}")
