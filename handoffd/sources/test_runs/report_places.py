"""Where reports of test runs stand: in the places that the settings name, and in those that a format knows."""

from __future__ import annotations

from pathlib import Path

from handoffd.files.config import Settings
from handoffd.sources.test_runs.formats.all_formats import places


def patterns(settings: Settings) -> tuple[str, ...]:
    """Patterns relative to the worktree, each below a fixed folder."""
    return (*settings.reports, *places())


def report_folders(settings: Settings) -> tuple[Path, ...]:
    """The folders to watch. Runners leave reports in ignored folders too."""
    return tuple(_fixed(pattern) for pattern in patterns(settings))


def _fixed(pattern: str) -> Path:
    """The folder of a pattern, up to its first wildcard."""
    parts = []
    for part in Path(pattern).parent.parts:
        if any(sign in part for sign in "*?["):
            break
        parts.append(part)
    return Path(*parts)
