"""The folders that the sources want watched, without loading the sources: a daemon watches first and loads the rest afterwards.

A test holds that these are the `folders` of every source in all_sources.py.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from handoffd.files.config import Settings
from handoffd.sources.test_runs.report_places import report_folders

WANTED: tuple[Callable[[Settings], tuple[Path, ...]], ...] = (report_folders,)


def watched_folders(settings: Settings) -> tuple[Path, ...]:
    """Folders to watch although git ignores them or they lie outside of the worktree: absolute, or relative to the root."""
    return tuple(folder for wanted in WANTED for folder in wanted(settings))
