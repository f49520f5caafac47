"""Which lines of a document can be taken off by hand. Pure.

Words, marks, and work that is lost. What git or a test run says is closed by git or a test run alone: no conflict, stash or red test is among them.
"""

from __future__ import annotations

from collections.abc import Iterator

from handoffd.model.document import Document, Item
from handoffd.model.drops import Dropped
from handoffd.model.item_keys import item_key, step_key
from handoffd.model.kinds import ItemKind, Origin, StepKind
from handoffd.model.records import dataclass
from handoffd.model.sections import SECTIONS

DROPPABLE = frozenset({ItemKind.NOTE, ItemKind.TRAILER, ItemKind.BOX, ItemKind.SKIP, ItemKind.LEARNED_LINE, ItemKind.RESET_AWAY})
MARKS = frozenset({StepKind.TODO, StepKind.UNFINISHED})


def hides(dropped: Dropped, item: Item) -> bool:
    """Whether the item is taken off. A note that was made again after it was dropped is new."""
    said = max(item.evidence, default=0) if item.kind == ItemKind.NOTE else 0
    return can_be_dropped(item) and dropped.hides(item_key(item), said, item.source == Origin.AGENT)


def can_be_dropped(item: Item) -> bool:
    """Whether a person may take the item off; what an agent said always."""
    return item.kind in DROPPABLE or item.source == Origin.AGENT


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that can be taken off."""

    key: str
    text: str
    section: str
    path: str = ""
    line: int = 0
    agent: bool = False


def candidates(document: Document, agent: bool = False) -> Iterator[Candidate]:
    """The lines that can be taken off, in the document's order; for an agent those of agents alone."""
    seen: set[str] = set()
    for section in SECTIONS:
        for item in document.items.get(section.key, ()):
            for one in _of_item(item):
                if one.key not in seen and (one.agent or not agent):
                    seen.add(one.key)
                    yield one


def _of_item(item: Item) -> Iterator[Candidate]:
    section = next(section.heading for section in SECTIONS if section.key == item.section)
    if can_be_dropped(item):
        yield Candidate(item_key(item), item.text, section, item.path, item.line, item.source == Origin.AGENT)
    for step in item.steps:
        if step.kind in MARKS and step_key(step):
            yield Candidate(step_key(step), step.text, section, item.path, step.line or item.line)
