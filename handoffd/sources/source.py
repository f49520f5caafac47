"""What every source is given: one worktree at one look."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from handoffd.git.objects import Objects
from handoffd.git.repository import Worktree
from handoffd.git.run import Git
from handoffd.model.progress import Progress, silent
from handoffd.model.records import dataclass
from handoffd.model.redact import Redactor


@dataclass(frozen=True, slots=True)
class Context:
    """`id` names the worktree in the journal. `now` and `previous` are this look and the one before (epoch seconds): a source's own times are
    clamped between them. `no_news` is True for handoff files (in `directory`) and for paths that the worktree itself asks to leave out.
    `floor`: nothing older than this is told at the first look. `known` answers which natural keys the journal has.
    `redactor` is the journal's own: what is cut, quoted or looked up again must be without secrets before. `progress` is told how far a long look
    has come."""

    worktree: Worktree
    id: str
    git: Git
    objects: Objects
    directory: str
    no_news: Callable[[str], bool]
    now: float
    previous: float
    floor: float
    known: Callable[[Iterable[str]], set[str]]
    redactor: Redactor
    progress: Progress = silent

    def clamp(self, at: float) -> float:
        """The source's own time, moved into (previous look, this look]."""
        return min(max(at, self.previous), self.now)
