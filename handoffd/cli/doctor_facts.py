"""What `doctor` examines, gathered from the machine and the worktree."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from handoffd import __version__
from handoffd.cli.daemon_control import installed
from handoffd.cli.environment import Environment
from handoffd.cli.program import program
from handoffd.daemon.lifecycle import Running, running, stands_still
from handoffd.daemon.runtime_file import Runtime, read_runtime
from handoffd.files.config import ConfigError, Settings
from handoffd.files.git_dir import git_dir_of
from handoffd.files.layout import DAEMON_LOCK, DAEMON_LOG, FOLDER, REDACTION_KEY, RUNTIME, WANTED
from handoffd.files.permissions import unsafe
from handoffd.files.registry import Entry, Registry
from handoffd.git.repository import Nowhere
from handoffd.git.run import GitMissing
from handoffd.journal.connections import sqlite_version
from handoffd.journal.schema import VERSION
from handoffd.model.errors import UserError, refusal, shell
from handoffd.model.watch_state import Watching, WatchState
from handoffd.setup.checks.finding import Fix
from handoffd.setup.checks.machine import Machine, Refused
from handoffd.setup.checks.worktree import Surroundings

if TYPE_CHECKING:
    from handoffd.pipeline.workspace import Workspace


def here(environment: Environment, path: str | None) -> tuple[Workspace | None, tuple[Refused, ...]]:
    """The worktree that is asked about, or why nobody can work in it; neither where there is none. Where a path is given it must be one."""
    try:
        return environment.place(path), ()
    except (UserError, OSError) as why:
        if path:
            raise
        return None, tuple(_told(why))


def _told(why: UserError | OSError) -> Iterator[Refused]:
    """As it is told; nothing where another check does."""
    from handoffd.files.repository_config import SwitchedOff

    said = refusal(why) if isinstance(why, OSError) else why
    if said is None:
        raise why
    if not isinstance(said, Nowhere | GitMissing | ConfigError):
        yield Refused(str(said), "" if isinstance(said, SwitchedOff) else said.hint)


def _refused(environment: Environment, entry: Entry) -> Iterator[Refused]:
    """The same of a watched repository. git is asked about odd ones alone: there may be a thousand."""
    from handoffd.pipeline.workspace import NotInitialised, open_place

    root, key = Path(entry.root), Path(entry.common_dir, FOLDER, REDACTION_KEY)
    if not root.is_dir() or (git_dir_of(root) and os.path.exists(key) and root.stat().st_uid == os.geteuid()):
        return
    try:
        open_place(root, Settings(), environment.env)
    except NotInitialised as why:
        yield Refused(f"{root} is in the list of watched repositories, but its journal is gone or not whole", why.hint, Fix.INIT)
    except Nowhere as why:
        yield Refused(str(why), f"bring its .git back, or: handoffd uninit {shell(root)}")
    except (UserError, OSError) as why:
        yield from _told(why)


def machine(environment: Environment, refused: tuple[Refused, ...]) -> Machine:
    """The machine as it is now. `refused`: what `here` said."""
    registry = Registry(environment.state_place)
    found, runtime = _daemon(environment)
    # To look at a file system that does not answer would wait as long as the daemon's helper does.
    entries = [entry for entry in registry.entries() if _state(runtime, entry.root) != WatchState.NOT_ANSWERING]
    dead = tuple(entry.root for entry in entries if not Path(entry.root).is_dir())
    lost = {entry.root: tuple(_refused(environment, entry)) for entry in entries}
    return Machine(
        program=_program(),
        version=__version__,
        sqlite=sqlite_version(),
        daemon=(found.pid, found.version) if found else (0, ""),
        still=found is not None and stands_still(found.pid),
        wanted=registry.wanted(),
        problem=runtime.problem,
        # What the daemon said of one that is found to be lost now is older news.
        watched={root: one for root, one in runtime.worktrees.items() if root not in dead and not lost.get(root)},
        dead=dead,
        damaged=registry.damaged,
        refused=tuple({one.identity: one for one in (*refused, *itertools.chain(*lost.values()))}.values()),
        config=_config(environment),
        state=environment.state_place,
        files=daemon_files(environment),
        service=installed(environment),
    )


def watched_by_daemon(environment: Environment) -> Mapping[str, Watching]:
    """How the daemon watches each worktree, by its root; nothing where no daemon runs."""
    return _daemon(environment)[1].worktrees


def _state(runtime: Runtime, root: str) -> str:
    return runtime.worktrees.get(root, Watching()).state


def _daemon(environment: Environment) -> tuple[Running | None, Runtime]:
    """The one that runs, with what it left for `status`."""
    found = running(environment.state_place)
    return found, read_runtime(environment.state_place, found.pid) if found else Runtime()


def daemon_files(environment: Environment) -> tuple[Path, ...]:
    """What the daemon keeps in the state folder and cannot be without."""
    return tuple(environment.state_place / name for name in (DAEMON_LOCK, DAEMON_LOG, RUNTIME, WANTED))


def surroundings(environment: Environment, place: Workspace) -> Surroundings:
    """The worktree as it is now."""
    from handoffd.pipeline.registration import came_along
    from handoffd.pipeline.source_failures import known_failures
    from handoffd.pipeline.worktree_remarks import remarks
    from handoffd.setup.hooks import was_installed

    version, listed = place.journal.version, _is_listed(environment, place)
    return Surroundings(
        git=place.git,
        worktree=place.worktree,
        directory=place.settings.directory,
        journal=place.journal.folder,
        journal_bytes=place.journal.size(),
        journal_problem=place.journal.problem() or ("" if place.journal.path.exists() else "the file is missing"),
        spool=place.spool,
        program=_program() or Path("handoffd"),
        looked=place.journal.meta_number(f"looked {place.id}"),
        now=environment.now(),
        registered=listed,
        ended=not listed and not was_installed(place.worktree),
        stranger=came_along(place),
        newer=f"the journal was written by a newer handoffd (schema {version})" if version > VERSION else "",
        remarks=remarks(place),
        unread=tuple((failure.says, failure.hint) for failure in known_failures(place.journal, place.id).values()),
    )


def _is_listed(environment: Environment, place: Workspace) -> bool:
    """Whether the daemon is told of it; what a list says that is another user's is no news."""
    state = environment.state_place
    stranger = any(map(unsafe, (state, state.parent)))
    return stranger or str(place.worktree.common_dir) in [entry.common_dir for entry in Registry(state).entries()]


def _program() -> Path | None:
    try:
        return program()
    except UserError:
        return None


def _config(environment: Environment) -> tuple[str, str]:
    try:
        environment.settings()
    except UserError as mistakes:
        return str(mistakes).replace("\n", "; "), mistakes.hint
    return "", ""
