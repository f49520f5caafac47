"""What every source is given: one worktree at one scan."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.limits import Limits
from handoffd.model.progress import Progress, silent
from handoffd.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Scan:
    """`known` answers which natural keys the journal has. `progress` is called as a long scan goes on."""

    reader: WorktreeReader
    limits: Limits
    known: Callable[[Iterable[str]], set[str]]
    progress: Progress = silent

    @property
    def now(self) -> float:
        return self.limits.now

    def clamp(self, at: float) -> float:
        return self.limits.clamp(at)
