"""Write the handoff of this session now and close the session; print the file's path.

With nothing new since the last handoff it says so and prints that one's path.

example: handoffd flush -m "the retry test is flaky, look there first"
"""

from __future__ import annotations

import argparse
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from handoffd.cli.common import json_argument, path_argument, revive, tell_unread
from handoffd.cli.environment import Environment
from handoffd.model.errors import UserError
from handoffd.model.triggers import Trigger

if TYPE_CHECKING:
    from handoffd.pipeline.flush import Flushed
    from handoffd.pipeline.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("-m", "--message", metavar="TEXT", default="", help="your own words, first in the Resume Command")
    names = [str(trigger) for trigger in Trigger if trigger is Trigger.FLUSH or not trigger.closes]
    parser.add_argument(
        "--trigger",
        metavar="NAME",
        choices=names,
        default=str(Trigger.FLUSH),
        help=f"who asks: {', '.join(names)}; all but flush write a checkpoint and leave the session open",
    )
    parser.add_argument("--dry-run", action="store_true", help="print the handoff, write nothing")
    json_argument(parser)


def _repair_hooks(environment: Environment, place: Workspace) -> None:
    """Put our hooks back where a hook manager wrote its files anew; where they cannot be put back, `doctor` says so."""
    from handoffd.setup.hooks import put_back

    with suppress(UserError, OSError):
        for line in put_back(place.git, place.worktree):
            environment.talk(f"note: {line}")


def _flushed(args: argparse.Namespace, environment: Environment, place: Workspace, trigger: Trigger) -> Flushed:
    """The flush; then, for a person, which sources it had to do without."""
    from handoffd.files.agent_process import agent_around
    from handoffd.pipeline.flush import flush

    with environment.progress() as report:
        done = flush(
            place.reporting(report),
            trigger,
            "cli",
            environment.now(),
            args.message,
            args.dry_run,
            agent_around(environment.env) if args.message else "",
        )
    if trigger is Trigger.FLUSH:
        tell_unread(environment, place)
    return done


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.output.terminal import Style, headed
    from handoffd.setup.exclude import unignored

    place = environment.place(args.path)
    # A hook's flush must neither start a daemon nor talk.
    trigger = Trigger(args.trigger)
    by_hand = trigger is Trigger.FLUSH
    if by_hand:
        revive(environment)
        _repair_hooks(environment, place)
    done = _flushed(args, environment, place, trigger)
    if done.written is None and done.busy:
        raise UserError("git is at work here, so the files could not be looked at", hint="flush again when it is done; see .git/index.lock")
    if done.written is None:
        _tell_nothing_new(environment, done.last)
        return 0
    if args.dry_run or not done.written.path:
        environment.lines(headed(done.written.markdown.rstrip("\n"), Style(environment.colour)))
    if args.dry_run:
        return 0
    if not done.written.path:
        where = "the handoff is in the journal but not in a file" if done.written.kept else "the handoff could be kept nowhere, it is printed above"
        environment.talk(f"handoffd: {where}: {done.written.hint}")
        return 1
    if not done.written.kept:
        environment.talk(f"note: the journal does not know of this handoff: {done.written.hint}")
    if args.json:
        environment.json({"path": done.written.path, "trigger": args.trigger})
        return _still_open(environment, done)
    shown = unignored(place.git, place.worktree, place.settings.directory) if by_hand else None
    if shown:
        environment.talk(f"note: {shown.says}")
    environment.talk("Handoff saved to")
    environment.path(done.written.path)
    return _still_open(environment, done)


def _tell_nothing_new(environment: Environment, last: str) -> None:
    """With the path of the last handoff, while its file is there."""
    gone = bool(last) and not os.path.lexists(last)
    lost = f"; its file {last} is gone, the journal has it: handoffd show" if gone else ""
    environment.talk(f"nothing new since the last handoff{lost}" if last else "nothing to hand over yet")
    if last and not gone:
        environment.path(last)


def _still_open(environment: Environment, done: Flushed) -> int:
    """The exit code: 1, with the reason, where the session was to be closed and is not."""
    if done.open_why:
        environment.talk(f"handoffd: the session is still open: {done.open_why}")
        environment.talk("hint: flush again in a moment; what you said with -m is kept")
    return int(bool(done.open_why))
