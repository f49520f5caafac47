"""Wake-ups from the file system: tell where something may have happened, for any number of worktrees.

    kernel events --> hint queue (coalesced: told after 0.1 s of quiet, at the latest after 2 s) --> sink(Hint)

Linux reads inotify itself (`inotify.py`); elsewhere watchdog's own observer does, and what it says is told as the same hints.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver, ObservedWatch

from handoffd.daemon.watch_folders import Kind, Owner, git_kind, git_places, is_git_change, owner_of
from handoffd.daemon.watch_hints import SCAN_EVERY, Hint, HintQueue, Target
from handoffd.model.watch_state import WatchState

__all__ = ["Hint", "Target", "Watch"]

# Without opened and closed-no-write, which our own looks make: with them a large tree keeps the observer busy for ever.
WANTED: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileClosedEvent,
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
]


class _Backend(Protocol):
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def alive(self) -> bool: ...
    def add(self, target: Target) -> None: ...
    def remove(self, root: Path) -> None: ...
    def state(self, root: Path) -> WatchState: ...
    def watches(self, root: Path) -> int: ...


class Watch:
    """Watch worktrees; `sink` gets their hints, on a thread of the watcher's, one at a time.

    A hint may still come shortly after its root was removed. `stock` chooses watchdog's own observer (None: where there is no
    inotify); `scan_every`: seconds between the full scans of a worktree that cannot be watched. `fell` is called when a thread of the
    watcher's has ended by a fault: it is then not `alive`, tells nothing, and `restart` begins anew.
    """

    def __init__(
        self, sink: Callable[[Hint], None], *, stock: bool | None = None, scan_every: float = SCAN_EVERY, fell: Callable[[], None] = lambda: None
    ) -> None:
        use_stock = not sys.platform.startswith("linux") if stock is None else stock
        self._make: Callable[[], _Backend] = partial(_Stock, sink, scan_every) if use_stock else partial(_Own, sink, scan_every, fell)
        self._backend: _Backend = self._make()
        self._targets: dict[Path, Target] = {}

    def start(self) -> None:
        self._backend.start()

    def stop(self) -> None:
        """End all watching; hints that wait are not told."""
        self._backend.stop()

    def alive(self) -> bool:
        """Whether all threads of the watcher run."""
        return self._backend.alive()

    def restart(self) -> None:
        """Begin anew with the same targets. Look at each fully once after this returns."""
        with suppress(Exception):  # what is left of it: a descriptor may be gone, a thread dead
            self._backend.stop()
        self._backend = self._make()
        self._backend.start()
        for target in self._targets.values():
            self._backend.add(target)

    def add(self, target: Target) -> None:
        """Watch a worktree, in place of what was watched at its root. Look at it fully once after this returns."""
        self._targets[target.root] = target
        self._backend.add(target)

    def remove(self, root: Path) -> None:
        """Stop watching; a root that is not watched is no error."""
        self._targets.pop(root, None)
        self._backend.remove(root)

    def state(self, root: Path) -> WatchState:
        """How a worktree is watched; one that is degraded is scanned in full by the clock."""
        return self._backend.state(root)

    def watches(self, root: Path) -> int:
        """How many of the kernel's watches this root uses (a shared git dir counts for each)."""
        return self._backend.watches(root)


class _Own:
    """The inotify reader."""

    def __init__(self, sink: Callable[[Hint], None], scan_every: float, fell: Callable[[], None]) -> None:
        from handoffd.daemon.inotify import HintEvent, InotifyObserver, Reader

        class Handler(FileSystemEventHandler):
            def dispatch(self, event: FileSystemEvent) -> None:
                if isinstance(event, HintEvent):
                    sink(event.hint)

        def fallen() -> None:
            self._fallen = True
            fell()

        self._fallen = False
        reader = self._reader = Reader(HintQueue(scan_every))
        self._observer = InotifyObserver(reader, fallen)
        self._observer.schedule(Handler(), os.sep)
        self.add, self.remove, self.state, self.watches = reader.add, reader.remove, reader.state, reader.watches

    def start(self) -> None:
        self._observer.start()

    def alive(self) -> bool:
        return self._observer.is_alive() and not self._fallen

    def stop(self) -> None:
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()
        self._reader.close()


class _Stock:
    """watchdog's own observer: it watches folders with all below them, so what git ignores is sorted out before it is told."""

    def __init__(self, sink: Callable[[Hint], None], scan_every: float) -> None:
        from watchdog.observers import Observer

        self._sink, self._hints = sink, HintQueue(scan_every)
        self._observer: BaseObserver = Observer()
        self._owners: dict[Path, tuple[Owner, _Sorter, list[ObservedWatch]]] = {}
        self._changed = threading.Condition()
        self._over = False
        self._teller = threading.Thread(target=self._tell, name="hints", daemon=True)

    def start(self) -> None:
        self._observer.start()
        self._teller.start()

    def alive(self) -> bool:
        # An emitter ends with its root, which the teller finds out by itself.
        return self._observer.is_alive() and self._teller.is_alive()

    def stop(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify()
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()
        if self._teller.is_alive():
            self._teller.join()

    def add(self, target: Target) -> None:
        self.remove(target.root)
        owner = owner_of(target)
        sorter = _Sorter(owner, self._note)
        watches: list[ObservedWatch] = []
        for path, recursive in _trees(owner):
            try:
                watches.append(self._observer.schedule(sorter, path, recursive=recursive, event_filter=WANTED))
            except OSError:
                self._degrade(target.root)
        with self._changed:
            self._owners[target.root] = (owner, sorter, watches)

    def remove(self, root: Path) -> None:
        with self._changed:
            _owner, sorter, watches = self._owners.pop(root, (None, None, []))
            self._hints.drop(root)
            shared = {watch for _, _, others in self._owners.values() for watch in others}
        for watch in watches:
            if sorter is not None and watch in shared:
                self._observer.remove_handler_for_watch(sorter, watch)
            else:
                self._observer.unschedule(watch)

    def state(self, root: Path) -> WatchState:
        with self._changed:
            if root not in self._owners:
                return WatchState.NOT_WATCHED
            return WatchState.DEGRADED if self._hints.degraded(root) else WatchState.WATCHED

    def watches(self, root: Path) -> int:
        with self._changed:
            return len(self._owners[root][2]) if root in self._owners else 0

    def _degrade(self, root: Path) -> None:
        with self._changed:
            self._hints.degrade(root, time.monotonic())
            self._changed.notify()

    def _note(self, owner: Owner, path: str, git: bool) -> None:
        with self._changed:
            self._hints.note(owner.target.root, time.monotonic(), [path] if path else [], git=git)
            self._changed.notify()

    def _tell(self) -> None:
        """Sleep until something is noted, then until it is due; never by the clock alone."""
        while not self._over:
            with self._changed:
                due = self._hints.due()
                self._changed.wait(None if due is None else max(0.0, due - time.monotonic()))
                now = time.monotonic()
                self._hints.looks(now)
                ripe = [(self._owners[root][0], self._hints.take(root)) for root in self._hints.ripe(now) if root in self._owners]
            for owner, hint in ripe:
                if hint is not None and not self._over:
                    self._deliver(owner, hint)

    def _deliver(self, owner: Owner, hint: Hint) -> None:
        if not owner.is_there():
            self.remove(hint.root)
            self._sink(Hint(hint.root, full=True, gone=True))
            return
        paths = _not_ignored(owner, hint.paths)
        if paths is None:
            self._sink(Hint(hint.root, git=hint.git, full=True))
        elif paths or hint.git or hint.full:
            self._sink(Hint(hint.root, paths, hint.git, hint.full))


class _Sorter(FileSystemEventHandler):
    """The events of one target's folders: which are news, and of what."""

    def __init__(self, owner: Owner, note: Callable[[Owner, str, bool], None]) -> None:
        self._owner, self._note = owner, note

    def dispatch(self, event: FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            if path:
                self._sort(os.fsdecode(path), is_folder=event.is_directory and not isinstance(event, DirMovedEvent))

    def _sort(self, path: str, is_folder: bool) -> None:
        owner = self._owner
        folder, name = os.path.split(path)
        kind = git_kind(owner, folder)
        relative = owner.relative(path)
        if path == owner.root:
            self._note(owner, "", True)
        elif kind is not None:
            if is_git_change(owner, folder, kind, name):
                self._note(owner, "", True)
        elif not is_folder and ".git" not in relative.split("/") and not _is_inside(owner, path) and not owner.target.ignore(relative):
            self._note(owner, relative, False)


def _is_inside(owner: Owner, path: str) -> bool:
    """Whether a path is in the git dirs."""
    return path.startswith((f"{owner.git_dir}/", f"{owner.common_dir}/"))


def _trees(owner: Owner) -> list[tuple[str, bool]]:
    """The folders to schedule, and whether with all below: the root; git's folders and report folders where they are not in it."""
    trees = [(path, kind is Kind.DEEP) for path, kind in git_places(owner).items()] + [(path, False) for path in owner.extras]
    return [(owner.root, True)] + [(path, deep) for path, deep in trees if not path.startswith(f"{owner.root}/") and os.path.isdir(path)]


def _not_ignored(owner: Owner, paths: frozenset[str]) -> frozenset[str] | None:
    """Those of the paths whose folder git does not ignore, or that are reports; None when that cannot be told."""
    kept = {path for path in paths if os.path.dirname(owner.absolute(path)) in owner.extras or path.startswith("/")}
    folders = {os.path.dirname(path) for path in paths - kept} - {""}
    try:
        ignored = owner.target.ignored(sorted(folders)) if folders else set()
    except Exception:  # not to know is to look everywhere
        return None
    return frozenset(kept | {path for path in paths - kept if os.path.dirname(path) not in ignored})
