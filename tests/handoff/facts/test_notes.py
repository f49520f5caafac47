"""Whose words stand, how long, and what closes them."""

from __future__ import annotations

from typing import Any

from handoffd.handoff.facts.notes import AGENTS_STAND, Notes, key_of, said
from handoffd.model.drops import Drop, dropped
from handoffd.model.facts import Note
from handoffd.model.kinds import NoteType
from handoffd.model.session import Recorded

NOW = 100 * 86400.0


def note(id_: int, kind: str, text: str, agent: str = "", at: float = NOW, **more: Any) -> Recorded[Note]:
    return Recorded(id_, at, "main", Note(NoteType(kind), text, agent=agent, **more))


def texts(found: tuple[Recorded[Note], ...]) -> list[str]:
    return [said(seen.fact) for seen in found]


def test_an_agents_words_are_labelled_stand_last_and_for_a_while() -> None:
    old = note(1, "gotcha", "long ago", "Codex", NOW - AGENTS_STAND - 1)
    notes = Notes((old, note(2, "gotcha", "mocked", "Codex"), note(3, "gotcha", "slow", at=1.0)), 0.0, NOW)
    assert texts(notes.of(NoteType.GOTCHA)) == ["slow", "mocked (agent)"]


def test_what_a_person_said_stays_a_persons_when_an_agent_says_it_too() -> None:
    both = (note(1, "decision", "Raise", at=1.0), note(2, "decision", "raise!", "Codex"))
    assert texts(Notes(both, 0.0, NOW).of(NoteType.DECISION)) == ["Raise"]
    assert texts(Notes(both[::-1], 0.0, NOW).of(NoteType.DECISION)) == ["Raise"]


def test_an_agents_done_closes_what_agents_said() -> None:
    asked = (note(1, "todo", "a"), note(2, "todo", "b", "Codex"), note(3, "todo", "c", "Codex"))
    by_agent = (note(4, "done", "A", "Codex"), note(5, "done", "b", "Codex"))
    assert texts(Notes((*asked, *by_agent), 0.0, NOW).open(NoteType.TODO)) == ["a", "c (agent)"]
    by_person = (note(4, "done", "a"), note(5, "done", "C"))
    assert texts(Notes((*asked, *by_person), 0.0, NOW).open(NoteType.TODO)) == ["b (agent)"]


def test_what_is_dropped_is_not_open_and_covers_nothing_until_it_is_said_again() -> None:
    first = note(1, "todo", "wait for the header")
    gone = dropped([(2, Drop(key_of(first.fact)))])
    assert not Notes((first,), 0.0, NOW, gone).open(NoteType.TODO) and not Notes((first,), 0.0, NOW, gone).covers("header")
    again = Notes((first, note(3, "todo", "Wait for the header")), 0.0, NOW, gone)
    assert texts(again.open(NoteType.TODO)) == ["Wait for the header"] and again.covers("header")


def test_the_last_message_stands_and_says_when_it_is_an_agents() -> None:
    notes = Notes((note(1, "message", "go on", at=NOW), note(2, "message", "done here", "Codex", at=NOW)), 0.0, NOW)
    assert notes.message == "done here (agent)" and Notes((note(1, "message", "go on"),), 0.0, NOW).message == "go on"
