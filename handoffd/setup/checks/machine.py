"""What can be wrong on a machine, whatever the repository. Reads only."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from handoffd.files.permissions import no_room, unsafe
from handoffd.files.safe_open import is_taken
from handoffd.git.repository import git_version
from handoffd.git.run import GitMissing
from handoffd.model.errors import shell
from handoffd.model.records import dataclass
from handoffd.setup.checks.finding import Finding
from handoffd.setup.service_managers import Installed

OLDEST_GIT = (2, 20, 0)
FEW_WATCHES = 8192
_MORE_WATCHES = "sudo sysctl fs.inotify.max_user_watches=524288"
_REMEDIES = {
    "degraded": f"{_MORE_WATCHES}, then handoffd restart; on a network file system this is as it should be",
    "not answering": "mend its mount",
}
_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")


@dataclass(frozen=True, slots=True)
class Machine:
    """Read by the caller. `daemon`: pid and version of the one that runs, (0, '') for none; `still`: a signal stopped it. `watched`: its own words by
    worktree. `dead`: registered roots that are there no more. `damaged`: registry files that cannot be read. `refused`: what is so, its remedy and
    mend for each repository that cannot be worked in, no remedy where somebody wished it so. `config`: '' or its mistakes, and the remedy.
    `files`: what the daemon keeps in `state`."""

    program: Path | None
    version: str
    sqlite: str
    daemon: tuple[int, str]
    still: bool
    wanted: bool
    trouble: str
    watched: Mapping[str, Mapping[str, Any]]
    dead: tuple[str, ...]
    damaged: tuple[str, ...]
    refused: tuple[tuple[str, str, str], ...]
    config: tuple[str, str]
    state: Path
    files: tuple[Path, ...]
    service: Installed | None


def examine_machine(machine: Machine) -> tuple[Finding, ...]:
    """Every check, in the order in which they depend on each other."""
    checks = (_git, _python, _program, _config, _state, _registry, _refused, _daemon, _service, _watches)
    return tuple(finding for check in checks for finding in check(machine))


def _git(_machine: Machine) -> Iterator[Finding]:
    try:
        version = git_version()
    except GitMissing as missing:
        yield Finding("git", False, str(missing), "install git 2.20 or newer, or put it on PATH")
        return
    said = ".".join(map(str, version))
    yield Finding("git", version >= OLDEST_GIT, f"{shutil.which('git')} {said}", "install git 2.20 or newer")


def _python(machine: Machine) -> Iterator[Finding]:
    yield Finding("python", True, f"{sys.executable} {sys.version.split()[0]}, SQLite {machine.sqlite}")


def _program(machine: Machine) -> Iterator[Finding]:
    alive = machine.program is not None and os.access(machine.program, os.X_OK)
    yield Finding("program", alive, f"{machine.program or 'not found'} {machine.version}", "install handoffd again")


def _config(machine: Machine) -> Iterator[Finding]:
    said, remedy = machine.config
    yield Finding("config", not said, said or "no mistakes", remedy)


def _state(machine: Machine) -> Iterator[Finding]:
    """What is wrong first: in a folder that is not ours nothing more can be told."""
    yield next(_harm_in_state(machine), Finding("state folder", True, str(machine.state)))


def _harm_in_state(machine: Machine) -> Iterator[Finding]:
    state = machine.state
    for folder in (state.parent, state):
        harm = unsafe(folder)
        if harm:
            remedy, mend = (f"chmod 700 {shell(folder)}", "state mode") if harm.by_mode else (f"sudo chown -R {os.getuid()} {shell(folder)}", "")
            yield Finding("state folder", False, f"{folder} {harm.why}", remedy, mend)
    yield from _in_the_way(machine)
    why = no_room(state)
    if why:
        yield Finding("state folder", False, f"{state} {why}", "free some space on that disk, mount it writable, or mend the rights")
    if state.is_dir() and stat.S_IMODE(state.stat().st_mode) & 0o077:
        yield Finding("state folder", False, f"{state} can be entered by others", f"chmod 700 {shell(state)}", "state mode")


def _in_the_way(machine: Machine) -> Iterator[Finding]:
    for path in misplaced(machine.state, machine.files):
        yield Finding("state folder", False, f"something else is in the place of {path}", f"move it away: {path}", "state files")
    for file in machine.files:
        if file.is_file() and not os.access(file, os.R_OK | os.W_OK):
            yield Finding("state folder", False, f"{file} cannot be read and written by you", f"make it yours or remove it: {file}")


def misplaced(state: Path, files: Iterable[Path]) -> tuple[Path, ...]:
    """What stands where the daemon keeps its own, and keeps it from starting: no folder, or no regular file."""
    folders = [folder for folder in (state.parent, state) if os.path.lexists(folder) and not folder.is_dir()]
    return (*folders, *(file for file in files if is_taken(file)))


def _registry(machine: Machine) -> Iterator[Finding]:
    for root in machine.dead:
        yield Finding("registry", False, f"{root} is watched but is not there", f"handoffd uninit {shell(root)}", "registry")
    for file in machine.damaged:
        yield Finding("registry", False, f"{file} cannot be read", f"remove it and run handoffd init again: {file}", "registry")


def _refused(machine: Machine) -> Iterator[Finding]:
    for said, remedy, mend in machine.refused:
        yield Finding("repository", not remedy, said, remedy, mend)


def _daemon(machine: Machine) -> Iterator[Finding]:
    pid, version = machine.daemon
    if not pid:
        yield Finding("daemon", not machine.wanted, "not running", "handoffd start", "daemon")
        return
    if machine.still:
        yield Finding("daemon", False, f"pid {pid} stands still: a signal stopped it", f"handoffd restart, or kill -CONT {pid}", "daemon")
        return
    yield Finding("daemon", version == machine.version, f"pid {pid}, version {version}", "handoffd restart", "daemon")
    if machine.trouble:
        yield Finding("daemon", False, machine.trouble, "mend what it names, then handoffd restart")
    for root, said in machine.watched.items():
        if said.get("state"):
            yield Finding("worktree", False, f"{root}: {said['state']}", _remedy_for(str(said["state"])))


def _remedy_for(state: str) -> str:
    """What helps a worktree that is watched otherwise than it should be; the states that are not here name their remedy themselves."""
    return next((remedy for start, remedy in _REMEDIES.items() if state.startswith(start)), "see docs/troubleshooting.md")


def _service(machine: Machine) -> Iterator[Finding]:
    found = machine.service
    if found is None:
        return
    said = "" if found.lingers else "; it ends when you log out (loginctl enable-linger keeps it)"
    stale = "" if found.current else " is not what handoffd would write now"
    yield Finding("service", found.current, f"{found.file}{stale or said}", "handoffd restart", "service")


def _watches(machine: Machine) -> Iterator[Finding]:
    try:
        limit = int(_LIMIT.read_text())
    except (OSError, ValueError):
        return
    used = sum(int(said.get("watches", 0)) for said in machine.watched.values())
    enough = limit >= max(FEW_WATCHES, used + used // 4)
    yield Finding("inotify watches", enough, f"{used} of at most {limit}", _MORE_WATCHES)
