"""Linux: one inotify descriptor and one reading thread for all worktrees, behind watchdog's public observer and emitter.

watchdog's own inotify observer watches ignored folders, says nothing of a full table and of an overflow, and loses most of a
bulk edit; its `BaseObserver` and `EventEmitter` are a good frame for a reader that does not.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent
from watchdog.observers.api import BaseObserver, EventEmitter, EventQueue, ObservedWatch

from handoffd.daemon.kernel import Inotify
from handoffd.daemon.watch_folders import Owner
from handoffd.daemon.watch_hints import Hint, HintQueue, Target
from handoffd.daemon.watch_tree import Tree
from handoffd.model.watch_state import WatchState

CALM = 0.2
"""Seconds without a new target before those that are there are listed in full: a thousand may come, and all are to be watched first."""
GATHER = 0.01
"""Seconds that a read waits for more of the same. At 300,000 events a second that fills a fifth of the kernel's queue (16,384)."""


class HintEvent(FileSystemEvent):
    """A hint on its way through watchdog's queue. No two are equal: the queue drops an event that equals the one before it."""

    def __init__(self, hint: Hint) -> None:
        super().__init__(str(hint.root))
        self.hint = hint

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class Reader:
    """The watches of all targets, and the waiting for what they tell. Methods may be called from any thread but `wait` from one only."""

    def __init__(self, hints: HintQueue) -> None:
        self._hints = hints
        self._kernel = Inotify()
        self._tree = Tree(self._kernel, hints)
        self._lock = threading.RLock()
        self._calm = 0.0
        self._bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._poll = select.poll()
        self._poll.register(self._bell, select.POLLIN)
        if self._kernel.fd >= 0:
            self._poll.register(self._kernel.fd, select.POLLIN)

    def add(self, target: Target) -> None:
        """Watch a target, in place of what was watched at its root. When this returns, its tracked folders are watched; the others soon after."""
        try:
            listing: list[str] | None = list(target.tracked())
        except Exception:  # the target is then degraded and listed again later
            listing = None
        with self._lock:
            self._tree.fell(target.root)
            now = time.monotonic()
            self._tree.plant(target, listing, now)
            self._calm = now + CALM
        self.wake()

    def remove(self, root: Path) -> None:
        with self._lock:
            self._tree.fell(root)

    def state(self, root: Path) -> WatchState:
        with self._lock:
            if root not in self._tree.owners:
                return WatchState.NOT_WATCHED
            return WatchState.DEGRADED if self._hints.degraded(root) else WatchState.WATCHED

    def watches(self, root: Path) -> int:
        with self._lock:
            owner = self._tree.owners.get(root)
            return len(owner.paths) if owner else 0

    def wake(self) -> None:
        os.eventfd_write(self._bell, 1)

    def close(self) -> None:
        self._kernel.close()
        os.close(self._bell)

    def wait(self) -> list[Hint]:
        """Block until something happens or is due; the hints that are ripe then."""
        ready = {descriptor for descriptor, _ in self._poll.poll(self._patience())}
        if self._bell in ready:
            os.eventfd_read(self._bell)
        # The debounce counts from the news, not from when we were done gathering.
        came = time.monotonic()
        if self._kernel.fd in ready:
            time.sleep(GATHER)
        with self._lock:
            if self._kernel.fd in ready:
                self._tree.take(self._kernel.read(), came)
            return self._due(time.monotonic())

    def _patience(self) -> float | None:
        """Milliseconds until something is due; None, which is to sleep until the kernel has news, when nothing is."""
        with self._lock:
            times = [self._hints.due(), self._calm if self._stale() else None]
        due = min((time for time in times if time is not None), default=None)
        return None if due is None else max(0.0, (due - time.monotonic()) * 1000 + 1)

    def _due(self, now: float) -> list[Hint]:
        """The hints to tell now; before they are told, the watches are brought in step, so that what follows is not missed."""
        for root in self._hints.looks(now):
            self._tree.retry(self._tree.owners[root], now)
        ripe = self._hints.ripe(now)
        for root in ripe:
            if self._tree.owners[root].stale:
                self._tree.settle(self._tree.owners[root], now)
        stale = self._stale()
        if stale is not None and now >= self._calm:
            # One at a time: git is asked with the lock held, and others wait for it.
            self._tree.settle(stale, now)
        return [hint for hint in map(self._take, ripe) if hint is not None]

    def _stale(self) -> Owner | None:
        """One whose folders are to be listed anew, and that waits for no quiet before that."""
        return next((owner for root, owner in self._tree.owners.items() if owner.stale and not self._hints.waits(root)), None)

    def _take(self, root: Path) -> Hint | None:
        hint = self._hints.take(root)
        if hint is not None and not self._tree.owners[root].is_there():
            self._tree.fell(root)
            return Hint(root, full=True, gone=True)
        return hint


class InotifyEmitter(EventEmitter):
    """The reading thread."""

    def __init__(
        self,
        event_queue: EventQueue,
        watch: ObservedWatch,
        *,
        timeout: float = 1.0,
        event_filter: list[type[FileSystemEvent]] | None = None,
        reader: Reader,
        fell: Callable[[], None],
    ) -> None:
        super().__init__(event_queue, watch, timeout=timeout, event_filter=event_filter)
        self._reader, self._fell = reader, fell

    def run(self) -> None:
        """A fault ends this thread, and nobody else would notice."""
        try:
            super().run()
        finally:
            if self.should_keep_running():
                self._fell()

    def queue_events(self, timeout: float) -> None:
        """Never polls: the timeout is not used."""
        for hint in self._reader.wait():
            self.queue_event(HintEvent(hint))

    def on_thread_stop(self) -> None:
        self._reader.wake()


class InotifyObserver(BaseObserver):
    """Schedule it once, with any path: what is watched is what `reader` was told."""

    def __init__(self, reader: Reader, fell: Callable[[], None]) -> None:
        super().__init__(InotifyEmitter, reader=reader, fell=fell)
