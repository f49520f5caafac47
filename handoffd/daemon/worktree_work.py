"""What is done with one worktree: look, settle, flush. It needs the whole pipeline, which a daemon loads when it watches already."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from handoffd.daemon.alarm import steady
from handoffd.daemon.watch_hints import Hint
from handoffd.daemon.watched_worktree import FIRST_DELAY, Watched
from handoffd.model.errors import UserError
from handoffd.model.events import Event
from handoffd.model.kinds import FactKind
from handoffd.model.session_gaps import last_session_event
from handoffd.model.triggers import Trigger
from handoffd.pipeline.flush import Flushed, flush, refresh, settle
from handoffd.pipeline.ingest import ingest
from handoffd.pipeline.scan_scope import scope_of
from handoffd.pipeline.sessions import open_session
from handoffd.setup.hooks import put_back
from handoffd.sources.all_sources import load_late_modules
from handoffd.sources.git.scan_scope import ScanScope

WHOLE_EVERY = 60.0
"""Seconds after which a hint leads to a look at the whole tree again. No hint tells of a commit in a submodule, a repository within that is one no
more, or a user's own ignore file."""


class Work:
    """`wake` asks for an alarm at a time (steady seconds); `say` is told what was written."""

    def __init__(self, wake: Callable[[float], None], say: Callable[[str], None]) -> None:
        self._wake, self._say = wake, say
        load_late_modules()

    def look(self, watched: Watched, hint: Hint) -> None:
        """Ingest one worktree; write its handoff if it is idle, close its session if that is over, else ask to be woken then.
        Raises UserError, OSError."""
        with watched.place.journal.reading():
            self._look(watched, hint)

    def _look(self, watched: Watched, hint: Hint) -> None:
        done = ingest(watched.place, "daemon", time.time(), scope=_scope(watched, hint))
        watched.stamp = done.stamp
        if done.status is not None:
            watched.whole = steady()
        if done.problem:
            raise UserError(done.problem)
        if done.pushed:
            refresh(watched.place, "daemon", time.time())
        if done.busy or done.outrun:
            self._wake(watched.ask_again())
        _remember(watched, done.new)
        _repair_hooks(watched, done.new)
        if watched.idle_at() <= steady():
            self._settle(watched)
        if not done.busy and not done.outrun and not done.failures:
            watched.delay = FIRST_DELAY
        if watched.last:
            self._wake(watched.idle_at())
        if done.failures:
            # All else is done. It is reported, and the source is tried again, as any other trouble of a worktree.
            raise UserError(done.unread)

    def has_events(self, watched: Watched) -> bool:
        """Whether its session is open by the journal, which a command may have written to since the last look. Raises UserError."""
        _recall(watched)
        return bool(watched.last)

    def flush(self, watched: Watched, trigger: Trigger) -> None:
        """Write its handoff, if it has news. Raises UserError, OSError."""
        with watched.place.journal.reading():
            done = flush(watched.place, trigger, "daemon", time.time())
            _recall(watched)
        self._tell(watched, done)

    def _settle(self, watched: Watched) -> None:
        done = settle(watched.place, "daemon", time.time(), watched.watching_since())
        _recall(watched)
        if watched.idle_at() <= steady():
            # Not idle while a wrapped test run goes on; a wrapper that dies wakes nobody, so it is asked again an idle time from now.
            watched.put_off()
        self._tell(watched, done)

    def _tell(self, watched: Watched, done: Flushed) -> None:
        if done.written is not None and done.written.fresh:
            self._say(f"{watched.place.root}: wrote {done.written.path or done.written.hint}")


def _scope(watched: Watched, hint: Hint) -> ScanScope | None:
    """The paths alone, where nothing else is known to have changed since the look before."""
    wants_whole_scan = hint.git or hint.full or hint.gone or watched.due or watched.problem
    if wants_whole_scan or watched.stamp is None or steady() - watched.whole > WHOLE_EVERY:
        return None
    return scope_of(hint.paths, watched.stamp)


def _remember(watched: Watched, new: Iterable[Event]) -> None:
    """Take note of new events; a handoff among them means that the session must be read anew."""
    events = list(new)
    newest = last_session_event(events)
    if any(event.kind == FactKind.HANDOFF for event in events) or not watched.last:
        _recall(watched)
    elif newest:
        watched.moved(newest)


def _recall(watched: Watched) -> None:
    """Read from the journal when the open session last moved, and whether a handoff tells all of it."""
    watched.moved(*open_session(watched.place))


def _repair_hooks(watched: Watched, new: Iterable[Event]) -> None:
    """Put our hooks back after a commit, as a push may follow and a hook manager may have written its files anew.

    Where they cannot be put back, `doctor` says so; nothing depends on the hooks."""
    if any(event.kind == FactKind.COMMIT for event in new):
        with suppress(UserError, OSError):
            put_back(watched.place.git, watched.place.worktree)
