"""A watched worktree without the command line and without a daemon: its journal is real, and so is its repository."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from handoffd.files.config import Settings
from handoffd.files.layout import JOURNAL_LOCK
from handoffd.files.registry import state_dir
from handoffd.git.repository import discover
from handoffd.journal.lock import lock
from handoffd.journal.store import Writer
from handoffd.model.events import Event
from handoffd.pipeline.ingest import Ingested, ingest
from handoffd.pipeline.registration import begin
from handoffd.pipeline.workspace import Workspace, open_place, prepare
from tests.support import Repo, wait_for

NINE = 1_700_000_000
"""When the worktree began to be watched. Files that a test writes are younger, so that their events are of the time of the scan."""
MINUTE, HOUR, DAY = 60, 3600, 86400
DEFAULT = Settings()


def prepared(repo: Repo, settings: Settings = DEFAULT) -> Workspace:
    """The worktree of `repo` that nobody watches yet."""
    return prepare(discover(repo.root), settings, os.environ)


def begun(repo: Repo, settings: Settings = DEFAULT) -> Workspace:
    """Watched since NINE."""
    begin(prepared(repo, settings), state_dir(os.environ), NINE)
    return open_place(repo.root, settings, os.environ)


def scanned(place: Workspace, now: float, *said: Event, **more: Any) -> Ingested:
    """One ingest at `now`. git writes its index at any time: a scan that it kept from looking is made again."""

    def once() -> Ingested | None:
        done = ingest(place, "cli", now, said, **more)
        return None if done.busy else done

    return wait_for(once)


def kinds(place: Workspace) -> list[str]:
    """The kinds of all events of the journal, in their order."""
    return [event.kind for event in place.journal.events(place.id)]


def facts(place: Workspace, kind: str) -> list[Any]:
    """The journal's facts of a kind, in their order."""
    return [event.fact for event in place.journal.events(place.id, kinds=(kind,))]


@contextmanager
def locked(place: Workspace) -> Iterator[None]:
    """The journal is held by somebody who does not let go."""
    with lock(place.journal.folder / JOURNAL_LOCK, 1.0):
        yield


@contextmanager
def writing(place: Workspace, now: float = NINE) -> Iterator[Writer]:
    """A transaction of our own."""
    with place.journal.write(now, "cli") as writer:
        yield writer


def handoffs(repo: Repo) -> list[str]:
    """Names of the handoff files that stand in the worktree."""
    return sorted(file.name for file in (repo.root / ".claude").glob("handoff-*.md"))


def today(now: float) -> str:
    """The stem of a handoff's name at that time."""
    return time.strftime("handoff-%Y-%m-%d", time.localtime(now))
