"""What several verbs do: catch up with the sources, revive a daemon that should be there."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from handoffd.model.errors import UsageError, UserError

if TYPE_CHECKING:
    from handoffd.cli.environment import Environment
    from handoffd.pipeline.ingest import Ingested
    from handoffd.pipeline.workspace import Workspace


def path_argument(parser: argparse.ArgumentParser) -> None:
    """A verb with no other argument takes PATH last."""
    parser.add_argument("path", nargs="?", metavar="PATH", help="a folder of the worktree (default: the current directory)")


def json_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def caught_up(environment: Environment, path: str | None) -> Workspace:
    """The worktree with its journal brought up to date, and handoffs written that nobody was there to write."""
    from handoffd.daemon.lifecycle import running
    from handoffd.pipeline.flush import catch_up

    place = environment.place(path)
    revive(environment)
    with environment.progress() as report:
        catch_up(place.reporting(report), "cli", environment.now(), watched=running(environment.state) is not None)
    tell_unread(environment, place)
    return place


def ingested(environment: Environment, path: str | None) -> tuple[Workspace, Ingested]:
    """The worktree with its journal brought up to date, and what came in; no handoff's file is touched."""
    from handoffd.pipeline.ingest import ingest

    place = environment.place(path)
    revive(environment)
    with environment.progress() as report:
        news = ingest(place.reporting(report), "cli", environment.now())
    tell_unread(environment, place)
    return place, news


def tell_unread(environment: Environment, place: Workspace) -> None:
    """Say on stderr which sources could not be read: what the verb shows lacks what they would have said."""
    from handoffd.pipeline.source_failures import known_failures

    for failure in known_failures(place.journal, place.id).values():
        environment.complain(UserError(failure.says, failure.hint))


def revive(environment: Environment) -> None:
    """Start a dead daemon again, once `start` was asked for. It failing is no reason for the verb to fail."""
    from handoffd.files.registry import Registry

    if not Registry(environment.state).wanted():
        return
    from handoffd.daemon.lifecycle import running

    if running(environment.state) is not None:
        return
    from handoffd.cli.daemon_control import begin_again

    try:
        begin_again(environment)
    except UserError as problem:
        environment.talk(f"handoffd: {problem}")


def refuse_borrowed_root(environment: Environment, folder: Path) -> None:
    """Root's files in a folder of the person who called sudo would keep that person out of it from then on."""
    caller = environment.env.get("SUDO_UID", "")
    if os.geteuid() == 0 and caller not in ("", "0") and folder.exists() and str(folder.stat().st_uid) == caller:
        raise UserError(f"{folder} belongs to the user who called sudo", hint="run it without sudo")


def reload_daemon(environment: Environment) -> None:
    """Let a running daemon read registry and config anew."""
    import signal

    from handoffd.daemon.lifecycle import running, tell

    found = running(environment.state)
    if found is not None and found.pid:
        tell(found, signal.SIGHUP)


def relative(text: str, cwd: Path, root: Path, option: str) -> str:
    """A path as a person typed it, relative to the worktree; it need not exist."""
    path = os.path.normpath(os.path.relpath(os.path.join(os.path.realpath(cwd), text), os.path.realpath(root)))
    if path == ".." or path.startswith("../"):
        raise UsageError(f"{option} {text} is outside of the worktree", hint="name a path inside of it")
    return path
