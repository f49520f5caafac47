"""What changed between the writing of a handoff and its reading."""

from __future__ import annotations

from enum import StrEnum

from handoffd.model.records import dataclass


class SinceKind(StrEnum):
    """In the order in which a reader should hear of it."""

    LOST = "lost"
    DONE = "done"
    GONE = "gone"
    CHANGED = "changed"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the document that is another now. `key` is its item's, `by` who did it ('you', a name, 'an agent'; '' not known), `evidence` the
    events that say so."""

    kind: SinceKind
    text: str
    key: str = ""
    by: str = ""
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Since:
    """`written` and `read` are epoch seconds; `written` is 0 where no handoff was written yet. `moves` say in a few words what happened ("2 commits
    by you"), `differences` which lines are others now, `unknown` what could not be looked up."""

    written: float
    read: float
    moves: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the document says now what it said when it was written."""
        return not self.moves and not self.differences
