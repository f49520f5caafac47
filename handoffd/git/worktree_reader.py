"""One worktree, ready to be read: git, its objects, and what may be kept of its texts."""

from __future__ import annotations

from collections.abc import Callable

from handoffd.git.objects import Objects
from handoffd.git.repository import Worktree
from handoffd.git.run import Git
from handoffd.model.records import dataclass
from handoffd.model.redact import Redactor


@dataclass(frozen=True, slots=True)
class WorktreeReader:
    """`id` names the worktree in the journal. `directory` is the folder of handoff files, relative to the root. `ignored` is True for handoff files
    and for paths that the worktree itself asks to leave out. `redactor` is the journal's own: text is redacted before it is cut, quoted or kept."""

    worktree: Worktree
    id: str
    git: Git
    objects: Objects
    directory: str
    ignored: Callable[[str], bool]
    redactor: Redactor
