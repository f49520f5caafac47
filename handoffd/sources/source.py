"""What a source is, what it is given, and what it gives back.

    Scan ──> source.read(scan, cursor) ──> Found: events, and the cursor to keep

A source reads one durable log outside of handoffd: git's reflog, the files, test reports, the spool. To add a source, write one file with a class
as `Source` below, and add a row to `all_sources.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from handoffd.files.config import Settings
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.events import Event
from handoffd.model.file_state import FileState
from handoffd.model.limits import Limits
from handoffd.model.progress import Progress, silent
from handoffd.model.records import dataclass, field
from handoffd.sources.git.scan_scope import ScanScope
from handoffd.sources.git.tree_state import TreeState

Cursor = Mapping[str, Any]
"""How far a source was read: plain JSON, kept in the journal under the source's name. It saves work; natural keys are what keeps a fact from being
journalled twice."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One pass over the sources of one worktree.

    `known` answers which natural keys the journal has. `spool` is the file that hooks and probes append to, `home` the user's home folder.
    `branch` is HEAD's, '' when detached. `states` are the dirty paths as the scan before left them. `scope`: a narrow scan, of these paths alone.
    `failing` answers which tests fail by the runs that are journalled. `progress` is called as a long scan goes on.

    Two fields grow while the sources are read: `earlier` are the events of the sources before this one, `unread` the names of those that failed.
    """

    reader: WorktreeReader
    limits: Limits
    known: Callable[[Iterable[str]], set[str]]
    settings: Settings = field(default_factory=Settings)
    spool: Path = field(default_factory=Path)
    home: Path = field(default_factory=Path)
    branch: str = ""
    states: Mapping[str, FileState] = field(default_factory=dict)
    scope: ScanScope | None = None
    failing: Callable[[], frozenset[str]] = frozenset
    earlier: tuple[Event, ...] = ()
    unread: frozenset[str] = frozenset()
    progress: Progress = silent

    @property
    def now(self) -> float:
        return self.limits.now

    def clamp(self, at: float) -> float:
        return self.limits.clamp(at)


@dataclass(frozen=True, slots=True)
class Found:
    """`events` are new ones, in the source's own order, their times clamped. A test run keeps its own time until the runs are merged.

    `cursor` None leaves the cursor as it is. `weak_cursor`: the cursor moves at every scan, so it is kept only when something else is.
    `leads`: the events come before all others, whatever their times. `needs_whole_scan`: a narrow scan is not enough to know what happened.
    """

    events: tuple[Event, ...] = ()
    cursor: Cursor | None = None
    tree: TreeState | None = None
    weak_cursor: bool = False
    leads: bool = False
    needs_whole_scan: bool = False


class Source(Protocol):
    """`name` is the cursor's name. It stands in journals, so it never changes. `about` is what the source reads, for a message:
    "`about` cannot be read". `in_narrow_scan`: it is read too when only some paths were hinted and git did nothing."""

    name: str
    about: str
    in_narrow_scan: bool

    def folders(self, settings: Settings) -> tuple[Path, ...]:
        """Folders to watch although git ignores them or they lie outside of the worktree: absolute, or relative to the root."""

    def read(self, scan: Scan, cursor: Cursor | None) -> Found:
        """What the journal may lack. `cursor` is None at the first scan. May raise anything: the cursor then stays and other sources are read."""
