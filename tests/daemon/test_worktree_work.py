"""One worktree's looks: at the hinted paths, and now and then at all."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from handoffd.daemon.alarm import steady
from handoffd.daemon.watch_hints import Hint
from handoffd.daemon.watched_worktree import Watched
from handoffd.daemon.worktree_work import WHOLE_EVERY, Work
from handoffd.files.config import Settings
from handoffd.files.run_locks import hold, release
from handoffd.git.repository import discover
from handoffd.model.facts import File
from handoffd.pipeline.sessions import open_events
from handoffd.pipeline.workspace import prepare
from tests.support import Repo, wait_for

IDLE = 0.5


@pytest.fixture
def watched(repo: Repo, home: Path) -> Watched:
    """Looked at once, as a whole."""
    repo.commit("start", {"one.py": "1\n", "two.py": "2\n"})
    place = prepare(discover(repo.root), Settings(idle=IDLE, session_gap=2 * IDLE), os.environ)
    place.journal.create("", time.time())
    made = Watched(place)
    look(made, full=True)
    assert made.stamp is not None
    return made


def alarms(watched: Watched) -> list[float]:
    """How far ahead each alarm is set that a full look asks for, in seconds."""
    asked: list[float] = []
    Work(lambda due: asked.append(due - steady()), lambda _said: None).look(watched, Hint(watched.place.root, full=True))
    return asked


def look(watched: Watched, *paths: str, full: bool = False) -> set[str]:
    """A look at these paths; which ones the journal then knows as changed."""
    Work(lambda _due: None, lambda _said: None).look(watched, Hint(watched.place.root, frozenset(paths), full=full))
    return set(watched.place.journal.rows(watched.place.id))


def test_what_no_hint_told_is_seen_when_the_whole_tree_is_due_again(repo: Repo, watched: Watched) -> None:
    repo.write("one.py", "other\n")
    repo.write("two.py", "other\n")
    assert look(watched, "one.py") == {"one.py"}
    watched.whole = steady() - WHOLE_EVERY - 1
    repo.write("one.py", "and more\n")
    assert look(watched, "one.py") == {"one.py", "two.py"}
    assert steady() - watched.whole < WHOLE_EVERY


@pytest.fixture
def closed(repo: Repo, watched: Watched) -> Watched:
    """A session with an edit of `one.py` in it has become idle and was closed at the gap."""
    repo.write("one.py", "other\n")
    look(watched, full=True)
    assert quiet(watched) == [] and watched.place.journal.closed_through(watched.place.id)
    return watched


def quiet(watched: Watched) -> list[float]:
    """What a look asks for once the idle time is over."""
    wait_for(lambda: not watched.last or watched.idle_at() <= steady())
    asked = alarms(watched)
    if not watched.told:
        return asked
    # The handoff is written; the session is closed later.
    assert not watched.place.journal.closed_through(watched.place.id) or asked
    wait_for(lambda: not watched.last or watched.idle_at() <= steady())
    return alarms(watched)


def test_nobody_waits_for_a_session_that_only_undid_what_was_there(repo: Repo, closed: Watched) -> None:
    repo.git("checkout", "-q", "one.py")
    look(closed, full=True)
    assert [event.fact.action for event in open_events(closed.place) if isinstance(event.fact, File)] == ["restored"]
    assert quiet(closed) == [] and alarms(closed) == []
    assert not Work(lambda _due: None, lambda _said: None).has_events(closed)


def test_what_does_not_close_when_it_is_idle_is_asked_again_an_idle_time_later(repo: Repo, closed: Watched) -> None:
    handle = hold(closed.place.spool.parent, "run", time.time())
    repo.write("two.py", "other\n")
    look(closed, full=True)
    assert min(quiet(closed)) > 0
    release(closed.place.spool.parent, "run", handle)
    assert quiet(closed) == [] and closed.last == 0
