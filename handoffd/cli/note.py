"""Put your own words into the next handoff: what only a person knows.

KIND: done doing todo decision learning gotcha. `note done TEXT` closes an open todo or doing of the same words, or of the key that `handoffd drop`
and `show --json` give it. What an agent notes is labelled (agent), and closes what agents noted.

examples: handoffd note todo "ask for a staging slot"
          handoffd note done "ask for a staging slot"
          handoffd note decision "Raise" --why "a warning would be overlooked"
          handoffd note doing "retry" --at src/config.ts:15 --step "tests"
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from handoffd.cli.common import relative, revive
from handoffd.cli.environment import Environment
from handoffd.files.agent_process import agent_around
from handoffd.files.safe_open import read_regular
from handoffd.model.errors import UsageError
from handoffd.model.lazy import lazy
from handoffd.pipeline.quick_note import jot, spool_around

DONE = "done"
TYPES = (DONE, "doing", "todo", "decision", "learning", "gotcha")
LONGEST = 4000
QUOTED = 200
_KEY = lazy(r"[0-9a-f]{8}\Z")
_AT = lazy(r"^(?P<path>.+?)(?::(?P<line>\d+)(?:-(?P<last>\d+))?)?$")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=TYPES, metavar="KIND", help=", ".join(TYPES))
    parser.add_argument("text", metavar="TEXT", help="one line")
    parser.add_argument("--why", default="", metavar="TEXT", help="the reason (decision)")
    parser.add_argument("--tradeoff", default="", metavar="TEXT", help="what it costs (decision)")
    parser.add_argument("--at", default="", metavar="FILE[:LINE[-LAST]]", help="the place; the file need not exist")
    parser.add_argument("--step", action="append", default=[], metavar="TEXT", help="a step below it; may be given again")
    parser.add_argument("--category", default="", metavar="NAME", help="[NAME] in front (learning)")


def run(args: argparse.Namespace, environment: Environment) -> int:
    if not args.text.strip():
        raise UsageError("TEXT is empty", hint="handoffd note todo 'what is left'")
    if any(len(word) > LONGEST for word in (args.text, args.why, args.tradeoff, args.category, *args.step)):
        raise UsageError(f"a note is at most {LONGEST} characters long", hint="say the rest in another note")
    agent = agent_around(environment.env)
    if args.kind == DONE and _KEY.match(args.text):
        args.text = _named(args.text, environment)
    found = spool_around(environment.cwd)
    if found is None or not jot(*found, _fields(args, environment.cwd, found[0], agent), environment.now()):
        _journal(args, environment, agent)
    revive(environment)
    environment.talk(f"noted: {args.kind}")
    return 0


def _named(key: str, environment: Environment) -> str:
    """The words of the open note of this key; the key itself where there is none."""
    from handoffd.cli.common import ingested
    from handoffd.cli.live import live_reading
    from handoffd.model.droppable import note_words
    from handoffd.model.facts import Note

    place, news = ingested(environment, None)
    reading = live_reading(place, environment, news)
    ids = note_words(reading.document, key) if reading is not None else ()
    facts = [event.fact for event in place.journal.events_of(ids)]
    return next((fact.text for fact in facts if isinstance(fact, Note)), key)


def _journal(args: argparse.Namespace, environment: Environment, agent: str) -> None:
    """The whole way, with a look at everything: it tells what is wrong where something is."""
    from handoffd.git.refs import head_branch
    from handoffd.model.facts import Note
    from handoffd.pipeline.flush import add_note

    place = environment.place()
    fields = _fields(args, environment.cwd, place.root, agent)
    note = Note(**{**fields, "steps": tuple(args.step)})
    with environment.progress() as report:
        add_note(place.reporting(report), note, "cli", environment.now(), head_branch(place.git, place.worktree))


def _fields(args: argparse.Namespace, cwd: Path, root: Path, agent: str) -> dict[str, Any]:
    """Those of a Note that were said."""
    path, line, last = _at(args.at, cwd, root)
    quote = _quote(root / path, line) if line else ""
    said = {
        "quote": quote,
        "why": args.why,
        "tradeoff": args.tradeoff,
        "path": path,
        "line": line,
        "last": last,
        "steps": args.step,
        "category": args.category,
        "agent": agent,
    }
    return {"type": args.kind, "text": args.text, **{name: value for name, value in said.items() if value}}


def _quote(file: Path, line: int) -> str:
    """What stands on the line now, '' where nothing does. The file is the person's own, and may be anything."""
    try:
        lines = read_regular(file).split(b"\n")
    except OSError:
        return ""
    return lines[line - 1].decode("utf-8", "replace").strip()[:QUOTED] if line <= len(lines) else ""


def _at(text: str, cwd: Path, root: Path) -> tuple[str, int, int]:
    """Path relative to the worktree, first and last line (0: not said)."""
    said = _AT.match(text)
    if not text or not said:
        return "", 0, 0
    path = relative(said["path"], cwd, root, "--at")
    line = int(said["line"] or 0)
    return path, line, int(said["last"] or line)
