"""The sections that have items, one row each: who makes the items and what stands above them when the work is incomplete."""

from __future__ import annotations

from collections.abc import Callable

from handoffd.handoff.facts.view import View
from handoffd.handoff.sections import decisions, done, files, gotchas, in_progress, learnings, pending
from handoffd.model.document import Item
from handoffd.model.records import dataclass
from handoffd.model.sections import SectionKey


def _no_warning(_view: View) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Row:
    """`warning` gives the section's first line for unfinished work, '' where it has none."""

    key: SectionKey
    items: Callable[[View], tuple[Item, ...]]
    warning: Callable[[View], str] = _no_warning


TABLE = (
    Row(SectionKey.DONE, done.done),
    Row(SectionKey.IN_PROGRESS, in_progress.in_progress, in_progress.warning),
    Row(SectionKey.PENDING, pending.pending),
    Row(SectionKey.DECISIONS, decisions.decisions),
    Row(SectionKey.LEARNINGS, learnings.learnings),
    Row(SectionKey.FILES, files.files),
    Row(SectionKey.GOTCHAS, gotchas.gotchas, gotchas.warning),
)
