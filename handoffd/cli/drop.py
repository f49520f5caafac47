"""Take a line off the handoff: words, a mark, an open box, lost work. It stays away while it is about the same thing, also where it stands elsewhere
in its file, and `log` says that it was taken off. Alone it lists what can be taken off, numbered.

A conflict, a stash and a red test cannot be taken off: git and the tests close them. What an agent takes off is only what agents said.

examples: handoffd drop
          handoffd drop 1
          handoffd drop "staging slot"
          handoffd drop --undo
          handoffd drop --undo "staging slot"
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from handoffd.cli.common import ingested, json_argument
from handoffd.cli.environment import Environment
from handoffd.files.agent_process import agent_around
from handoffd.model.droppable import Candidate, candidates, matching
from handoffd.model.errors import UserError

if TYPE_CHECKING:
    from handoffd.pipeline.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("item", nargs="*", metavar="ITEM", help="words of the line, its key, or its number in the list")
    parser.add_argument("--undo", action="store_true", help="put back what was taken off; alone it lists that")
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.output.lists import candidate_list
    from handoffd.output.terminal import Style

    agent = agent_around(environment.env)
    place, found = _candidates(environment, args.undo, agent)
    wanted = " ".join(args.item)
    chosen = matching(found, wanted) if wanted.strip() else found
    if wanted.strip() and len(chosen) == 1:
        _journal(place, environment, chosen[0], args.undo, agent)
        back = "" if args.undo else f" (handoffd drop --undo {chosen[0].key})"
        environment.talk(f"{'put back' if args.undo else 'taken off'}: {chosen[0].text}{back}")
        return 0
    shown = chosen or found
    if args.json:
        for number, one in _numbered(found, shown):
            environment.json({"n": number, "key": one.key, "section": one.section, "text": one.text, "path": one.path, "line": one.line})
    elif shown:
        environment.lines(candidate_list(_numbered(found, shown), Style(environment.colour, environment.width)))
    if wanted.strip():
        raise UserError(_no_choice(wanted, chosen, agent), hint="handoffd drop KEY" if shown else "handoffd drop lists what can be taken off")
    if not found:
        environment.talk("nothing was taken off" if args.undo else "nothing can be taken off")
    return 0


def _no_choice(wanted: str, chosen: Sequence[Candidate], agent: str) -> str:
    if chosen:
        return f"{len(chosen)} lines hold {wanted!r}; name one by its key"
    return f"no line that can be taken off holds {wanted!r}" + ("; an agent takes off what agents said" if agent else "")


def _numbered(every: Sequence[Candidate], shown: Sequence[Candidate]) -> list[tuple[int, Candidate]]:
    return [(number, one) for number, one in enumerate(every, 1) if one in shown]


def _candidates(environment: Environment, undo: bool, agent: str) -> tuple[Workspace, list[Candidate]]:
    """What stands in the handoff as it is now; or what was taken off it."""
    from handoffd.cli.live import live_reading
    from handoffd.compose.branch_work import branch_now, drops_on
    from handoffd.pipeline.scan import reader_of

    place, news = ingested(environment, None)
    if undo:
        return place, drops_on(place.journal, place.redactor().text(branch_now(reader_of(place))), place.id, bool(agent))
    reading = live_reading(place, environment, news)
    return place, list(candidates(reading.document, bool(agent))) if reading is not None else []


def _journal(place: Workspace, environment: Environment, one: Candidate, undo: bool, agent: str) -> None:
    from handoffd.compose.branch_work import branch_now
    from handoffd.model.drops import Drop
    from handoffd.pipeline.flush import add_note
    from handoffd.pipeline.scan import reader_of

    drop = Drop(one.key, one.text, one.path, one.line, undo, agent)
    with environment.progress() as report:
        add_note(place.reporting(report), drop, "cli", environment.now(), branch_now(reader_of(place)))
