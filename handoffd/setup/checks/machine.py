"""The checks of a machine, whatever the repository. They only read."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from handoffd.files.permissions import no_room, unsafe
from handoffd.files.safe_open import is_taken
from handoffd.git.repository import git_version
from handoffd.git.run import GitMissing
from handoffd.model.errors import shell
from handoffd.model.records import dataclass
from handoffd.model.watch_state import Watching, WatchState
from handoffd.setup.checks.finding import Finding, Fix
from handoffd.setup.service_managers import Installed

OLDEST_GIT = (2, 20, 0)
FEW_WATCHES = 8192
_MORE_WATCHES = "sudo sysctl fs.inotify.max_user_watches=524288"
_REMEDIES: Mapping[str, str] = {
    WatchState.DEGRADED: f"{_MORE_WATCHES}, then handoffd restart; on a network file system this is as it should be",
    WatchState.NOT_ANSWERING: "mend its mount",
}
_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")


class Refused(NamedTuple):
    """A repository that cannot be worked in: what is so and the remedy, '' where its user wants it so."""

    says: str
    remedy: str
    fix: Fix = Fix.NONE

    @property
    def identity(self) -> str:
        """Two that one remedy helps are one."""
        return self.remedy or self.says


@dataclass(frozen=True, slots=True)
class Machine:
    """What is examined; read by the caller. `daemon`: pid and version of the daemon that runs, (0, '') for none; `still`: a signal stopped it.
    `problem`: what keeps the daemon from a part of its work. `watched`: how it watches each worktree. `dead`: registered roots that are not there.
    `damaged`: registry files that cannot be read. `refused`: the repositories that cannot be worked in. `config`: '' or its mistakes, and the remedy.
    `files`: what the daemon keeps in `state`."""

    program: Path | None
    version: str
    sqlite: str
    daemon: tuple[int, str]
    still: bool
    wanted: bool
    problem: str
    watched: Mapping[str, Watching]
    dead: tuple[str, ...]
    damaged: tuple[str, ...]
    refused: tuple[Refused, ...]
    config: tuple[str, str]
    state: Path
    files: tuple[Path, ...]
    service: Installed | None


def git(_machine: Machine) -> Iterator[Finding]:
    try:
        version = git_version()
    except GitMissing as missing:
        yield Finding("git", False, str(missing), "install git 2.20 or newer, or put it on PATH")
        return
    said = ".".join(map(str, version))
    yield Finding("git", version >= OLDEST_GIT, f"{shutil.which('git')} {said}", "install git 2.20 or newer")


def python(machine: Machine) -> Iterator[Finding]:
    yield Finding("python", True, f"{sys.executable} {sys.version.split()[0]}, SQLite {machine.sqlite}")


def program(machine: Machine) -> Iterator[Finding]:
    alive = machine.program is not None and os.access(machine.program, os.X_OK)
    yield Finding("program", alive, f"{machine.program or 'not found'} {machine.version}", "install handoffd again")


def config(machine: Machine) -> Iterator[Finding]:
    said, remedy = machine.config
    yield Finding("config", not said, said or "no mistakes", remedy)


def state_folder(machine: Machine) -> Iterator[Finding]:
    """What is wrong first: in a folder that is not ours nothing more can be told."""
    yield next(_harm_in_state(machine), Finding("state folder", True, str(machine.state)))


def _harm_in_state(machine: Machine) -> Iterator[Finding]:
    state = machine.state
    for folder in (state.parent, state):
        harm = unsafe(folder)
        if harm:
            chmod, chown = f"chmod 700 {shell(folder)}", f"sudo chown -R {os.getuid()} {shell(folder)}"
            remedy, fix = (chmod, Fix.STATE_MODE) if harm.by_mode else (chown, Fix.NONE)
            yield Finding("state folder", False, f"{folder} {harm.why}", remedy, fix)
    yield from _in_the_way(machine)
    why = no_room(state)
    if why:
        yield Finding("state folder", False, f"{state} {why}", "free some space on that disk, mount it writable, or mend the rights")
    if state.is_dir() and stat.S_IMODE(state.stat().st_mode) & 0o077:
        yield Finding("state folder", False, f"{state} can be entered by others", f"chmod 700 {shell(state)}", Fix.STATE_MODE)


def _in_the_way(machine: Machine) -> Iterator[Finding]:
    for path in misplaced(machine.state, machine.files):
        yield Finding("state folder", False, f"something else is in the place of {path}", f"move it away: {path}", Fix.STATE_FILES)
    for file in machine.files:
        if file.is_file() and not os.access(file, os.R_OK | os.W_OK):
            yield Finding("state folder", False, f"{file} cannot be read and written by you", f"make it yours or remove it: {file}")


def misplaced(state: Path, files: Iterable[Path]) -> tuple[Path, ...]:
    """What stands where the daemon keeps its own, and keeps it from starting: no folder, or no regular file."""
    folders = [folder for folder in (state.parent, state) if os.path.lexists(folder) and not folder.is_dir()]
    return (*folders, *(file for file in files if is_taken(file)))


def registry(machine: Machine) -> Iterator[Finding]:
    for root in machine.dead:
        yield Finding("registry", False, f"{root} is watched but is not there", f"handoffd uninit {shell(root)}", Fix.REGISTRY)
    for file in machine.damaged:
        yield Finding("registry", False, f"{file} cannot be read", f"remove it and run handoffd init again: {file}", Fix.REGISTRY)


def repositories(machine: Machine) -> Iterator[Finding]:
    for refused in machine.refused:
        yield Finding("repository", not refused.remedy, refused.says, refused.remedy, refused.fix)


def daemon(machine: Machine) -> Iterator[Finding]:
    pid, version = machine.daemon
    if not pid:
        yield Finding("daemon", not machine.wanted, "not running", "handoffd start", Fix.DAEMON)
        return
    if machine.still:
        yield Finding("daemon", False, f"pid {pid} stands still: a signal stopped it", f"handoffd restart, or kill -CONT {pid}", Fix.DAEMON)
        return
    yield Finding("daemon", version == machine.version, f"pid {pid}, version {version}", "handoffd restart", Fix.DAEMON)
    if machine.problem:
        yield Finding("daemon", False, machine.problem, "mend what it names, then handoffd restart")
    for root, watching in machine.watched.items():
        if watching.state:
            # A problem in words names its remedy itself.
            yield Finding("worktree", False, f"{root}: {watching.state}", _REMEDIES.get(watching.state, "see docs/troubleshooting.md"))


def service(machine: Machine) -> Iterator[Finding]:
    found = machine.service
    if found is None:
        return
    said = "" if found.lingers else "; it ends when you log out (loginctl enable-linger keeps it)"
    stale = "" if found.current else " is not what handoffd would write now"
    yield Finding("service", found.current, f"{found.file}{stale or said}", "handoffd restart", Fix.SERVICE)


def inotify_watches(machine: Machine) -> Iterator[Finding]:
    try:
        limit = int(_LIMIT.read_text())
    except (OSError, ValueError):
        return
    used = sum(watching.watches for watching in machine.watched.values())
    enough = limit >= max(FEW_WATCHES, used + used // 4)
    yield Finding("inotify watches", enough, f"{used} of at most {limit}", _MORE_WATCHES)
