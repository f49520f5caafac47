"""List the handoffs of this worktree, newest first: commits, tests and the next step of each. With --all those of every worktree of the
repository, also of removed ones.

examples: handoffd list
          handoffd list --all
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from handoffd.cli.common import caught_up, json_argument, path_argument
from handoffd.cli.environment import Environment
from handoffd.model.errors import UserError
from handoffd.model.facts import Handoff
from handoffd.reading.choose import written, written_anywhere


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("--all", action="store_true", help="of every worktree of the repository, also of removed ones")
    json_argument(parser)


def _first_of_its_name(every: Sequence[tuple[str, Handoff]], back: int) -> bool:
    """Whether no newer handoff of the worktree stands in the file of that name: then this one's file was lost, and it is in the journal alone."""
    worktree, fact = every[back]
    return not any((other, newer.name, newer.directory) == (worktree, fact.name, fact.directory) for other, newer in every[:back])


def _told(fact: Handoff) -> dict[str, Any]:
    """What the handoff says in short. `tests` is None where it knows of no run."""
    status, resume = fact.document.get("status", {}), fact.document.get("resume", {})
    tests = status.get("tests") or {}
    return {
        "commits": sum(1 for commit in status.get("commits", ()) if not commit.get("group")),
        "tests": {name: tests.get(name, 0) for name in ("passed", "failed", "skipped")} if tests.get("seen") else None,
        "next_step": str(resume.get("next_step", "")),
    }


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.output.lists import handoff_list
    from handoffd.output.terminal import Style

    place = caught_up(environment, args.path)
    every = written_anywhere(place.journal) if args.all else [(place.id, fact) for fact in written(place.journal, place.id)]
    if not every:
        raise UserError("no handoff was written here yet", hint="handoffd flush")
    rows = [
        {
            "n": back,
            "name": fact.name if _first_of_its_name(every, back) else "",
            "worktree": worktree,
            "branch": fact.branch,
            "started": fact.started,
            "ended": fact.ended,
            "trigger": fact.trigger,
            "closed": fact.closes,
            "reconstructed": fact.reconstructed,
            **_told(fact),
        }
        for back, (worktree, fact) in enumerate(every)
    ]
    if args.json:
        for row in rows:
            environment.json(row)
    else:
        environment.lines(handoff_list(rows, Style(environment.colour, environment.width)))
    return 0
