"""The daemon: one queue, one loop.

    watcher's thread ── Hint ──┐
    alarm's thread ─── ring ───┼──> queue ──> loop (main thread): look, settle, flush
    signals ────────── name ───┘

It watches first and looks then: what happens meanwhile is hinted, and a signal is heard between two looks.

A worktree's problem is said once in the log and in `status`, and the others go on.
"""

from __future__ import annotations

import os
import queue
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from handoffd import __version__
from handoffd.daemon.alarm import Alarm, steady
from handoffd.daemon.error_text import fault_of
from handoffd.daemon.lifecycle import LOCK_HANDLE, AlreadyRunning, Held
from handoffd.daemon.notify import ServiceManager
from handoffd.daemon.renewal import Renewal
from handoffd.daemon.runtime_file import Runtime, write_runtime
from handoffd.daemon.signals import hear
from handoffd.daemon.slow_filesystems import Remotes
from handoffd.daemon.watch import Watch
from handoffd.daemon.watch_hints import SCAN_EVERY, Hint, Inbox
from handoffd.daemon.watched_worktree import FIRST_DELAY, LONGEST_DELAY, Watched, target_of
from handoffd.daemon.worktree_list import any_back, list_worktrees
from handoffd.files.config import ConfigError, Settings, default_path, load
from handoffd.files.registry import Registry, state_dir
from handoffd.model.errors import UserError
from handoffd.model.redact import Redactor
from handoffd.model.triggers import Trigger
from handoffd.model.watch_state import Watching

CHECKPOINT_SECONDS = 5.0


class Service:
    """All watched worktrees of one user. `run` returns when SIGTERM or SIGINT was heard.

    `handed`: variables that are meant for this process alone, by the service manager or by the version that it was before.
    `scan_every`: seconds between the scans of a worktree that cannot be watched.
    """

    def __init__(self, env: Mapping[str, str], say: Callable[[str], None], handed: Mapping[str, str], scan_every: float = SCAN_EVERY) -> None:
        self._env, self._say = env, say
        self._lock_handle = handed.get(LOCK_HANDLE, "")
        self._manager = ServiceManager(handed)
        self._renewal = Renewal(sys.orig_argv, {**env, **handed})
        self._state = state_dir(env)
        self._settings = Settings()
        self._problems: dict[str, str] = {}
        self._queue: queue.SimpleQueue[Hint | str] = queue.SimpleQueue()
        self._inbox = Inbox()
        ring = partial(self._queue.put, "alarm")
        self._alarm = Alarm(ring)
        self._watch = Watch(self._queue.put, scan_every=scan_every, fell=ring)
        self._remotes = Remotes(env, self._alarm.at, say, scan_every)
        self._places: dict[Path, Watched] = {}
        self._missing: dict[Path, str] = {}
        self._delay, self._due = FIRST_DELAY, float("inf")
        self._told: object = None
        self._over = False

    def run(self) -> None:
        """Take the lock, watch, and work until told to end."""
        hear(self._queue.put, partial(self._queue.put, "alarm"))
        held = Held(self._state, __version__, self._lock_handle)
        self._configure()
        self._watch.start()
        try:
            self._attempt("registry", self._join)
            self._tell()
            self._manager.say("READY=1")
            self._load_work()
            while not self._over:
                self._step()
                self._attempt("lock", partial(self._keep, held))
                self._tell()
                self._attempt("upgrade", partial(self._renew, held))
            self._manager.say("STOPPING=1")
            self._checkpoints()
        finally:
            self._alarm.stop()
            self._watch.stop()
            held.release()

    def _load_work(self) -> None:
        """Most of what the daemon loads, now that it watches: later there may be no descriptor left for it."""
        from handoffd.daemon.worktree_work import Work

        self._alarm.start()
        self._work: Work = Work(self._alarm.at, self._say)

    def _keep(self, held: Held) -> None:
        """The state folder may be removed under us, and another daemon be started: there is one all the same."""
        if held.kept():
            return
        try:
            held.renew()
        except AlreadyRunning:
            self._over = True
            raise
        self._told = None

    def _renew(self, held: Held) -> None:
        if not self._over and self._renewal.due():
            self._renewal.renew(held, self._finish)

    def _finish(self) -> bool:
        """Do what is queued; whether to go on."""
        if not self._queue.empty():
            self._step()
        return not self._over

    def _configure(self) -> None:
        """Read the settings; a bad file keeps the old ones and says so."""
        self._attempt("config", self._load)

    def _load(self) -> None:
        try:
            self._settings = load(default_path(self._env))
        except ConfigError as mistake:
            raise UserError(f"config not used: {mistake}", hint="mend the lines named") from mistake

    def _join(self) -> None:
        """Watch what the registry names now, and nothing else. Who should be there and is not is looked for again by the clock."""
        listed = list_worktrees(Registry(self._state), self._settings, self._env)
        for root in self._places.keys() - listed.found.keys():
            self._watch.remove(root)
            del self._places[root]
        for root, why in listed.missing.items():
            if why != self._missing.get(root):
                self._say(f"{root}: {why}")
        self._missing = listed.missing
        self._search()
        self._remotes.keep(listed.remote)
        for root, watched in listed.found.items():
            known = self._places.setdefault(root, watched)
            if known is watched:
                self._guard(watched, partial(self._watch.add, target_of(watched)))
                self._inbox.take(Hint(root, full=True))
            known.place = watched.place

    def _search(self) -> None:
        """When to look for the missing again; less and less often."""
        self._due = steady() + self._delay if self._missing else float("inf")
        self._delay = min(self._delay * 2, LONGEST_DELAY) if self._missing else FIRST_DELAY
        if self._missing:
            self._alarm.at(self._due)

    def _step(self) -> None:
        """All words that came, and the hint that waits longest."""
        if not self._inbox.hints:
            self._inbox.take(self._manager.wait(self._queue))
        while not self._queue.empty():
            self._inbox.take(self._queue.get())
        if not self._watch.alive():
            self._attempt("watcher", self._rewatch)
        for word in self._inbox.said():
            {"flush": self._flush_all, "reload": self._reload, "end": self._end, "alarm": self._ring}[word]()
        hint = None if self._over else self._inbox.first()
        if hint is not None:
            self._heed(hint)

    def _rewatch(self) -> None:
        """A thread of the watcher's died: begin anew, and look at all that it may have missed."""
        self._say("the watcher had ended by a fault and was started again")
        self._watch.restart()
        for root in self._places:
            self._inbox.take(Hint(root, full=True))

    def _heed(self, hint: Hint) -> None:
        root = hint.root
        watched = self._places.get(root)
        if watched is None:
            return
        left = hint.gone or not watched.place.restricted.said().enabled
        if left:
            self._watch.remove(root)
            del self._places[root]
        if left or (hint.git and watched.siblings_changed()):
            self._attempt("registry", self._join)
        if root in self._places:
            self._look(self._places[root], hint)

    def _look(self, watched: Watched, hint: Hint) -> None:
        self._guard(watched, lambda: self._work.look(watched, hint))

    def _wake(self, watched: Watched) -> None:
        if watched.last:
            self._alarm.at(watched.idle_at())

    def _ring(self) -> None:
        now = steady()
        for watched in list(self._places.values()):
            if watched.is_due(now):
                watched.due = 0.0
                self._look(watched, Hint(watched.place.root, full=True))
            elif not watched.problem:
                self._wake(watched)
            if watched.due:
                self._alarm.at(watched.due)
        self._remotes.ring()
        if self._due <= now:
            self._attempt("registry", self._join if self._problems["registry"] or any_back(self._missing) else self._search)
        elif self._missing:
            self._alarm.at(self._due)

    def _flush_all(self) -> None:
        self._remotes.flush(Trigger.SIGNAL)
        for watched in list(self._places.values()):
            self._guard(watched, partial(self._work.flush, watched, Trigger.SIGNAL))

    def _reload(self) -> None:
        self._manager.reloading()
        self._configure()
        self._attempt("registry", self._join)
        self._manager.say("READY=1")

    def _end(self) -> None:
        self._over = True

    def _checkpoints(self) -> None:
        """Before the end: a checkpoint for each worktree with news, newest first, within five seconds; the rest is made good at the next start."""
        end = time.monotonic() + CHECKPOINT_SECONDS
        self._remotes.flush(Trigger.TERMINATE)
        for watched in sorted(self._places.values(), key=lambda one: -one.last):
            if time.monotonic() < end:
                self._guard(watched, partial(self._checkpoint, watched))

    def _checkpoint(self, watched: Watched) -> None:
        if watched.place.root in self._inbox.hints or self._work.has_events(watched):
            self._work.flush(watched, Trigger.TERMINATE)

    def _guard(self, watched: Watched, work: Callable[[], None]) -> None:
        """One worktree's problem is told once, is tried again later, and does not stop the others."""
        self._manager.alive()
        problem = fault_of(work, known=bool(watched.problem))
        watched.place.objects.clear()
        if problem:
            self._alarm.at(watched.ask_again())
        self._change(f"{watched.place.root}: ", watched.problem, problem)
        watched.problem = problem

    def _attempt(self, about: str, work: Callable[[], None]) -> None:
        """The same for what is not one worktree's."""
        before = self._problems.get(about, "")
        problem = self._problems[about] = fault_of(work, known=bool(before))
        if problem:
            self._due = min(self._due, steady() + self._delay)
            self._alarm.at(self._due)
        self._change("", before, problem)

    def _change(self, about: str, before: str, problem: str) -> None:
        """Say when it begins and when it is over, not each new wording: `status` has the last."""
        if bool(before) != bool(problem):
            self._say(f"{about}{problem or 'all is well again'}")

    def _tell(self) -> None:
        """Leave word for `status`, when there is another than before."""
        states = {root: watched.problem or self._watch.state(root) for root, watched in self._places.items()}
        states |= self._missing | self._remotes.states()
        problem = "; ".join(text for about, text in self._problems.items() if text and about != "status")
        if (states, problem) == self._told and not self._problems.get("status"):
            return
        self._attempt("status", partial(self._leave_word, states, problem))

    def _leave_word(self, states: Mapping[Path, str], problem: str) -> None:
        clean = Redactor(os.urandom(16)).text
        worktrees = {os.fspath(root): Watching(clean(state), self._watch.watches(root)) for root, state in states.items()}
        write_runtime(self._state, Runtime(clean(problem), worktrees))
        self._manager.say(f"STATUS=watching worktrees: {len(states)}{f'; {clean(problem)}' if problem else ''}".replace("\n", " "))
        self._told = (states, problem)
