"""The user's own service manager: systemd's, or launchd on macOS.

One that does not answer (containers, cron, no session) is none: the daemon then runs detached, and verbs start it again.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from handoffd.files.xdg import base_folder, home
from handoffd.model.errors import UserError
from handoffd.model.records import dataclass
from handoffd.setup.service_units import LABEL, UNIT, agent, bare, marked, unit

_PASSED = ("PATH", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
_SECONDS = 20.0
_NOT_RUN = set("\"'\\")
_LINGER = Path("/var/lib/systemd/linger")


@dataclass(frozen=True, slots=True)
class Installed:
    """The service as it is installed. `current`: it is what `install` would write now; `lingers`: it goes on when its user logs out."""

    file: Path
    current: bool
    lingers: bool


class Manager(Protocol):
    """What a service manager does for the daemon."""

    def answers(self) -> bool:
        """Whether it is there and takes this user's orders now."""

    def installed(self) -> Installed | None:
        """What is in place, None where there is nothing of ours."""

    def install(self) -> None:
        """Put the service in and start it, without waiting for it; from now on it starts at login. Twice changes nothing.

        Raises UserError where the manager refuses, or a file that handoffd did not write is in the place.
        """

    def remove(self) -> bool:
        """Stop the service and take it out, with the folders made for it; False where there is nothing of ours."""


def manager(program: Path, env: Mapping[str, str], log: Path) -> Manager:
    """This platform's. `program`: the absolute path of handoffd; `log`: a file for the daemon's words where the manager keeps none."""
    passed = {name: env[name] for name in _PASSED if env.get(name)}
    return Launchd(program, env, passed, log) if sys.platform == "darwin" else Systemd(program, env, passed)


@dataclass(frozen=True)
class Systemd:
    """`env`: the caller's; `passed`: what of it the service needs."""

    program: Path
    env: Mapping[str, str]
    passed: Mapping[str, str]

    @property
    def file(self) -> Path:
        return base_folder(self.env, "XDG_CONFIG_HOME", ".config") / "systemd" / "user" / UNIT

    def answers(self) -> bool:
        return _call(self._env, "systemctl", "--user", "show-environment") == ""

    def installed(self) -> Installed | None:
        found = bare(_read(self.file))
        return Installed(self.file, found[0] == self._text, _lingers()) if found else None

    def install(self) -> None:
        if _NOT_RUN & set(os.fspath(self.program)):
            raise UserError("systemd runs no program at a path with a quote or a backslash", hint="install handoffd elsewhere")
        text = _read(self.file)
        found = bare(text)
        if text and not found:
            raise UserError(f"{self.file} was not written by handoffd", hint="move it away, or: handoffd start --no-service")
        if not found or found[0] != self._text:
            made = found[1] if found else _make(self.file.parent)
            self.file.write_text(marked(self._text, made), encoding="utf-8")
        self._must("daemon-reload")
        self._must("reset-failed", UNIT)
        self._must("enable", UNIT)
        self._must("start", "--no-block", UNIT)

    def remove(self) -> bool:
        found = bare(_read(self.file))
        if not found:
            return False
        if self.answers():
            self._must("disable", "--now", UNIT)
        wants = self.file.parent / "default.target.wants"
        for file in (wants / UNIT, self.file):
            file.unlink(missing_ok=True)
        _remove_empty([wants, *self.file.parents[: found[1]]])
        if self.answers():
            self._must("daemon-reload")
        return True

    @property
    def _text(self) -> str:
        return unit(self.program, self.passed)

    @property
    def _env(self) -> dict[str, str]:
        """systemctl finds its manager by XDG_RUNTIME_DIR, which cron and su leave out."""
        return {"XDG_RUNTIME_DIR": f"/run/user/{os.getuid()}", **self.env}

    def _must(self, *words: str) -> None:
        problem = _call(self._env, "systemctl", "--user", "--quiet", *words)
        if problem:
            raise UserError(f"systemctl --user {' '.join(words)}: {problem}", hint="handoffd start --no-service")


@dataclass(frozen=True)
class Launchd:
    """`env` and `passed` as above; `log`: where the daemon's words go."""

    program: Path
    env: Mapping[str, str]
    passed: Mapping[str, str]
    log: Path

    @property
    def file(self) -> Path:
        return home(self.env) / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    def answers(self) -> bool:
        return _call(self.env, "launchctl", "print", self._domain) == ""

    def installed(self) -> Installed | None:
        return Installed(self.file, self.file.read_bytes() == self._text, True) if self.file.is_file() else None

    def install(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_bytes(self._text)
        self._end()
        problem = _call(self.env, "launchctl", "bootstrap", self._domain, os.fspath(self.file))
        if problem:
            raise UserError(f"launchctl bootstrap: {problem}", hint="handoffd start --no-service")

    def remove(self) -> bool:
        if not self.file.is_file():
            return False
        self._end()
        self.file.unlink()
        return True

    @property
    def _domain(self) -> str:
        return f"gui/{os.getuid()}"

    @property
    def _text(self) -> bytes:
        return agent(self.program, self.passed, self.log)

    def _end(self) -> None:
        """That it was not there is no mistake."""
        _call(self.env, "launchctl", "bootout", f"{self._domain}/{LABEL}")


def _call(env: Mapping[str, str], *words: str) -> str:
    """'' when it went well, else what was said."""
    program = shutil.which(words[0], path=env.get("PATH"))
    if program is None:
        return f"there is no {words[0]}"
    try:
        done = subprocess.run([program, *words[1:]], env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as fault:
        return f"{fault}"
    said = done.stderr.decode("utf-8", "replace").strip()
    return "" if done.returncode == 0 else said or f"exit code {done.returncode}"


def _lingers() -> bool:
    try:
        return (_LINGER / pwd.getpwuid(os.getuid()).pw_name).exists()
    except KeyError:  # a container's user without a name
        return False


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _make(folder: Path) -> int:
    """Make a folder; returns how many were missing, itself and those above it."""
    made = sum(not above.is_dir() for above in (folder, *folder.parents))
    folder.mkdir(parents=True, exist_ok=True)
    return made


def _remove_empty(folders: Sequence[Path]) -> None:
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
