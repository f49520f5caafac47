"""Say why a line stands in the handoff: the events behind it, newest first, with who told of them; and whether what it says is so now.

ITEM is the key of a line, words of it, or a file with or without a line. Of a file all lines and its newest events are shown. Exits 1 where no
line is meant, or more than five.

examples: handoffd why "rate limit"
          handoffd why src/client.py:42
          handoffd why src/client.py --json
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from handoffd.cli.common import ingested, json_argument, relative
from handoffd.cli.environment import Environment
from handoffd.model.errors import UsageError, UserError
from handoffd.model.lazy import lazy

if TYPE_CHECKING:
    from handoffd.model.events import Event
    from handoffd.output.terminal import Style
    from handoffd.pipeline.workspace import Workspace
    from handoffd.reading.why import Line, Reason

MOST = 5
ASKED = "no event says it: git's status, refs and the files were asked as they are"
_PLACE = lazy(r"^(?P<path>.+?)(?::(?P<line>\d+))?$")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("item", nargs="+", metavar="ITEM", help="key, words, or FILE[:LINE]")
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.cli.live import live_reading
    from handoffd.output.terminal import Style
    from handoffd.pipeline.scan import reader_of
    from handoffd.reading.why import matching, reason

    wanted = " ".join(args.item).strip()
    if not wanted:
        raise UsageError("ITEM is empty", hint="handoffd why FILE")
    place, news = ingested(environment, None)
    reading = live_reading(place, environment, news)
    path, line = _path_of(wanted, environment, place)
    found = matching(reading.document, wanted, path, line) if reading is not None else []
    reasons = [reason(reader_of(place), place.journal, one) for one in found[: MOST if not path else None]]
    history = _history(place, environment, path, [event.id for one in reasons for event in one.events]) if path else []
    if not reasons and not history:
        raise UserError(f"no line of the handoff holds {wanted!r}", hint=f"handoffd search {wanted}")
    if len(found) > MOST and not path:
        _list(found, environment, Style(environment.colour, environment.width))
        raise UserError(f"{len(found)} lines hold {wanted!r}", hint="name one by its key: handoffd why KEY")
    if args.json:
        _print_json(reasons, history, path, environment)
    else:
        _print(reasons, history, path, environment, Style(environment.colour, environment.width))
    return 0


def _path_of(wanted: str, environment: Environment, place: Workspace) -> tuple[str, int]:
    """The file or folder that is meant, relative to the worktree, and the line; '' where it is none. What is gone is known by its slash or dot."""
    said = _PLACE.match(wanted)
    if said is None or "\n" in wanted:
        return "", 0
    exact, typed = os.path.lexists(environment.cwd / wanted), said["path"]
    typed, line = (wanted, 0) if exact else (typed, int(said["line"] or 0))
    there = os.path.lexists(environment.cwd / typed)
    if not there and not (("/" in typed or "." in typed) and " " not in typed):
        return "", 0
    try:
        path = relative(typed, environment.cwd, place.root, "ITEM")
    except UsageError:
        if there:
            raise
        return "", 0
    return ("", 0) if path == "." else (path, line)


def _history(place: Workspace, environment: Environment, path: str, known: Sequence[int]) -> list[Event]:
    from handoffd.journal.word_search import catch_up
    from handoffd.reading.why import history_of

    catch_up(place.journal, environment.now())
    return history_of(place.journal, place.id, path, known)


def _list(found: Sequence[Line], environment: Environment, style: Style) -> None:
    from handoffd.model.droppable import Candidate
    from handoffd.output.lists import candidate_list

    rows = [(number, Candidate(one.key, one.text, one.section, *one.place[:2])) for number, one in enumerate(found, 1)]
    environment.lines(candidate_list(rows, style))


def _details(one: Reason, event: Event) -> list[str]:
    from handoffd.output.why_lines import details_of

    item = one.line.item
    steps = [one.line.step] if one.line.step else list(item.steps)
    names = [str(step.values["test"]) for step in steps if "test" in step.values]
    paths = [path for path in dict.fromkeys((item.path, *item.paths)) if path] or [""]
    return [detail for path in paths for detail in details_of(event, path, names)]


def _print(reasons: Sequence[Reason], history: Sequence[Event], path: str, environment: Environment, style: Style) -> None:
    from handoffd.model import text
    from handoffd.output.why_lines import details_of, why_lines

    for one in reasons:
        where, first, last = one.line.place
        shown = f"{one.line.section}: {text.path(where, first, last)}" if where else one.line.section
        events = [(event, _details(one, event)) for event in one.events]
        environment.lines(why_lines(f"{one.line.text} [{one.line.key}]", shown, events, one.checks, "" if events else ASKED, style))
    if history:
        events = [(event, list(details_of(event, path))) for event in history]
        environment.lines(why_lines("", f"{'more of ' if reasons else ''}{path}", events, (), "", style))


def _print_json(reasons: Sequence[Reason], history: Sequence[Event], path: str, environment: Environment) -> None:
    from handoffd.journal.row_codec import as_json
    from handoffd.output.why_lines import source_of

    def told(event: Event) -> dict[str, Any]:
        return {**as_json(event), "source": source_of(event)}

    for one in reasons:
        where, first, last = one.line.place
        row = {"key": one.line.key, "section": one.line.section, "text": one.line.text, "path": where, "line": first, "last": last}
        checks = [{"claim": said, "verdict": verdict} for said, verdict in one.checks]
        environment.json({**row, "events": [told(event) for event in one.events], "checks": checks})
    if history:
        row = {"key": "", "section": "", "text": "", "path": path, "line": 0, "last": 0}
        environment.json({**row, "events": [told(event) for event in history], "checks": []})
