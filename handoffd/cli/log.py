"""Print the journal of this worktree: one line an event, oldest first.

examples: handoffd log
          handoffd log --kind commit --kind test --since 2h
          handoffd log --branch main --path src --until 2026-03-08T14:30
          handoffd log --follow
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from handoffd.cli import event_filter as selection
from handoffd.cli.common import caught_up, json_argument, path_argument
from handoffd.cli.environment import Environment
from handoffd.model.facts import Handoff
from handoffd.model.kinds import HandoffStage

if TYPE_CHECKING:
    from handoffd.model.events import Event

FOLLOW = 0.5


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    selection.arguments(parser)
    parser.add_argument("--follow", action="store_true", help="go on printing what comes")
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    place = caught_up(environment, args.path)
    wanted = selection.selection(args, environment.now(), environment.cwd, place.root)
    show = _shower(args.json, environment, str(place.root))
    last = 0
    while True:
        for event in place.journal.events(place.id, after=last, kinds=wanted.kinds):
            last = event.id
            if wanted.holds(event):
                show(event)
        if not args.follow:
            return 0
        environment.flush()
        time.sleep(FOLLOW)


class _shower:
    """Prints an event as a line of JSON or of text."""

    def __init__(self, as_json: bool, environment: Environment, root: str) -> None:
        from handoffd.output.terminal import Style

        self._json, self._environment, self._root = as_json, environment, root
        self._style = Style(environment.colour, environment.width)

    def __call__(self, event: Event) -> None:
        from handoffd.journal.row_codec import as_json
        from handoffd.output.terminal import log_line

        if self._json:
            self._environment.json({**as_json(event), "worktree": self._root})
            return
        # An intent is followed by its handoff; a person need not read both.
        if not (isinstance(event.fact, Handoff) and event.fact.stage == HandoffStage.INTENT):
            self._environment.lines(log_line(event, self._style))
