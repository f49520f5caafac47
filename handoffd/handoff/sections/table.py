"""The sections that have items: who makes the items of each, and what stands above them when the work is incomplete.

The file `done.py` makes the section `done` with its function `done`; a function `warning` gives the first line for unfinished work.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from handoffd.handoff.facts.view import View
from handoffd.model.document import Item
from handoffd.model.records import dataclass
from handoffd.model.sections import SECTIONS, SectionKey


def _no_warning(_view: View) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Row:
    """`warning` gives the section's first line for unfinished work, '' where it has none."""

    key: SectionKey
    items: Callable[[View], tuple[Item, ...]]
    warning: Callable[[View], str] = _no_warning


def _row(key: SectionKey) -> Row:
    module = import_module(f"{__package__}.{key}")
    return Row(key, getattr(module, key), getattr(module, "warning", _no_warning))


TABLE = tuple(_row(section.key) for section in SECTIONS)
