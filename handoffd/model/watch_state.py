"""How the daemon watches a worktree, as it leaves it for `status` and `doctor`."""

from __future__ import annotations

from enum import StrEnum

from handoffd.model.records import dataclass


class WatchState(StrEnum):
    """How a worktree is watched. `DEGRADED`: not all of it can be watched, so it is scanned by the clock. `NOT_ANSWERING`: its file system does not
    answer."""

    WATCHED = ""
    DEGRADED = "degraded: polling"
    NOT_ANSWERING = "not answering"
    NOT_WATCHED = "not watched"


@dataclass(frozen=True, slots=True)
class Watching:
    """`state` is the text of a WatchState, or a problem in words with its remedy. `watches`: how many watches of the kernel it takes."""

    state: str = WatchState.WATCHED
    watches: int = 0
