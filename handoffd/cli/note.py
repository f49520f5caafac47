"""Put your own words into the next handoff: what only a person knows.

KIND: done doing todo decision learning gotcha. `note done TEXT` closes an open todo or doing of the same words.

examples: handoffd note todo "ask for a staging slot"
          handoffd note decision "Raise" --why "a warning would be overlooked"
          handoffd note doing "retry" --at src/config.ts:15 --step "tests"
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from handoffd.cli.common import relative, revive
from handoffd.cli.world import World
from handoffd.model.errors import UsageError
from handoffd.model.facts import Note

TYPES = ("done", "doing", "todo", "decision", "learning", "gotcha")
LONGEST = 4000
_AT = re.compile(r"^(?P<path>.+?)(?::(?P<line>\d+)(?:-(?P<last>\d+))?)?$")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=TYPES, metavar="KIND", help=", ".join(TYPES))
    parser.add_argument("text", metavar="TEXT", help="one line")
    parser.add_argument("--why", default="", metavar="TEXT", help="the reason (decision)")
    parser.add_argument("--tradeoff", default="", metavar="TEXT", help="what it costs (decision)")
    parser.add_argument("--at", default="", metavar="FILE[:LINE[-LAST]]", help="the place; the file need not exist")
    parser.add_argument("--step", action="append", default=[], metavar="TEXT", help="a step below it; may be given again")
    parser.add_argument("--category", default="", metavar="NAME", help="[NAME] in front (learning)")


def run(args: argparse.Namespace, world: World) -> int:
    from handoffd.git.refs import head
    from handoffd.pipeline.flush import add_note

    if not args.text.strip():
        raise UsageError("TEXT is empty", hint="handoffd note todo 'what is left'")
    place = world.place()
    revive(world)
    path, line, last = _at(args.at, world.cwd, place.root)
    words = (args.text, args.why, args.tradeoff, args.category, *args.step)
    if any(len(word) > LONGEST for word in words):
        raise UsageError(f"a note is at most {LONGEST} characters long", hint="say the rest in another note")
    note = Note(args.kind, args.text, args.why, args.tradeoff, path, line, last, tuple(args.step), args.category)
    with world.progress() as report:
        add_note(place.reporting(report), note, "cli", world.now(), head(place.git, place.worktree).branch)
    world.talk(f"noted: {args.kind}")
    return 0


def _at(text: str, cwd: Path, root: Path) -> tuple[str, int, int]:
    """Path relative to the worktree, first and last line (0: not said)."""
    said = _AT.match(text)
    if not text or not said:
        return "", 0, 0
    path = relative(said["path"], cwd, root, "--at")
    line = int(said["line"] or 0)
    return path, line, int(said["last"] or line)
