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
from handoffd.model.records import dataclass

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
    found = _read(environment, entries)
    every = brought_up(found.lines, found.there)
    shown = [line for line in every if args.all or line.is_open]
    if args.json:
        for line in shown:
            environment.json(_data(line))
        return 0
    style = Style(environment.colour, environment.width)
    if shown:
        environment.lines("\n".join(overview_lines(shown, environment.now(), Path(environment.env.get("HOME", "/")), style)))
    for said in (*_rest(shown, every, found.unread), _daemon(environment)):
        environment.print(said)
    return 0


def _nothing(args: argparse.Namespace, environment: Environment) -> int:
    for line in () if args.json else NOTHING:
        environment.print(line)
    return 0


@dataclass(frozen=True, slots=True)
class _Found:
    """The lines of all repositories, their worktrees that are there, by repository and id, and how many repositories could not be read."""

    lines: list[OverviewLine]
    there: dict[tuple[str, str], Worktree]
    unread: int


def _read(environment: Environment, entries: Sequence[Entry]) -> _Found:
    """Several repositories at once: some of them ask git where they are."""
    from concurrent.futures import ThreadPoolExecutor

    from handoffd.reading.overview import AT_ONCE

    roots: dict[str, list[Path]] = {}
    for entry in entries:
        roots.setdefault(entry.common_dir, []).append(Path(entry.root))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda one: _repository(environment, Path(one[0]), one[1]), roots.items()))
    read = [one for one in found if one is not None]
    there = {(common, name): worktree for (common, one) in zip(roots, found, strict=True) if one for name, worktree in one[1].items()}
    return _Found([line for lines, _ in read for line in lines], there, len(found) - len(read))


def _repository(environment: Environment, common: Path, roots: Sequence[Path]) -> tuple[list[OverviewLine], dict[str, Worktree]] | None:
    """None where it cannot be read: `status` says why."""
    from handoffd.files.layout import own_folder
    from handoffd.files.mounts import is_network_fs
    from handoffd.journal.store import Journal, journal_folder
    from handoffd.model.errors import UserError
    from handoffd.pipeline.workspace import worktree_id
    from handoffd.reading.overview import lines_of

    try:
        journal = Journal(journal_folder(common, environment.state, is_network_fs(common)))
        # A link in the place of our folder may lead to a journal of anybody's.
        if own_folder(common).is_symlink() or not common.is_dir() or not journal.exists:
            return None
        known = {journal.named(worktree_id(one)): one for one in _worktrees(common, roots)}
        with journal.reading():
            return lines_of(str(common), journal, known), known
    except (UserError, OSError):
        return None


def _worktrees(common: Path, roots: Sequence[Path]) -> tuple[Worktree, ...]:
    """The repository's worktrees that are there. The one that was registered may have been removed."""
    from handoffd.git.repository import Worktree, known_worktree, linked_worktrees
    from handoffd.git.run import Git

    first = next((found for root in (*roots, common.parent) if (found := known_worktree(root, common)) is not None), None)
    known: tuple[Worktree, ...] = (first,) if first is not None else ()
    if (common / "worktrees").is_dir():
        base = first if first is not None else Worktree(common, common, common, bare=True)
        known += linked_worktrees(Git(base.root), base, tuple(one.root for one in known))
    return known


def _rest(shown: Sequence[OverviewLine], every: Sequence[OverviewLine], unread: int) -> list[str]:
    """What is not shown, and how to see it."""
    from handoffd.model.counts import plural

    left = len(every) - len(shown)
    lost = [f"{plural(unread, 'repository', 'repositories')} cannot be read (handoffd status)"] if unread else []
    if not every:
        return lost or ["nothing happened yet in what is watched"]
    if not shown:
        return [f"nothing is open in {plural(left, 'worktree')} (handoffd overview --all)", *lost]
    return [f"+{left} where nothing is open (handoffd overview --all)"] * (left > 0) + lost


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
