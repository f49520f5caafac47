"""What a scan found out about the working tree, besides the events."""

from __future__ import annotations

from collections.abc import Mapping

from handoffd.git.parse import Status
from handoffd.model.file_state import FileState
from handoffd.model.records import dataclass, field
from handoffd.sources.git.scan_scope import GitStamp


@dataclass(frozen=True, slots=True)
class TreeState:
    """`changed` are the states to keep, by path and without secrets; `gone` are the paths whose states go. `now` are the states of all dirty paths
    and `status` is git's: only a whole scan has them. `stamp`: git's own files, which were the same all the while. `busy`: git was at work, so
    nothing was read."""

    changed: Mapping[str, FileState] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    busy: bool = False
    status: Status | None = None
    now: Mapping[str, FileState] = field(default_factory=dict)
    stamp: GitStamp | None = None
