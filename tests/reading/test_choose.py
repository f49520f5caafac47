"""Which handoff a reading verb is about: sessions are told apart by what they cover."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.journal.reader import Reader
from handoffd.model.events import Event
from handoffd.model.facts import Handoff
from handoffd.reading.choose import written, written_anywhere


class Kept(Reader):
    """A journal that holds these handoffs, oldest first."""

    def __init__(self, *events: Event) -> None:
        self._events = events

    def handoffs(self, worktree: str | None, limit: int) -> list[Event]:
        asked = [event for event in reversed(self._events) if worktree in (None, event.worktree)]
        return asked[:limit]


def handoff(id_: int, through: int, name: str = "h.md", closes: bool = True, worktree: str = ".", says: str = "") -> Event:
    fact = Handoff(name, "", "written", through=through, closes=closes, markdown=says)
    return Event("handoff", float(id_), f"k{id_}", fact, worktree, id=id_)


def said(*events: Event) -> Sequence[str]:
    return [fact.markdown for fact in written(Kept(*events), ".")]


def test_two_sessions_of_one_name_are_two() -> None:
    assert said(handoff(5, 4, says="first"), handoff(9, 8, says="second")) == ["second", "first"]


def test_checkpoints_and_the_closing_of_a_session_are_one() -> None:
    events = [handoff(3, 2, closes=False, says="a"), handoff(5, 4, "h-2.md", closes=False, says="b"), handoff(8, 7, "h-3.md", says="c")]
    assert said(*events) == ["c"] and said(*events[:2]) == ["b"]


def test_a_closed_handoff_that_was_written_again_is_one_with_the_first() -> None:
    assert said(handoff(5, 4, says="a"), handoff(8, 4, says="pushed")) == ["pushed"]


def test_one_without_the_lock_is_of_the_session_that_was_open() -> None:
    first, alone = handoff(5, 4, says="a"), handoff(7, 0, "h-2.md", closes=False, says="alone")
    assert said(first, alone) == ["alone", "a"] and said(first, alone, handoff(9, 8, "h-2.md", says="b")) == ["b", "a"]


def test_worktrees_do_not_know_each_other() -> None:
    events = [handoff(5, 4, says="a"), handoff(7, 6, worktree="worktrees/x@1", says="b"), handoff(9, 8, says="c")]
    assert [(name, fact.markdown) for name, fact in written_anywhere(Kept(*events))] == [(".", "c"), ("worktrees/x@1", "b"), (".", "a")]
    assert said(*events) == ["c", "a"]
