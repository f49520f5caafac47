"""A narrow scan: of the working tree, only the hinted paths are asked about. This holds where git's own files are as they were.

A status of a few paths costs what those paths cost, not what the whole tree costs.
"""

from __future__ import annotations

from typing import Any

from handoffd.model.records import dataclass

GitStamp = tuple[Any, ...]
"""HEAD, its log and the index at one moment. Equal stamps mean that git did nothing in between."""


@dataclass(frozen=True, slots=True)
class ScanScope:
    """`paths` are relative to the root, of files or of folders with all below; `stamp` is that of the scan before."""

    paths: tuple[str, ...]
    stamp: GitStamp

    def holds(self, path: str) -> bool:
        """Whether a path is one of them or below one."""
        return path in self.paths or any(path.startswith(f"{each}/") for each in self.paths)
