"""Every report format, in the order in which they are asked whether a file is theirs. To add a format, add a row.

The formats are loaded when a report has changed: most scans find none, and a person waits for each module. The rows are there without them.
"""

from __future__ import annotations

import functools
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from handoffd.sources.test_runs.formats.format import Format


class Row(NamedTuple):
    """`module` is the file in this folder that has the `FORMAT`. `places` are patterns, relative to the worktree, of where such reports stand, in
    addition to those that the settings name."""

    module: str
    places: tuple[str, ...] = ()


ROWS = (Row("junit"),)


def places() -> tuple[str, ...]:
    """Where reports of the formats stand, besides the places that the settings name."""
    return tuple(place for row in ROWS for place in row.places)


def all_formats() -> tuple[Format, ...]:
    """The formats themselves."""
    return _loaded(ROWS)


@functools.cache
def _loaded(rows: tuple[Row, ...]) -> tuple[Format, ...]:
    return tuple(import_module(f"{__package__}.{row.module}").FORMAT for row in rows)
