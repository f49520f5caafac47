"""One worktree's looks: at the hinted paths, and now and then at all."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from handoffd.config import Settings
from handoffd.daemon.clock import steady
from handoffd.daemon.hints import Hint
from handoffd.daemon.watched import Watched
from handoffd.daemon.work import WHOLE_EVERY, Work
from handoffd.git.repository import discover
from handoffd.pipeline.place import prepare
from tests.support import Repo


@pytest.fixture
def watched(repo: Repo, home: Path) -> Watched:
    """Looked at once, as a whole."""
    repo.commit("start", {"one.py": "1\n", "two.py": "2\n"})
    place = prepare(discover(repo.root), Settings(), os.environ)
    place.journal.create("", time.time())
    made = Watched(place)
    look(made, full=True)
    assert made.mark is not None
    return made


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
