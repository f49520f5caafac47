"""Tell what is open in all worktrees that are watched, the newest first, a line each. It is what `handoffd` alone prints.

examples: handoffd
          handoffd overview --all
          handoffd overview --json
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handoffd.cli.common import json_argument
from handoffd.cli.environment import Environment

if TYPE_CHECKING:
    from handoffd.files.registry import Entry
    from handoffd.git.repository import Worktree
    from handoffd.reading.overview import OverviewLine

NOTHING = ("nothing is watched yet: handoffd init watches the repository that you are in", "handoffd now tells of any repository, and writes nothing")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="also worktrees where nothing is open")
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.files.registry import Registry
    from handoffd.output.overview_lines import overview_lines
    from handoffd.output.terminal import Style
    from handoffd.reading.overview import brought_up

    entries = Registry(environment.state).entries()
    if not entries:
        return _nothing(args, environment)
    lines, worktrees = _read(environment, entries)
    every = brought_up(lines, worktrees)
    shown = [line for line in every if args.all or line.is_open]
    if args.json:
        for line in shown:
            environment.json(_data(line))
        return 0
    style = Style(environment.colour, environment.width)
    environment.lines("\n".join([*overview_lines(shown, environment.now(), Path(environment.env.get("HOME", "/")), style), *_rest(shown, every)]))
    environment.print(_daemon(environment))
    return 0


def _nothing(args: argparse.Namespace, environment: Environment) -> int:
    for line in () if args.json else NOTHING:
        environment.print(line)
    return 0


def _read(environment: Environment, entries: Sequence[Entry]) -> tuple[list[OverviewLine], dict[str, Worktree]]:
    """The lines of all repositories, and the worktrees that are there, by their roots. One that cannot be read is left out: `status` says why."""
    from handoffd.files.mounts import is_network_fs
    from handoffd.journal.store import Journal, journal_folder
    from handoffd.model.errors import UserError
    from handoffd.reading.overview import lines_of

    lines: list[OverviewLine] = []
    there: dict[str, Worktree] = {}
    for common, root in {entry.common_dir: Path(entry.root) for entry in entries}.items():
        try:
            known = _worktrees(root, Path(common))
            journal = Journal(journal_folder(Path(common), environment.state, is_network_fs(Path(common))))
            with journal.reading():
                lines += lines_of(common, journal, known)
        except (UserError, OSError):
            continue
        there.update({str(one.root): one for one in known.values()})
    return lines, there


def _worktrees(root: Path, common: Path) -> dict[str, Worktree]:
    """The repository's worktrees that are there, by their ids in the journal."""
    from handoffd.git.repository import linked_worktrees
    from handoffd.git.run import Git
    from handoffd.pipeline.workspace import worktree_id

    first = _worktree(root, common)
    others = linked_worktrees(Git(first.root), first, (first.root,)) if (common / "worktrees").is_dir() else ()
    return {worktree_id(one): one for one in (first, *others)}


def _worktree(root: Path, common: Path) -> Worktree:
    """A plain worktree without a process of git; any other is asked for."""
    from handoffd.git.repository import Worktree, discover

    if (root / ".git") == common and (common / "HEAD").is_file() and not (common / "reftable").exists():
        return Worktree(root, common, common)
    return discover(root)


def _rest(shown: Sequence[OverviewLine], every: Sequence[OverviewLine]) -> list[str]:
    """What is not shown, and how to see it."""
    from handoffd.model.counts import plural

    left = len(every) - len(shown)
    if not every:
        return ["no handoff was written yet: handoffd flush writes one"]
    if not shown:
        return [f"nothing is open in {plural(left, 'worktree')} (handoffd overview --all)"]
    return [f"+{left} where nothing is open (handoffd overview --all)"] if left else []


def _daemon(environment: Environment) -> str:
    from handoffd.daemon.lifecycle import running
    from handoffd.model.local_time import day, minute

    found = running(environment.state)
    return f"daemon: running since {day(found.since)} {minute(found.since)}" if found is not None else "daemon: not running (handoffd start)"


def _data(line: OverviewLine) -> dict[str, object]:
    return {
        "repository": line.repository,
        "path": line.root or None,
        "worktree": line.name,
        "branch": line.branch,
        "next_step": line.next_step,
        "failing": line.red,
        "unpushed": line.unpushed,
        "stashes": line.stashes,
        "last_event": line.at,
        "as_of": line.as_of,
        "open": line.is_open,
    }
