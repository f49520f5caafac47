"""Which worktrees are to be watched, and why some of them cannot be."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from handoffd.daemon.watched_worktree import Watched, watched_at
from handoffd.files.config import Settings
from handoffd.files.mounts import may_stop_answering
from handoffd.files.registry import Registry
from handoffd.git.repository import Worktree, discover, linked_worktrees
from handoffd.model.errors import UserError, in_words, shell
from handoffd.model.records import dataclass, field


@dataclass
class WorktreeList:
    """`found`: can be watched. `remote`: on a file system where a scan may wait for ever. `missing`: cannot be opened; the reason and the remedy."""

    found: dict[Path, Watched] = field(default_factory=dict)
    remote: list[Path] = field(default_factory=list)
    missing: dict[Path, str] = field(default_factory=dict)

    def open(self, root: Path, read: Callable[[], Watched]) -> Watched | None:
        try:
            watched = read()
        except (UserError, OSError) as problem:
            self.missing[root] = reason(root, problem)
            return None
        return self.found.setdefault(watched.place.root, watched)


def list_worktrees(registry: Registry, settings: Settings, env: Mapping[str, str]) -> WorktreeList:
    """Every registered worktree and the linked ones of its repository. Raises UserError when the registry cannot be read: nothing is known then."""
    listed = WorktreeList()
    for root in [Path(entry.root) for entry in registry.entries()]:
        if may_stop_answering(str(root)):
            listed.remote.append(root)
            continue
        main = listed.open(root, lambda root=root: watched_at(discover(root), settings, env))  # type: ignore[misc]
        for linked in _linked(main, listed):
            listed.open(linked.root, lambda linked=linked: watched_at(linked, settings, env))  # type: ignore[misc]
    return listed


def _linked(main: Watched | None, listed: WorktreeList) -> Iterable[Worktree]:
    """The other worktrees of its repository; git is not asked where there are none."""
    if main is None or not (main.siblings or main.place.worktree.git_dir != main.place.worktree.common_dir):
        return ()
    return linked_worktrees(main.place.git, main.place.worktree, listed.found)


def reason(root: Path, problem: UserError | OSError) -> str:
    """Why a worktree is not watched, and what to do about it."""
    if not root.exists():
        return f"gone: {root} is not there (moved: handoffd init where it is now; removed for good: handoffd uninit {shell(root)})"
    return in_words(problem)


def any_back(roots: Mapping[Path, str]) -> bool:
    """Whether one of the missing may be there again: a cheap look, before git is asked."""
    with suppress(OSError):
        return any(os.path.exists(root / ".git") for root in roots)
    return False
