"""A worktree in the daemon's care: what to watch of it, and when to look at it next."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handoffd.config import Settings
from handoffd.daemon.hints import Target
from handoffd.git.paths import is_handoff
from handoffd.git.refs import ignored, watchable_directories
from handoffd.git.repository import linked_worktrees
from handoffd.model.errors import UserError
from handoffd.model.events import Event
from handoffd.model.idle import last_making
from handoffd.pipeline.ingest import open_events
from handoffd.pipeline.place import Place, open_place
from handoffd.registry import Registry


@dataclass
class Watched:
    """`last`: time of the open session's newest event that makes one (0: none). `due`: when to look again, git or the journal having been
    busy. `delay`: seconds until then, doubled each time. `siblings`: linked worktrees seen."""

    place: Place
    last: float = 0.0
    due: float = 0.0
    delay: float = 0.3
    trouble: str = ""
    siblings: frozenset[str] = frozenset()

    def remember(self, new: Iterable[Event]) -> None:
        """Take note of new events; a handoff among them means that the session must be read anew."""
        events = list(new)
        if any(event.kind == "handoff" for event in events) or not self.last:
            self.recall()
        self.last = max(self.last, last_making(events))

    def recall(self) -> None:
        """Read from the journal when the open session last moved."""
        self.last = last_making(open_events(self.place))

    def siblings_changed(self) -> bool:
        """True when a linked worktree was added or removed since this was last asked."""
        now = _siblings(self.place)
        changed = now != self.siblings
        self.siblings = now
        return changed


def _siblings(place: Place) -> frozenset[str]:
    try:
        return frozenset(os.listdir(place.worktree.common_dir / "worktrees"))
    except OSError:
        return frozenset()


def find_all(registry: Registry, settings: Settings, env: Mapping[str, str], say: Callable[[str], None]) -> dict[Path, Watched]:
    """Every registered worktree that can be opened, and the linked ones of their repositories."""
    found: dict[Path, Watched] = {}
    for entry in registry.entries():
        try:
            place = open_place(Path(entry.root), settings, env)
            roots = [place.root, *(linked.root for linked in linked_worktrees(place.git))]
        except (UserError, OSError) as trouble:
            say(f"{entry.root}: {trouble}")
            continue
        for root in roots:
            if root not in found:
                _add(found, root, settings, env, say)
    return found


def _add(found: dict[Path, Watched], root: Path, settings: Settings, env: Mapping[str, str], say: Callable[[str], None]) -> None:
    try:
        place = open_place(root, settings, env)
    except (UserError, OSError) as trouble:
        say(f"{root}: {trouble}")
        return
    found[place.root] = Watched(place, siblings=_siblings(place))


def target_of(watched: Watched) -> Target:
    """What the watcher is told about a worktree."""
    place = watched.place

    def ask(folders: Sequence[str]) -> set[str]:
        return set(ignored(place.git, folders))

    return Target(
        root=place.root,
        git_dir=place.worktree.git_dir,
        common_dir=place.worktree.common_dir,
        extra=tuple(_fixed(pattern) for pattern in place.settings.reports),
        directories=lambda: watchable_directories(place.git),
        ignored=ask,
        ignore=lambda path: is_handoff(path, place.settings.directory),
    )


def _fixed(pattern: str) -> Path:
    """The folder of a report pattern, up to its first wildcard."""
    parts = []
    for part in Path(pattern).parent.parts:
        if any(sign in part for sign in "*?["):
            break
        parts.append(part)
    return Path(*parts)
