"""Tell on one screen how things are: daemon, worktrees, last event, time to idle, last handoff, journal size.

Exits 1 when a daemon is wanted and dead, or a worktree is not watched as it should be.

example: handoffd status
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handoffd.cli.common import json_argument, path_argument
from handoffd.cli.environment import Environment
from handoffd.model.counts import plural
from handoffd.model.errors import UserError, in_words, shell
from handoffd.model.watch_state import Watching, WatchState

if TYPE_CHECKING:
    from handoffd.model.progress import Progress
    from handoffd.pipeline.workspace import Workspace

NOT_THERE = "it is not there (moved: handoffd init where it is now; removed for good: handoffd uninit {})"
DAMAGED = "{} of the list of watched repositories cannot be read (handoffd doctor --fix)"
NO_GIT = "it is in no git worktree (bring its .git back, or: handoffd uninit {})"
DAY = 86400
# Seconds after its last event, for which a worktree is listed.
AWAKE = 7 * DAY
STANDS_STILL = "the daemon stands still: a signal stopped it (handoffd restart)"


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("--all", action="store_true", help=f"also worktrees where nothing happened for {AWAKE // DAY} days")
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.daemon.lifecycle import running, stands_still
    from handoffd.daemon.runtime_file import Runtime, read_runtime
    from handoffd.files.registry import Registry
    from handoffd.model.progress import Stage, counted
    from handoffd.output.terminal import Style, status_screen

    registry = Registry(environment.state)
    found = running(environment.state)
    runtime = read_runtime(environment.state, found.pid) if found else Runtime()
    problem = STANDS_STILL if found and stands_still(found.pid) else runtime.problem
    commons = {entry.root: entry.common_dir for entry in registry.entries()}
    roots = list(dict.fromkeys([*commons, *runtime.worktrees]))
    problem = problem or (DAMAGED.format(plural(len(registry.damaged), "file")) if registry.damaged else "")
    here = Path(os.path.realpath(environment.cwd / (args.path or "")))
    told = {root for root, watching in runtime.worktrees.items() if watching.state} | {str(folder) for folder in (here, *here.parents)}
    awake = [root for root in roots if args.all or root in told or not _sleeps(environment, root, commons.get(root, ""))]
    with environment.progress() as report:
        asked = counted(awake, report, Stage.WORKTREES)
        worktrees = [_worktree(environment, root, runtime.worktrees.get(root, Watching()), found is not None, report) for root in asked]
    daemon = {"pid": found.pid, "since": found.since, "version": found.version} if found else None
    data = {"now": environment.now(), "daemon": daemon, "wanted": registry.wanted(), "trouble": problem, "worktrees": worktrees}
    if args.json:
        environment.json(data)
    else:
        environment.lines(status_screen(data, Style(environment.colour, environment.width)))
        if len(awake) < len(roots):
            environment.print(f"+{len(roots) - len(awake)} where nothing happened for {AWAKE // DAY} days (handoffd status --all)")
    degraded = any(worktree["state"] for worktree in worktrees) or bool(data["trouble"])
    return 1 if (registry.wanted() and found is None) or degraded else 0


def _sleeps(environment: Environment, root: str, common: str) -> bool:
    """Whether nothing happened there for long, by its journal alone. What cannot be read is no sleep: it is to be told. `common`: its
    repository's common dir, '' where that is not known."""
    from handoffd.git.repository import discover, known_worktree
    from handoffd.pipeline.sessions import last_event
    from handoffd.pipeline.workspace import prepare

    try:
        worktree = known_worktree(Path(root), Path(common)) if common else discover(Path(root))
        if worktree is None:
            return False
        place = prepare(worktree, environment.settings(), environment.env)
        with place.journal.reading():
            newest = last_event(place)
    except (UserError, OSError):
        return False
    return 0 < newest < environment.now() - AWAKE


def _worktree(environment: Environment, root: str, watching: Watching, watched: bool, report: Progress) -> dict[str, Any]:
    from handoffd.files.repository_config import SwitchedOff
    from handoffd.git.refs import head_branch
    from handoffd.pipeline.flush import catch_up, last_path
    from handoffd.pipeline.sessions import last_event
    from handoffd.pipeline.workspace import open_place
    from handoffd.pipeline.worktree_remarks import remarks

    about: dict[str, Any] = {
        "path": root,
        "state": watching.state,
        "branch": "",
        "last_event": 0.0,
        "idle_at": 0.0,
        "told": False,
        "last_handoff": "",
        "journal_bytes": 0,
        "remarks": [],
    }
    if watching.state == WatchState.NOT_ANSWERING:  # asking it again would wait as well
        return about
    try:
        place = open_place(Path(root), environment.settings(), environment.env).reporting(report)
        with place.journal.reading():
            done = catch_up(place, "cli", environment.now(), watched)
            about["state"] = done.problem or done.unread or about["state"]
            about |= _open_session(place) | {
                "branch": place.redactor().text(head_branch(place.git, place.worktree)),
                "last_event": last_event(place),
                "last_handoff": last_path(place),
                "journal_bytes": place.journal.size(),
                "remarks": remarks(place),
            }
    except SwitchedOff as wish:
        about["remarks"] = [str(wish)]
    except (UserError, OSError) as problem:
        about["state"] = _told(problem, root, about["state"])
    return about


def _open_session(place: Workspace) -> dict[str, Any]:
    """When it becomes idle, or, once its handoff is written, when it is over."""
    from handoffd.pipeline.sessions import open_session

    last, told = open_session(place)
    return {"idle_at": last + (place.settings.session_gap if told else place.settings.idle) if last else 0.0, "told": told}


def _told(problem: UserError | OSError, root: str, by_daemon: str) -> str:
    """The daemon looked earlier, and saw more; what it cannot see is that there is nothing to see any more."""
    from handoffd.git.repository import Nowhere

    if isinstance(problem, Nowhere) and Path(root).is_dir():
        return NO_GIT.format(shell(root))
    return by_daemon or (in_words(problem) if Path(root).is_dir() else NOT_THERE.format(shell(root)))
