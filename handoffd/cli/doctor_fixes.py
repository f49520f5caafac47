"""What `doctor --fix` does. Only what is ours is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from handoffd.cli.common import reload_daemon
from handoffd.cli.daemon_control import begin_again
from handoffd.cli.doctor_facts import daemon_files, watched_by_daemon
from handoffd.cli.environment import Environment
from handoffd.cli.program import program
from handoffd.daemon.lifecycle import stop, wait_until
from handoffd.files.layout import JOURNAL_LOCK
from handoffd.files.registry import Entry, Registry
from handoffd.files.safe_open import is_taken
from handoffd.files.set_aside import set_aside
from handoffd.model.errors import UserError, shell
from handoffd.setup.checks.finding import Fix

if TYPE_CHECKING:
    from handoffd.pipeline.workspace import Workspace


_SECONDS = 3.0


def fixes(environment: Environment, place: Workspace | None) -> dict[Fix, Callable[[], object]]:
    """Every fix that can be carried out here."""
    known: dict[Fix, Callable[[], object]] = {
        Fix.STATE_MODE: lambda: _state_mode(environment.state_place),
        Fix.STATE_FILES: lambda: _state_files(environment),
        Fix.REGISTRY: lambda: _registry(environment),
        Fix.INIT: lambda: _begin_again(environment),
        Fix.DAEMON: lambda: _daemon(environment),
        Fix.SERVICE: lambda: _daemon(environment),
    }
    return known | (_of_worktree(environment, place) if place else {})


def _of_worktree(environment: Environment, place: Workspace) -> dict[Fix, Callable[[], object]]:
    from handoffd.pipeline.workspace import make_spool
    from handoffd.setup.exclude import hide
    from handoffd.setup.hooks import install

    return {
        Fix.HOOKS: lambda: install(place.git, place.worktree, program()),
        Fix.EXCLUDE: lambda: hide(place.worktree, place.settings.directory),
        Fix.SPOOL: lambda: make_spool(place),
        Fix.IN_THE_WAY: lambda: _clear(environment, place),
        Fix.WATCHED: lambda: _watched(environment, place),
        Fix.MODES: lambda: _modes({place.journal.folder, place.spool.parent}),
        Fix.JOURNAL: lambda: _journal(environment, place),
    }


def _state_mode(state: Path) -> None:
    for folder in (state.parent, state):
        folder.chmod(0o700)


def settle(environment: Environment) -> None:
    """Give a running daemon the time to look at what was fixed: what it says of it is examined next."""
    wait_until(lambda: not any(watching.state for watching in watched_by_daemon(environment).values()), _SECONDS)


def _state_files(environment: Environment) -> None:
    from handoffd.setup.checks.machine import misplaced

    for path in misplaced(environment.state_place, daemon_files(environment)):
        _set_aside(environment, path)


def _clear(environment: Environment, place: Workspace) -> None:
    """What stands where the journal's lock or the spool belongs."""
    from handoffd.pipeline.workspace import make_spool

    for path in (place.journal.folder / JOURNAL_LOCK, place.spool):
        if is_taken(path):
            _set_aside(environment, path)
    make_spool(place)


def _set_aside(environment: Environment, path: Path) -> None:
    """Whatever it is, it is kept."""
    environment.talk(f"kept as {set_aside(path, environment.now())}")


def _begin_again(environment: Environment) -> None:
    """Watch the repositories of the list that lost their journal, as `init` does."""
    from handoffd.git.repository import discover
    from handoffd.pipeline.registration import begin, came_along
    from handoffd.pipeline.workspace import prepare
    from handoffd.setup.exclude import hide
    from handoffd.setup.hooks import install

    for entry in Registry(environment.state).entries():
        if not Path(entry.root).is_dir():
            continue
        place = prepare(discover(Path(entry.root)), environment.settings(), environment.env)
        if place.journal.exists:
            continue
        strange = came_along(place)
        if strange:
            raise UserError(strange, hint=f"handoffd init {shell(place.root)}")
        begin(place, environment.state, environment.now())
        hide(place.worktree, place.settings.directory)
        install(place.git, place.worktree, program())
    reload_daemon(environment)


def _modes(folders: Iterable[Path]) -> None:
    for folder in folders:
        folder.chmod(0o700)
        for file in folder.iterdir():
            if file.is_file() and not file.is_symlink():
                file.chmod(0o600)


def _journal(environment: Environment, place: Workspace) -> None:
    """A damaged one is replaced, and what its sources still tell is read again."""
    from handoffd.pipeline.flush import catch_up

    place.journal.repair()
    catch_up(place, "cli", environment.now(), watched=True)


def _watched(environment: Environment, place: Workspace) -> None:
    Registry(environment.state).add(Entry(str(place.worktree.common_dir), str(place.root)))
    reload_daemon(environment)


def _registry(environment: Environment) -> None:
    registry = Registry(environment.state)
    for entry in registry.entries():
        if not Path(entry.root).is_dir():
            registry.remove(entry.root)
            environment.talk(f"no longer watching {entry.root}: it is not there")
    for file in registry.damaged:
        _set_aside(environment, Path(file))
    reload_daemon(environment)


def _daemon(environment: Environment) -> None:
    stop(environment.state)
    begin_again(environment)
