"""Which events a person asks for: by kind, time, branch and path."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from handoffd.cli.common import relative
from handoffd.model.drops import Drop
from handoffd.model.durations import seconds_in
from handoffd.model.errors import UsageError
from handoffd.model.events import KINDS, Event
from handoffd.model.facts import Agent, Commit, File, Note, Test
from handoffd.model.records import dataclass

TIMES = "2h, 30m, 7d or 2026-03-08[T14:30]"


@dataclass(frozen=True, slots=True)
class Selection:
    """`since` <= at < `until`, epoch seconds. `branch` '' and `path` '' are all of them; `path` is a file or a folder of the worktree."""

    kinds: tuple[str, ...] = ()
    since: float = float("-inf")
    until: float = float("inf")
    branch: str = ""
    path: str = ""

    def holds(self, event: Event) -> bool:
        """Whether the event was asked for, its kind aside: the journal is asked by kind."""
        timely = self.since <= event.at < self.until
        return timely and self.branch in ("", event.branch) and (not self.path or any(map(self._covers, paths_of(event))))

    def _covers(self, path: str) -> bool:
        return path == self.path or path.startswith(f"{self.path}/")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of a verb that selects events."""
    parser.add_argument("--kind", action="append", choices=sorted(KINDS), metavar="KIND", help=f"only this kind: {', '.join(sorted(KINDS))}")
    parser.add_argument("--since", metavar="TIME", help=f"only what happened since then: {TIMES}")
    parser.add_argument("--until", metavar="TIME", help="only what happened before then")
    parser.add_argument("--branch", metavar="NAME", default="", help="only what happened on this branch")
    parser.add_argument("--path", metavar="FILE", default="", dest="only", help="only what touched this file or folder")


def selection(args: argparse.Namespace, now: float, cwd: Path, root: Path) -> Selection:
    """What the options say. `--path` is as the person sees it from `cwd`."""
    since = moment(args.since, now, "--since") if args.since else float("-inf")
    until = moment(args.until, now, "--until") if args.until else float("inf")
    path = relative(args.only, cwd, root, "--path") if args.only else ""
    return Selection(tuple(args.kind or ()), since, until, args.branch, "" if path == "." else path)


def moment(text: str, now: float, option: str) -> float:
    """Epoch seconds of `2h` (ago) or an ISO date or time, local unless it says otherwise."""
    ago = seconds_in(text)
    if ago is not None:
        return now - ago
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{option} {text!r} is no time", hint=TIMES) from None


def paths_of(event: Event) -> Iterator[str]:
    """Every path that an event is about."""
    fact = event.fact
    if isinstance(fact, Commit):
        for change in fact.changes:
            yield from (change.path, change.old_path)
    elif isinstance(fact, File):
        yield from (fact.path, fact.old_path)
    elif isinstance(fact, Test):
        yield fact.report
        yield from (failure.path for failure in fact.failures)
    elif isinstance(fact, Note | Drop | Agent):
        yield fact.path
