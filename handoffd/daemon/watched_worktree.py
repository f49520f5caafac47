"""A worktree in the daemon's care: what to watch of it, and when to look at it next."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence

from handoffd.daemon.alarm import steady
from handoffd.daemon.watch_hints import Target
from handoffd.files.config import Settings
from handoffd.git.refs import ignored, tracked_directories, watchable_directories
from handoffd.git.repository import Worktree
from handoffd.model.records import dataclass, field
from handoffd.model.session_gaps import deadline
from handoffd.pipeline.workspace import Workspace, open_worktree
from handoffd.sources.git.scan_scope import GitStamp
from handoffd.sources.watched_folders import watched_folders

FIRST_DELAY = 0.3
LONGEST_DELAY = 30.0


@dataclass
class Watched:
    """`began`: when watching began, steady seconds. `last`: time of the open session's newest event that makes one (0: none); `since`: the same
    moment in steady seconds. `due`: when to look again (steady seconds, 0: not asked for), git or the journal having been busy. `delay`: seconds
    until then, doubled each time. `stamp`: git's own files at the last scan, None when that did not end well. `whole`: when the whole tree
    was scanned last (steady seconds). `siblings`: a hash of the names of the repository's linked worktrees, 0 where there are none.
    `told`: a handoff tells all that happened until `last`."""

    place: Workspace
    last: float = 0.0
    since: float = 0.0
    due: float = 0.0
    delay: float = FIRST_DELAY
    problem: str = ""
    stamp: GitStamp | None = None
    whole: float = 0.0
    siblings: int = 0
    told: bool = False
    began: float = field(default_factory=steady)

    def watching_since(self) -> float:
        """Epoch seconds, by the wall clock as it is set now."""
        return time.time() - (steady() - self.began)

    def put_off(self) -> None:
        """Count as quiet from now on."""
        self.moved(time.time(), self.told)

    def moved(self, last: float, told: bool = False) -> None:
        """The open session's newest event that makes one was then, 0 when there is none (epoch seconds).

        The wall clock may be set at any time; how long it has been quiet is counted by the steady one from here on."""
        self.told = told
        self.last, self.since = last, steady() - max(0.0, time.time() - last)

    def idle_at(self) -> float:
        """When the session becomes idle, or, when its handoff is written, when it is over; in steady seconds, infinity when there is none."""
        settings = self.place.settings
        return deadline(self.since, settings.session_gap if self.told else settings.idle) if self.last else float("inf")

    def is_due(self, now: float) -> bool:
        """Whether to look at it now. While there is a problem only the next try counts: what keeps us from a scan keeps us from a handoff too."""
        return 0 < self.due <= now or (not self.problem and self.idle_at() <= now)

    def ask_again(self) -> float:
        """Put off until later what did not succeed; when to try again."""
        self.due = steady() + self.delay
        self.delay = min(self.delay * 2, LONGEST_DELAY)
        return self.due

    def siblings_changed(self) -> bool:
        """True when a linked worktree was added or removed since this was last asked."""
        now = _siblings(self.place)
        changed = now != self.siblings
        self.siblings = now
        return changed


def _siblings(place: Workspace) -> int:
    """Not the names themselves: a thousand worktrees would each hold a thousand."""
    try:
        names = os.listdir(place.worktree.common_dir / "worktrees")
    except OSError:
        return 0
    return hash(frozenset(names)) if names else 0


def watched_at(worktree: Worktree, settings: Settings, env: Mapping[str, str]) -> Watched:
    """A worktree to watch. Raises UserError or OSError when it cannot be opened."""
    place = open_worktree(worktree, settings, env)
    return Watched(place, siblings=_siblings(place))


def target_of(watched: Watched) -> Target:
    """What the watcher is told about a worktree."""
    place = watched.place

    def ask(folders: Sequence[str]) -> set[str]:
        return set(ignored(place.git, folders))

    return Target(
        root=place.root,
        git_dir=place.worktree.git_dir,
        common_dir=place.worktree.common_dir,
        extra=watched_folders(place.settings),
        tracked=lambda: tracked_directories(place.git),
        directories=lambda: watchable_directories(place.git),
        ignored=ask,
        ignore=lambda path: place.restricted.ignored(path),
    )
