"""Kernel events in, notes for the hint queue out; and the set of watches kept in step with the folders. Knows no thread and no clock.

take(data) -> what moved away is dropped -> new folders are asked about, watched, looked into -> hint queue
settle(owner): the same from a fresh list of folders, when events may have been missed
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from handoffd.daemon.kernel import (
    IN_CREATE,
    IN_DELETE,
    IN_IGNORED,
    IN_ISDIR,
    IN_MOVE_SELF,
    IN_MOVED_FROM,
    IN_MOVED_TO,
    IN_Q_OVERFLOW,
    IN_UNMOUNT,
    NO_ROOM,
    Inotify,
    distinct,
)
from handoffd.daemon.watch_folders import WORK_KINDS, Kind, Owner, git_kind, git_places, is_git_change, owner_of
from handoffd.daemon.watch_hints import HintQueue, Target
from handoffd.daemon.watch_table import Spot, Table
from handoffd.model.records import dataclass, field


@dataclass
class _Batch:
    """What one read told, by owner."""

    paths: defaultdict[Owner, set[str]] = field(default_factory=lambda: defaultdict(set))
    new: defaultdict[Owner, set[str]] = field(default_factory=lambda: defaultdict(set))
    moved: defaultdict[Owner, set[str]] = field(default_factory=lambda: defaultdict(set))
    git: set[Owner] = field(default_factory=set)
    full: set[Owner] = field(default_factory=set)


class Tree:
    def __init__(self, kernel: Inotify, hints: HintQueue) -> None:
        self.owners: dict[Path, Owner] = {}
        self._kernel = kernel
        self._table = Table(kernel)
        self._hints = hints

    def plant(self, target: Target, listing: Iterable[str] | None, now: float) -> Owner:
        """Watch a target, its folders as listed first (None: the list could not be had); the next `settle` finds the rest."""
        owner = self.owners[target.root] = owner_of(target)
        self._place_known(owner, listing, now)
        owner.stale = True
        if not owner.is_there():
            self._hints.note(target.root, now, full=True)
        return owner

    def fell(self, root: Path) -> None:
        owner = self.owners.pop(root, None)
        if owner is not None:
            self._table.drop(owner, owner.paths)
        self._hints.drop(root)

    def take(self, data: bytes, now: float) -> None:
        """Events as the kernel gave them; the notes they make carry the time `now`."""
        batch = _Batch()
        for (descriptor, padded), mask in distinct(data).items():
            if mask & IN_Q_OVERFLOW:
                self._overflow(batch)
            name = padded.rstrip(b"\0").decode("utf-8", "surrogateescape")
            for spot in self._table.spots(descriptor):
                self._sort(batch, spot, name, mask)
            if mask & IN_IGNORED:
                self._table.ended(descriptor)
        self._apply(batch, now)

    def settle(self, owner: Owner, now: float) -> None:
        """Bring the watches in step with the disk, after an overflow, a changed ignore file, or the first list."""
        owner.stale = False
        known = [path for path in owner.paths if self._table.kind(owner, path) in WORK_KINDS and path != owner.root]
        listing = self._listing(owner)
        self._table.drop_under(owner, self._ignored(owner, known, now) - owner.extras - owner.chain)
        before = set(owner.paths)
        self._place_known(owner, listing, now)
        batch = _Batch()
        for path in list(owner.paths):
            kind = self._table.kind(owner, path)
            if kind in WORK_KINDS:
                batch.new[owner] |= self._scan_inside(owner, path, kind, None if path in before else batch)
        self._apply(batch, now)

    def retry(self, owner: Owner, now: float) -> None:
        """See whether there is room for the watches of a degraded owner by now: one call while there is none."""
        if owner.missing and not self._has_room(owner.missing):
            return
        owner.missing = ""
        self._hints.recover(owner.target.root)
        self.settle(owner, now)

    def _has_room(self, folder: str) -> bool:
        """By trying. Not with a folder that is watched: the watch would end with the trial."""
        try:
            self._kernel.remove(self._kernel.add(folder, IN_DELETE))
        except OSError as error:
            return error.errno not in NO_ROOM
        return True

    def _listing(self, owner: Owner) -> list[str] | None:
        try:
            return list(owner.target.directories())
        except Exception:  # whatever went wrong, the watcher lives on and says that it does not see all
            return None

    def _ignored(self, owner: Owner, paths: Iterable[str], now: float) -> set[str]:
        """Those of these folders that git ignores."""
        relative = {owner.relative(path): path for path in paths if path.startswith(f"{owner.root}/")}
        if not relative:
            return set()
        try:
            ignored = owner.target.ignored(sorted(relative))
        except Exception:  # as above: not to know is to be degraded, never to end
            self._hints.degrade(owner.target.root, now)
            return set(relative.values())
        return {relative[each] for each in ignored if each in relative}

    def _place_known(self, owner: Owner, listing: Iterable[str] | None, now: float) -> None:
        if listing is None:
            self._hints.degrade(owner.target.root, now)
        known = {owner.absolute(each) for each in listing or ()}
        for kind, paths in (
            (Kind.TREE, {owner.root}),
            (Kind.TREE, known - {owner.root}),
            (Kind.CHAIN, owner.chain - known),
            (Kind.EXTRA, owner.extras - known),
        ):
            for path in paths:
                self._place(owner, path, kind, now)
        for path, kind in git_places(owner).items():
            self._place_git(owner, path, kind, now)

    def _place(self, owner: Owner, path: str, kind: Kind, now: float) -> bool:
        """True if the folder is watched and was not before."""
        if self._hints.degraded(owner.target.root):
            return False
        try:
            return self._table.place(owner, path, kind)
        except OSError as error:
            if error.errno in NO_ROOM:
                owner.missing = path
                self._hints.degrade(owner.target.root, now)
            return False

    def _place_git(self, owner: Owner, path: str, kind: Kind, now: float) -> None:
        self._place(owner, path, kind, now)
        if kind is Kind.DEEP:
            for folder, below, _files in os.walk(path):
                for name in below:
                    self._place(owner, f"{folder}/{name}", kind, now)

    def _overflow(self, batch: _Batch) -> None:
        for owner in self.owners.values():
            owner.stale = True
            batch.full.add(owner)

    def _sort(self, batch: _Batch, spot: Spot, name: str, mask: int) -> None:
        owner, path = spot.owner, f"{spot.path}/{name}"
        if not name:
            self._sort_self(batch, spot, mask)
        elif spot.kind not in WORK_KINDS:
            if is_git_change(owner, spot.path, spot.kind, name):
                batch.git.add(owner)
                owner.stale |= spot.kind is Kind.INFO
            if mask & IN_ISDIR and mask & (IN_CREATE | IN_MOVED_TO) and git_kind(owner, path):
                batch.new[owner].add(path)
        elif name == ".git":
            self._sort_dot_git(batch, spot)
        elif mask & IN_ISDIR:
            if mask & IN_MOVED_FROM and path in owner.paths:
                batch.moved[owner].add(path)
            if mask & (IN_CREATE | IN_MOVED_TO) and self._may_enter(owner, spot.kind, path):
                batch.new[owner].add(path)
        elif spot.kind is not Kind.CHAIN:
            batch.paths[owner].add(owner.relative(path))
            owner.stale |= name == ".gitignore"

    def _sort_self(self, batch: _Batch, spot: Spot, mask: int) -> None:
        """The watched folder itself went. Other folders than these are told by the folder above."""
        owner = spot.owner
        if spot.path == owner.root and mask & (IN_IGNORED | IN_UNMOUNT | IN_MOVE_SELF):
            owner.lost |= bool(mask & (IN_IGNORED | IN_UNMOUNT))
            batch.full.add(owner)
        elif spot.path in (owner.git_dir, owner.common_dir) and mask & IN_IGNORED:
            batch.git.add(owner)
            batch.full.add(owner)

    def _sort_dot_git(self, batch: _Batch, spot: Spot) -> None:
        """A repository within: another's ground, one entry to git. At the root: the repository itself was made, moved or deleted."""
        if spot.path == spot.owner.root:
            batch.git.add(spot.owner)
            batch.full.add(spot.owner)
            spot.owner.stale = True
        else:
            batch.moved[spot.owner].add(spot.path)

    @staticmethod
    def _may_enter(owner: Owner, above: Kind, path: str) -> bool:
        return above is Kind.TREE or path in owner.chain or path in owner.extras

    def _apply(self, batch: _Batch, now: float) -> None:
        for owner, moved in batch.moved.items():
            self._table.drop_under(owner, moved)
            batch.paths[owner].update(owner.relative(path) for path in moved)
        for owner, new in batch.new.items():
            self._grow(batch, owner, new, now)
        for owner in {*batch.paths, *batch.git, *batch.full}:
            paths = {path for path in batch.paths[owner] if not owner.target.ignore(path)}
            if paths or owner in batch.git or owner in batch.full:
                self._hints.note(owner.target.root, now, paths, git=owner in batch.git, full=owner in batch.full)

    def _grow(self, batch: _Batch, owner: Owner, fresh: set[str], now: float) -> None:
        """Watch new folders and what is below them, a level at a time, so that git is asked once a level, not once a folder."""
        for path in [path for path in fresh if git_kind(owner, path)]:
            self._place_git(owner, path, git_kind(owner, path) or Kind.GIT, now)
            fresh.discard(path)
        while fresh and not self._hints.degraded(owner.target.root):
            ignored = self._ignored(owner, fresh, now)
            deeper: set[str] = set()
            for path in fresh:
                kind = self._kind(owner, path, path in ignored)
                if kind is not None and self._place(owner, path, kind, now):
                    deeper |= self._scan_inside(owner, path, kind, batch)
            fresh = deeper

    @staticmethod
    def _kind(owner: Owner, path: str, ignored: bool) -> Kind | None:
        if not ignored and path.startswith(f"{owner.root}/"):
            return Kind.TREE
        if path in owner.extras:
            return Kind.EXTRA
        return Kind.CHAIN if path in owner.chain else None

    def _scan_inside(self, owner: Owner, path: str, kind: Kind, batch: _Batch | None) -> set[str]:
        """The folders in this one that are not watched yet; its files are news if there is a batch to tell them in.

        They were made before the watch was there, so no event tells them.
        """
        fresh: set[str] = set()
        with suppress(OSError), os.scandir(path) as entries:
            for entry in entries:
                if entry.name == ".git":
                    if path != owner.root:
                        self._table.drop_under(owner, {path})
                        return set()
                elif entry.is_dir(follow_symlinks=False):
                    if entry.path not in owner.paths and self._may_enter(owner, kind, entry.path):
                        fresh.add(entry.path)
                elif batch is not None and kind is not Kind.CHAIN:
                    batch.paths[owner].add(owner.relative(entry.path))
        return fresh
