"""The sections of the document: one table of key, heading, markup and what may be cut.

To add a section: a key and a row here, and a file of the key's name in `handoff/sections/`.
"""

from __future__ import annotations

from enum import Enum, StrEnum, auto

from handoffd.model.records import dataclass


class SectionKey(StrEnum):
    """The name of a section in JSON."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"
    DECISIONS = "decisions"
    LEARNINGS = "learnings"
    FILES = "files"
    GOTCHAS = "gotchas"


class Markup(Enum):
    """How an item of the section is written in Markdown."""

    TICK = auto()
    BULLET = auto()
    NUMBERED = auto()
    CATEGORY = auto()
    FILE = auto()


@dataclass(frozen=True, slots=True)
class Section:
    """`cut` is the section's place in the order in which a tight budget takes items away; 0: no item is ever taken away."""

    key: SectionKey
    heading: str
    markup: Markup
    cut: int = 0


# In the order of the document. Status stands before them, the Resume Command behind them: they have lines and no items.
SECTIONS = (
    Section(SectionKey.DONE, "What's Done", Markup.TICK, cut=1),
    Section(SectionKey.IN_PROGRESS, "What's In Progress", Markup.BULLET),
    Section(SectionKey.PENDING, "What's Pending", Markup.BULLET, cut=2),
    Section(SectionKey.DECISIONS, "Key Decisions Made", Markup.NUMBERED, cut=5),
    Section(SectionKey.LEARNINGS, "Learnings Captured", Markup.CATEGORY, cut=4),
    Section(SectionKey.FILES, "Files Touched", Markup.FILE, cut=3),
    Section(SectionKey.GOTCHAS, "Gotchas for Next Session", Markup.BULLET, cut=6),
)
