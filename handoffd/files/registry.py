"""Which worktrees are watched, and whether the daemon is wanted: small files in the user's state folder of this host."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from handoffd.files.atomic_write import write_whole
from handoffd.files.layout import FOLDER, REGISTRY, WANTED
from handoffd.files.permissions import make_private, unsafe
from handoffd.files.xdg import base_folder
from handoffd.model.errors import UserError, remedy, shell

_ENDING = ".json"


class Entry(NamedTuple):
    """A registered repository: its common git dir and the worktree that `init` was given. Absolute paths."""

    common_dir: str
    root: str


def state_dir(env: Mapping[str, str]) -> Path:
    """$XDG_STATE_HOME/handoffd/HOSTNAME, by default below ~/.local/state. One a host: homes may be shared over a network."""
    host = "".join(sign if sign.isalnum() or sign in "-._" else "_" for sign in os.uname().nodename)
    return base_folder(env, "XDG_STATE_HOME", ".local/state") / FOLDER / (host or "localhost")


def require_ours(state: Path) -> None:
    """Raise UserError where another user could have put something into the state folder: what is watched and which daemon runs is read there.
    A folder that others may only look into is no reason."""
    for folder in (state, state.parent):
        harm = unsafe(folder)
        if harm:
            first = "handoffd doctor --fix" if harm.by_mode else f"sudo chown -R {os.geteuid()} {shell(folder)}"
            raise UserError(f"the state folder {folder} {harm.why}", hint=f"{first}, or set XDG_STATE_HOME to a folder of yours")


def prepare_state(folder: Path) -> None:
    """Make the state folder, or one in it, 0700. Raises UserError where something else is in its place or it is another's."""
    try:
        make_private(folder)
    except OSError as fault:
        raise UserError(f"the state folder {folder} cannot be made: {fault.strerror}", hint=f"make it a folder of yours: {fault.filename}") from fault
    require_ours(folder)


class Registry:
    """One file an entry, written whole. `damaged` names files that could not be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / REGISTRY
        self._wanted = folder / WANTED
        self.damaged: tuple[str, ...] = ()

    def add(self, entry: Entry) -> None:
        """Register; an entry of the same worktree is replaced."""
        prepare_state(self._folder)
        record = json.dumps({"common_dir": entry.common_dir, "root": entry.root})
        _write(self._folder / _name(entry.root), record)

    def remove(self, root: str) -> None:
        """Forget a worktree; one that is not registered is no error."""
        _remove(self._folder / _name(root))

    def remove_repository(self, common_dir: str) -> tuple[str, ...]:
        """Forget every worktree of a repository; returns their roots."""
        roots = tuple(entry.root for entry in self.entries() if entry.common_dir == common_dir)
        for root in roots:
            self.remove(root)
        return roots

    def entries(self) -> tuple[Entry, ...]:
        """All of them, by path."""
        found: list[Entry] = []
        damaged = [str(self._folder)] if os.path.lexists(self._folder) and not self._folder.is_dir() else []
        with suppress(OSError):
            for file in sorted(self._folder.iterdir()):
                if file.suffix == _ENDING:
                    entry = _read(file)
                    if entry is None:
                        damaged.append(str(file))
                    else:
                        found.append(entry)
        self.damaged = tuple(damaged)
        return tuple(sorted(found, key=lambda entry: entry.root))

    def wanted(self) -> bool:
        """True once `start` was asked for, until `stop` is."""
        return os.path.exists(self._wanted)  # False, too, in a folder that we may not enter

    def set_wanted(self, wanted: bool) -> None:
        """Remember whether the daemon is to be kept running."""
        if not wanted:
            _remove(self._wanted)
            return
        prepare_state(self._wanted.parent)
        _write(self._wanted, "")


def _name(root: str) -> str:
    import hashlib

    return hashlib.blake2b(os.fsencode(root), digest_size=12).hexdigest() + _ENDING


def _write(file: Path, text: str) -> None:
    try:
        write_whole(file, text, draft=f"{file.name}.{os.getpid()}.tmp")
    except OSError as fault:
        raise UserError(f"{file} cannot be written: {fault.strerror}", hint=remedy(fault)) from fault


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as fault:
        raise UserError(f"{file} cannot be removed: {fault.strerror}", hint=f"rm -r {shell(file)}") from fault


def _read(file: Path) -> Entry | None:
    try:
        record = json.loads(file.read_text())
        return Entry(str(record["common_dir"]), str(record["root"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
