"""How the daemon is kept running: by the user's service manager where one answers, else detached and started again by verbs."""

from __future__ import annotations

import signal
from pathlib import Path

from handoffd import __version__
from handoffd.cli.environment import Environment
from handoffd.cli.program import program
from handoffd.daemon.lifecycle import Running, running, spawn, stop, tell, wait_until
from handoffd.files.layout import DAEMON_LOG
from handoffd.model.errors import UserError
from handoffd.setup.service_managers import Installed, Manager, manager

_SECONDS = 15.0
_UPGRADE_SECONDS = 30.0


def begin(environment: Environment) -> tuple[Running, bool]:
    """The daemon, and whether it was started by this; as a service if that is possible. One that runs detached is handed to the manager.

    Raises UserError when it does not come up.
    """
    kept, found = _manager(environment), running(environment.state)
    answers = kept.answers()
    if found is not None and (not answers or kept.installed()):
        return found, False
    if not answers:
        return spawn(environment.state, environment.env), True
    stop(environment.state)
    return _as_service(environment, kept), True


def begin_detached(environment: Environment) -> tuple[Running, bool]:
    """The same without a service; one that there is goes."""
    take_out(environment)
    found = running(environment.state)
    return (found, False) if found is not None else (spawn(environment.state, environment.env), True)


def begin_again(environment: Environment) -> Running:
    """Start a daemon that died, the way it was started."""
    return begin(environment)[0] if installed(environment) else spawn(environment.state, environment.env)


def brought_up_to_date(environment: Environment, found: Running) -> Running:
    """The daemon that runs, after it had the time to become the version that is installed."""
    tell(found, signal.SIGHUP)

    def renewed() -> Running | None:
        now = running(environment.state)
        return now if now is not None and now.version == __version__ else None

    newer: Running | None = wait_until(renewed, _UPGRADE_SECONDS)
    return newer or running(environment.state) or found


def installed(environment: Environment) -> Installed | None:
    """The service, where there is one."""
    return _manager(environment).installed()


def take_out(environment: Environment) -> bool:
    """Remove the service, which ends its daemon; False where there was none."""
    return _manager(environment).remove()


def _as_service(environment: Environment, kept: Manager) -> Running:
    try:
        kept.install()
    except UserError as problem:
        environment.talk(f"note: it runs without a service: {problem}")
        return spawn(environment.state, environment.env)
    found: Running | None = wait_until(lambda: running(environment.state), _SECONDS)
    if found is None:
        raise UserError("the service did not start", hint="journalctl --user -u handoffd, or handoffd start --no-service")
    return found


def _manager(environment: Environment) -> Manager:
    try:
        at = program()
    except UserError:  # run as a module: whatever PATH has
        at = Path("handoffd")
    return manager(at, environment.env, environment.state_place / DAEMON_LOG)
