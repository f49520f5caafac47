"""One worktree with all that working on it needs: git, objects, journal, settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from handoffd.files.config import Settings
from handoffd.files.layout import own_folder, spool_in
from handoffd.files.mounts import is_network_fs
from handoffd.files.registry import state_dir
from handoffd.files.repository_config import Restricted
from handoffd.git.objects import Objects
from handoffd.git.repository import Worktree, discover
from handoffd.git.run import Git
from handoffd.journal.store import Journal, journal_folder
from handoffd.model.errors import UserError, shell
from handoffd.model.facts import Handoff
from handoffd.model.progress import Progress, silent
from handoffd.model.records import dataclass, replace
from handoffd.model.redact import Redactor


@dataclass(frozen=True, slots=True)
class Workspace:
    """`id` names the worktree in the journal: '.' for the main one, 'worktrees/NAME@MADE' for a linked one. `home` is the user's home folder.
    `progress` is told how far long work has come."""

    worktree: Worktree
    id: str
    git: Git
    objects: Objects
    journal: Journal
    settings: Settings
    restricted: Restricted
    home: Path
    progress: Progress = silent

    def reporting(self, progress: Progress) -> Workspace:
        """The same, with a `progress` that is told how far long work has come."""
        return replace(self, progress=progress)

    @property
    def spool(self) -> Path:
        """Where hooks and probes of this worktree append, in its own git dir."""
        return spool_in(self.worktree.git_dir)

    def directory_of(self, handoff: Handoff) -> str:
        """The worktree's folder where its file stands: the settings may have named another one then."""
        return handoff.directory or self.settings.directory

    @property
    def root(self) -> Path:
        """The worktree's top folder."""
        return self.worktree.root

    def redactor(self) -> Redactor:
        """The redactor with this journal's key, for what is shown before it is journalled."""
        return Redactor(self.journal.redaction_key(), self.objects.known)


class NotInitialised(UserError):
    """The repository was never `init`ed; nothing is written there."""


def open_place(path: Path, settings: Settings, env: Mapping[str, str]) -> Workspace:
    """The worktree that holds `path`, ready to be worked on. Raises NotAWorktree, SwitchedOff, NotInitialised, GitError."""
    return open_worktree(discover(path), settings, env)


def open_worktree(worktree: Worktree, settings: Settings, env: Mapping[str, str]) -> Workspace:
    """The same for one that was found already."""
    place = prepare(worktree, settings, env)
    place.restricted.require_on()
    if not place.journal.exists:
        raise NotInitialised(f"{place.root} is not watched yet", hint=f"handoffd init {shell(place.root)}")
    _linked(place)
    return place


def prepare(worktree: Worktree, settings: Settings, env: Mapping[str, str]) -> Workspace:
    """The same for a repository that may not have a journal yet. Raises UserError where something else stands in the place of our folder."""
    for folder in (own_folder(worktree.common_dir), own_folder(worktree.git_dir)):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            what = "link" if folder.is_symlink() else "file"
            raise UserError(f"{folder} is not handoffd's folder: it is a {what}", hint=f"move it away, then: handoffd init {shell(worktree.root)}")
    git = Git(worktree.root, settings.trusted_filters)
    folder = journal_folder(worktree.common_dir, state_dir(env), is_network_fs(worktree.common_dir))
    objects = Objects(worktree, git)
    journal = Journal(folder, known=objects.known)
    restricted = Restricted(worktree.root, settings.directory)
    return Workspace(worktree, journal.named(worktree_id(worktree)), git, objects, journal, settings, restricted, Path(env.get("HOME") or "/"))


def worktree_id(worktree: Worktree) -> str:
    """Stable while the worktree is moved about: its git dir inside the common dir, and when that was made, as git gives the name of a removed
    worktree to the next one. `commondir` is written by `git worktree add` and never again."""
    if worktree.git_dir == worktree.common_dir:
        return "."
    try:
        made = (worktree.git_dir / "commondir").stat().st_mtime_ns
    except OSError:
        return str(worktree.git_dir)
    return f"worktrees/{worktree.git_dir.name}@{made}"


def _linked(place: Workspace) -> None:
    """A linked worktree joins when it is first seen: hooks there need a spool to append to."""
    if place.spool.is_symlink() or not place.spool.exists():
        with suppress(OSError):  # no room, no rights: the next look tries again, and hooks write to no spool that is not there
            make_spool(place)


def make_spool(place: Workspace) -> None:
    """Create the empty spool, 0600 in a folder 0700; one that is there is left, a link in its place is taken away: hooks do not follow it."""
    place.spool.parent.mkdir(mode=0o700, exist_ok=True)
    if place.spool.is_symlink():
        place.spool.unlink()
    os.close(os.open(place.spool, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600))
