"""Who watches what: watch descriptor -> the spots of all owners there. One inode may belong to several (a shared git dir)."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from handoffd.daemon.kernel import CHANGES, IN_MODIFY, IN_MOVE_SELF, Inotify
from handoffd.daemon.watch_folders import Kind, Owner


class Spot(NamedTuple):
    """One folder as one owner sees it."""

    owner: Owner
    path: str
    kind: Kind


def _mask(owner: Owner, path: str, kind: Kind) -> int:
    """The root tells when it is moved. A report may be read while its writer still has it open; a source is news when it is closed."""
    if path == owner.root:
        return CHANGES | IN_MOVE_SELF
    return CHANGES | IN_MODIFY if kind is Kind.EXTRA else CHANGES


class Table:
    def __init__(self, kernel: Inotify) -> None:
        self._kernel = kernel
        self._spots: dict[int, tuple[Spot, ...]] = {}

    def spots(self, descriptor: int) -> tuple[Spot, ...]:
        return self._spots.get(descriptor, ())

    def kind(self, owner: Owner, path: str) -> Kind | None:
        """What this folder is watched as; None when it is not."""
        for spot in self.spots(owner.paths.get(path, 0)):
            if spot.owner is owner and spot.path == path:
                return spot.kind
        return None

    def place(self, owner: Owner, path: str, kind: Kind) -> bool:
        """Watch a folder; True if it was not watched before. A folder that was replaced by another is watched anew. OSError."""
        descriptor = self._kernel.add(path, _mask(owner, path, kind))
        before = owner.paths.get(path)
        if before is not None:
            self._detach(owner, path, before, keep=descriptor)
        self._spots[descriptor] = (*self.spots(descriptor), Spot(owner, path, kind))
        owner.paths[path] = descriptor
        return before != descriptor

    def _detach(self, owner: Owner, path: str, descriptor: int, keep: int = 0) -> None:
        left = tuple(spot for spot in self.spots(descriptor) if spot.owner is not owner or spot.path != path)
        if left:
            self._spots[descriptor] = left
            return
        if self._spots.pop(descriptor, None) is not None and descriptor != keep:
            self._kernel.remove(descriptor)

    def drop(self, owner: Owner, paths: Iterable[str]) -> None:
        for path in list(paths):
            descriptor = owner.paths.pop(path, None)
            if descriptor is not None:
                self._detach(owner, path, descriptor)

    def drop_under(self, owner: Owner, tops: AbstractSet[str]) -> None:
        """Stop watching these folders and all below them: one pass, however many."""
        self.drop(owner, [path for path in owner.paths if _is_under(path, tops)])

    def ended(self, descriptor: int) -> None:
        """The kernel ended this watch: nobody owns it any more."""
        for spot in self._spots.pop(descriptor, ()):
            if spot.owner.paths.get(spot.path) == descriptor:
                del spot.owner.paths[spot.path]


def _is_under(path: str, tops: AbstractSet[str]) -> bool:
    while path:
        if path in tops:
            return True
        path = path.rpartition("/")[0]
    return False
