"""Which lines of a document can be taken off by hand. Pure.

Words, marks, and work that is lost. What git or a test run says is closed by git or a test run alone: no conflict, stash or red test is among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handoffd.model.document import Document, Item
from handoffd.model.drops import Dropped
from handoffd.model.item_keys import item_key, step_key
from handoffd.model.kinds import ItemKind, Origin, StepKind
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass
from handoffd.model.sections import SECTIONS, SectionKey

DROPPABLE = frozenset({ItemKind.NOTE, ItemKind.TRAILER, ItemKind.BOX, ItemKind.SKIP, ItemKind.LEARNED_LINE, ItemKind.RESET_AWAY})
_WORD = lazy(r"\w+")
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


def matching(every: Sequence[Candidate], wanted: str) -> list[Candidate]:
    """Those that are meant by a number in the list, a key, or words: all of them in the line, in any order."""
    if wanted.isdigit() and 0 < int(wanted) <= len(every):
        return [every[int(wanted) - 1]]
    by_key = [one for one in every if one.key == wanted.lower()]
    if by_key:
        return by_key
    words = _WORD.findall(wanted.lower())
    same = [one for one in every if words and _WORD.findall(one.text.lower()) == words]
    return same or [one for one in every if words and set(words) <= set(_WORD.findall(f"{one.text} {one.path}".lower()))]


def _of_item(item: Item) -> Iterator[Candidate]:
    section = next(section.heading for section in SECTIONS if section.key == item.section)
    if can_be_dropped(item):
        yield Candidate(item_key(item), item.text, section, item.path, item.line, item.source == Origin.AGENT)
    for step in item.steps:
        if step.kind in MARKS and step_key(step):
            yield Candidate(step_key(step), step.text, section, item.path, step.line or item.line)


def note_words(document: Document, key: str) -> tuple[int, ...]:
    """The events of the open todo or doing of this key."""
    items = [item for section in (SectionKey.IN_PROGRESS, SectionKey.PENDING) for item in document.items.get(section, ())]
    return next((item.evidence for item in items if item.kind == ItemKind.NOTE and key in (item.key, item_key(item))), ())
