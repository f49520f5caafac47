"""A person's words: which stand, which are done, and whether they say something already."""

from __future__ import annotations

from handoffd.handoff.words import covered, normalised
from handoffd.model.facts import Note
from handoffd.model.kinds import NoteType
from handoffd.model.records import dataclass
from handoffd.model.session import Recorded


@dataclass(frozen=True)
class Notes:
    """The notes of the branch, of all sessions. `began`: when the open session did, epoch seconds."""

    all: tuple[Recorded[Note], ...]
    began: float = 0.0

    def of(self, kind: NoteType) -> tuple[Recorded[Note], ...]:
        """The branch's notes of a type, oldest first; one said twice counts where it was said last."""
        found: dict[str, Recorded[Note]] = {}
        for seen in self.all:
            if seen.fact.type == kind:
                found.pop(normalised(seen.fact.text), None)
                found[normalised(seen.fact.text)] = seen
        return tuple(found.values())

    def open(self, kind: NoteType) -> tuple[Recorded[Note], ...]:
        """Notes of a type that no later `done` note of the same text closes, newest first."""
        closed = {normalised(seen.fact.text): seen.id for seen in self.of(NoteType.DONE)}
        return tuple(seen for seen in reversed(self.of(kind)) if closed.get(normalised(seen.fact.text), seen.id - 1) < seen.id)

    def now(self, kind: NoteType) -> tuple[Recorded[Note], ...]:
        """The same of the open session alone."""
        return tuple(seen for seen in self.of(kind) if seen.at >= self.began)

    @property
    def message(self) -> str:
        """What `flush -m` said last in this session, raw; '' when nothing."""
        return next((seen.fact.text for seen in reversed(self.now(NoteType.MESSAGE)) if seen.fact.text.strip()), "")

    def covers(self, said: str) -> bool:
        """Whether an open note or one of its steps holds every word of `said`."""
        notes = (*self.open(NoteType.DOING), *self.open(NoteType.TODO))
        return covered(said, [part for seen in notes for part in (seen.fact.text, *seen.fact.steps)])
