"""A person's words, and an agent's: which stand, which are done, and whether they say something already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from handoffd.handoff.words import covered, normalised
from handoffd.model import text
from handoffd.model.document import AGENT, PERSON
from handoffd.model.drops import Dropped
from handoffd.model.facts import Note
from handoffd.model.item_keys import note_key
from handoffd.model.kinds import NoteType, Origin
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass
from handoffd.model.sections import SectionKey
from handoffd.model.session import Recorded

LONGEST = 500
AGENT_LABEL = " (agent)"
AGENTS_STAND = 14 * 86400.0
"""Seconds for which an agent's words stand."""
_SECTIONS = {
    NoteType.DONE: SectionKey.DONE,
    NoteType.DOING: SectionKey.IN_PROGRESS,
    NoteType.TODO: SectionKey.PENDING,
    NoteType.DECISION: SectionKey.DECISIONS,
    NoteType.LEARNING: SectionKey.LEARNINGS,
    NoteType.GOTCHA: SectionKey.GOTCHAS,
}
_BOXES = ("x", "X", "")
_CATEGORY = lazy(r"^\[([\w /-]{1,40})\] +(\S.*)$", re.S)


@dataclass(frozen=True)
class Notes:
    """The notes of the branch, of all sessions. `began`: when the open session did, epoch seconds; `now`: the document's time; `dropped`: what was
    taken off by hand."""

    every: tuple[Recorded[Note], ...]
    began: float = 0.0
    ended: float = 0.0
    dropped: Dropped | None = None

    @cached_property
    def all(self) -> tuple[Recorded[Note], ...]:
        """Without what an agent said long ago."""
        return tuple(seen for seen in self.every if not seen.fact.agent or seen.at > self.ended - AGENTS_STAND)

    def of(self, kind: NoteType) -> tuple[Recorded[Note], ...]:
        """The branch's notes of a type, oldest first, a person's before an agent's; one said twice counts where it was said last, and as the
        person's where both said it."""
        found: dict[tuple[bool, str], Recorded[Note]] = {}
        for seen in self.all:
            if seen.fact.type == kind:
                key = (bool(seen.fact.agent), normalised(seen.fact.text))
                found.pop(key, None)
                found[key] = seen
        persons = [seen for (agent, _), seen in found.items() if not agent]
        return (*persons, *(seen for (agent, words), seen in found.items() if agent and (False, words) not in found))

    def open(self, kind: NoteType) -> tuple[Recorded[Note], ...]:
        """Notes of a type that no later `done` note of the same text closes, newest first; an agent's `done` closes what agents said, and no
        person's words."""
        closed = {(bool(seen.fact.agent), normalised(seen.fact.text)): seen.id for seen in self.all if seen.fact.type == NoteType.DONE}

        def stands(seen: Recorded[Note]) -> bool:
            words = normalised(seen.fact.text)
            ends = [closed.get((agent, words), seen.id - 1) for agent in ((False, True) if seen.fact.agent else (False,))]
            return max(ends) < seen.id and not self._dropped(seen)

        return newest_first(seen for seen in self.of(kind) if stands(seen))

    def _dropped(self, seen: Recorded[Note]) -> bool:
        return self.dropped is not None and self.dropped.hides(key_of(seen.fact), seen.id, bool(seen.fact.agent))

    def now(self, kind: NoteType) -> tuple[Recorded[Note], ...]:
        """The same of the open session alone."""
        return tuple(seen for seen in self.of(kind) if seen.at >= self.began)

    @property
    def message(self) -> str:
        """What `flush -m` said last in this session, raw; '' when nothing."""
        found = max((seen for seen in self.now(NoteType.MESSAGE) if seen.fact.text.strip()), key=lambda seen: seen.id, default=None)
        return (found.fact.text + (AGENT_LABEL if found.fact.agent else "")) if found else ""

    def covers(self, words: str) -> bool:
        """Whether an open note or one of its steps holds every word of `words`."""
        notes = (*self.open(NoteType.DOING), *self.open(NoteType.TODO))
        return covered(words, [part for seen in notes if not seen.fact.agent for part in (seen.fact.text, *seen.fact.steps)])


def newest_first(notes: Iterable[Recorded[Note]]) -> tuple[Recorded[Note], ...]:
    """A person's before an agent's."""
    backwards = list(notes)[::-1]
    return (*of_persons(backwards), *of_agents(backwards))


def of_persons(notes: Iterable[Recorded[Note]]) -> tuple[Recorded[Note], ...]:
    return tuple(seen for seen in notes if not seen.fact.agent)


def of_agents(notes: Iterable[Recorded[Note]]) -> tuple[Recorded[Note], ...]:
    return tuple(seen for seen in notes if seen.fact.agent)


def said(note: Note) -> str:
    """The words as a line has them."""
    return text.inline(note.text or " ", LONGEST) + (AGENT_LABEL if note.agent else "")


def origin(note: Note) -> Origin:
    """Who said it."""
    return Origin.AGENT if note.agent else Origin.PERSON


def strength(note: Note) -> int:
    """How much its words count."""
    return AGENT if note.agent else PERSON


def key_of(note: Note) -> str:
    """The key of the line that tells the note, '' where none does."""
    section = _SECTIONS.get(note.type)
    if section is SectionKey.LEARNINGS:
        words = text.inline(sorted_by_category(note.text, note.category)[1], LONGEST)
        return note_key(section, words + (AGENT_LABEL if note.agent else ""))
    return note_key(section, said(note)) if section else ""


def sorted_by_category(said: str, category: str = "") -> tuple[str, str]:
    """Category and words of `[category] words`. In brackets `x` would be a box that is ticked: it stays with the words."""
    if category and category.strip() in _BOXES:
        return "", f"[{category}] {said}"
    named = _CATEGORY.match(said) if not category else None
    if named and named[1].strip() not in _BOXES:
        category, said = named[1], named[2]
    return text.inline(category, 60) if category else "", said
