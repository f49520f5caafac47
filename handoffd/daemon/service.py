"""The daemon: one queue, one loop.

    watcher's thread ── Hint ──┐
    alarm's thread ─── ring ───┼──> queue ──> loop (main thread): ingest, settle, flush
    signals ────────── name ───┘

A worktree's trouble is said once in the log and in `status`, and the others go on.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from handoffd import __version__
from handoffd.config import ConfigError, Settings, default_path, load
from handoffd.daemon.clock import Alarm
from handoffd.daemon.lifecycle import Held, write_runtime
from handoffd.daemon.watch import Hint, Watch
from handoffd.daemon.watched import Watched, find_all, target_of
from handoffd.model.errors import UserError
from handoffd.pipeline.closing import close_gap
from handoffd.pipeline.flush import flush, refresh, settle
from handoffd.pipeline.ingest import ingest
from handoffd.registry import Registry, state_dir
from handoffd.sources.running import going

CHECKPOINT_SECONDS = 5.0
RETRY = 0.3
SLOWEST_RETRY = 30.0
FULL_LOOK = 15 * 60.0


@dataclass
class _Inbox:
    """What came since the loop last looked, merged."""

    hints: dict[Path, Hint] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def take(self, message: Hint | str) -> None:
        if isinstance(message, str):
            self.words.append(message)
            return
        before = self.hints.get(message.root)
        if before is not None:
            paths, git = before.paths | message.paths, before.git or message.git
            message = Hint(message.root, paths, git, before.full or message.full, before.gone or message.gone)
        self.hints[message.root] = message


class Service:
    """All watched worktrees of one user. `run` returns when SIGTERM or SIGINT was heard."""

    def __init__(self, env: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._env, self._say = env, say
        self._state = state_dir(env)
        self._settings = Settings()
        self._trouble = ""
        self._queue: queue.SimpleQueue[Hint | str] = queue.SimpleQueue()
        self._alarm = Alarm(lambda: self._queue.put("alarm"))
        self._watch = Watch(self._queue.put)
        self._places: dict[Path, Watched] = {}
        self._over = False

    def run(self) -> None:
        """Take the lock, watch, and work until told to end."""
        held = Held(self._state, __version__)
        self._signals()
        self._configure()
        self._watch.start()
        self._alarm.start()
        try:
            self._join()
            while not self._over:
                self._step()
            self._checkpoints()
        finally:
            self._alarm.stop()
            self._watch.stop()
            held.release()

    def _signals(self) -> None:
        names = {signal.SIGUSR1: "flush", signal.SIGHUP: "reload", signal.SIGTERM: "end", signal.SIGINT: "end"}
        for number, name in names.items():
            signal.signal(number, partial(self._heard, name))

    def _heard(self, word: str, _number: int, _frame: object) -> None:
        self._queue.put(word)

    def _configure(self) -> None:
        """Read the settings; a bad file keeps the old ones and says so."""
        try:
            self._settings, self._trouble = load(default_path(self._env)), ""
        except ConfigError as mistake:
            self._trouble = f"config not used: {mistake}"
            self._say(self._trouble)

    def _join(self) -> None:
        """Watch what the registry names now, and nothing else."""
        found = find_all(Registry(self._state), self._settings, self._env, self._say)
        for root in self._places.keys() - found.keys():
            self._watch.remove(root)
            del self._places[root]
        for root, watched in found.items():
            known = self._places.get(root)
            if known is not None:
                known.place = watched.place
                continue
            self._places[root] = watched
            self._guard(watched, partial(self._watch.add, target_of(watched)))
            self._look(watched)
        self._tell()

    def _step(self) -> None:
        inbox = _Inbox()
        inbox.take(self._queue.get())
        while not self._queue.empty():
            inbox.take(self._queue.get())
        for word in dict.fromkeys(inbox.words):
            {"flush": self._flush_all, "reload": self._reload, "end": self._end, "alarm": self._ring}[word]()
        for root, hint in inbox.hints.items():
            self._heed(root, hint)

    def _heed(self, root: Path, hint: Hint) -> None:
        watched = self._places.get(root)
        if watched is None:
            return
        if hint.gone:
            self._watch.remove(root)
            del self._places[root]
            self._say(f"{root}: gone")
            self._tell()
            return
        if hint.git and watched.siblings_changed():
            self._join()
        self._look(watched)

    def _look(self, watched: Watched) -> None:
        """Ingest one worktree and set the alarm for its idle time."""

        def work() -> None:
            told = ingest(watched.place, "daemon", time.time(), close_gap)
            if told.pushed:
                refresh(watched.place, "daemon", time.time())
            if told.busy or told.unwritten:
                self._again(watched)
            else:
                watched.delay = RETRY
            watched.remember(told.new)
            self._wake(watched)

        self._guard(watched, work)

    def _again(self, watched: Watched) -> None:
        watched.due = time.time() + watched.delay
        watched.delay = min(watched.delay * 2, SLOWEST_RETRY)
        self._alarm.at(watched.due)

    def _wake(self, watched: Watched) -> None:
        if watched.last:
            self._alarm.at(watched.last + self._settings.idle)

    def _ring(self) -> None:
        now = time.time()
        for watched in list(self._places.values()):
            if watched.due and watched.due <= now:
                watched.due = 0.0
                self._look(watched)
            if watched.last and watched.last + self._settings.idle <= now:
                self._guard(watched, partial(self._settle, watched))
            self._wake(watched)
            if watched.due:
                self._alarm.at(watched.due)

    def _settle(self, watched: Watched) -> None:
        # Look once more: what was written a moment ago is not idle.
        watched.remember(ingest(watched.place, "daemon", time.time(), close_gap).new)
        done = settle(watched.place, "daemon", time.time(), reconstructed=False)
        watched.recall()
        if going(watched.place.spool.parent):
            # Not idle while a wrapped test run goes on; a wrapper that dies wakes nobody, so it is asked again an idle time from now.
            watched.last = time.time()
        if done.written is not None:
            self._say(f"{watched.place.root}: wrote {done.written.path or done.written.hint}")

    def _flush_all(self) -> None:
        for watched in list(self._places.values()):
            self._guard(watched, partial(self._flush, watched, "signal"))

    def _flush(self, watched: Watched, trigger: str) -> None:
        done = flush(watched.place, trigger, "daemon", time.time())
        watched.recall()
        if done.written is not None:
            self._say(f"{watched.place.root}: wrote {done.written.path or done.written.hint}")

    def _reload(self) -> None:
        self._configure()
        self._join()

    def _end(self) -> None:
        self._over = True

    def _checkpoints(self) -> None:
        """Before the end: a checkpoint for each worktree with news, newest first, within five seconds; the rest is made good at the next start."""
        end = time.monotonic() + CHECKPOINT_SECONDS
        for watched in sorted(self._places.values(), key=lambda one: -one.last):
            if watched.last and time.monotonic() < end:
                self._guard(watched, partial(self._flush, watched, "terminate"))

    def _guard(self, watched: Watched, work: Callable[[], None]) -> None:
        """One worktree's trouble is told once and does not stop the others; a bug ends up in the log with its traceback."""
        try:
            work()
            trouble = ""
        except (UserError, OSError) as fault:
            trouble = f"{fault}"
        except Exception as bug:
            trouble = f"{type(bug).__name__}: {bug}"
            if trouble != watched.trouble:
                sys.excepthook(type(bug), bug, bug.__traceback__)
        if trouble and trouble != watched.trouble:
            self._say(f"{watched.place.root}: {trouble}")
        if trouble:
            self._again(watched)
        if trouble != watched.trouble:
            watched.trouble = trouble
            self._tell()

    def _tell(self) -> None:
        """Leave word for `status`."""
        worktrees = {
            os.fsdecode(os.fsencode(root)): {"state": watched.trouble or self._watch.state(root), "watches": self._watch.watches(root)}
            for root, watched in self._places.items()
        }
        write_runtime(self._state, {"pid": os.getpid(), "trouble": self._trouble, "worktrees": worktrees})
