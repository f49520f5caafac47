"""What a look at the working tree remembers of one dirty or untracked path."""

from __future__ import annotations

from handoffd.model.kinds import PathState
from handoffd.model.records import dataclass


@dataclass(frozen=True, slots=True)
class FileState:
    """`size` bytes, `mtime_ns` and `inode` of the file (0 when gone); `state`: untracked, deleted, renamed, conflicted or changed;
    `baseline`: it was so before handoffd first looked and has not changed since."""

    path: str
    size: int = 0
    mtime_ns: int = 0
    inode: int = 0
    state: PathState = PathState.CHANGED
    old_path: str = ""
    baseline: bool = False

    @property
    def content(self) -> tuple[int, int, int, PathState]:
        """Two rows with equal content show the same file."""
        return (self.size, self.mtime_ns, self.inode, self.state)
