"""What alone a look at the working tree needs to ask about: the paths that were hinted, where git's own files are as they were.

A status of a few paths costs what they cost, not what the tree does.
"""

from __future__ import annotations

from typing import Any

from handoffd.model.records import dataclass

GitStamp = tuple[Any, ...]
"""HEAD, its log and the index as they were: equal marks mean that git did nothing."""


@dataclass(frozen=True, slots=True)
class ScanScope:
    """`paths` are relative to the root, of files or of folders with all below; `mark` is that of the look before."""

    paths: tuple[str, ...]
    mark: GitStamp

    def holds(self, path: str) -> bool:
        """Whether a path is one of them or below one."""
        return path in self.paths or any(path.startswith(f"{each}/") for each in self.paths)
