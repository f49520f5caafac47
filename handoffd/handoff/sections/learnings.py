"""Learnings Captured: notes, `Learned:` trailers, lines added to the files that hold them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from handoffd.code.marks import MEMORIES
from handoffd.handoff.facts.notes import AGENT_LABEL, newest_first, of_agents, of_persons, sorted_by_category
from handoffd.handoff.facts.view import View
from handoffd.handoff.words import normalised
from handoffd.model import text
from handoffd.model.change import Change
from handoffd.model.claims import TextAt
from handoffd.model.counts import plural
from handoffd.model.document import AGENT, PERSON, TOOL, Item, Rank
from handoffd.model.facts import Note
from handoffd.model.kinds import ChangeKind, ItemKind, MarkKind, NoteType, Origin
from handoffd.model.records import replace
from handoffd.model.sections import SectionKey
from handoffd.model.session import Recorded

MOST_LINES = 10


def learnings(view: View) -> tuple[Item, ...]:
    """A person's first, newest first; the same rule once."""
    found: dict[str, Item] = {}
    notes = newest_first(view.notes.of(NoteType.LEARNING))
    persons, agents = (tuple(_note(view, seen) for seen in some) for some in (of_persons(notes), of_agents(notes)))
    for item in (*persons, *_trailers(view), *_written(view), *_lines(view), *agents):
        found.setdefault(normalised(item.text), item)
    return tuple(found.values())


def _note(view: View, seen: Recorded[Note]) -> Item:
    fact = seen.fact
    item = _item(ItemKind.NOTE, fact.text, fact.category, seen.id, seen.at, view.since(seen.at))
    if not fact.agent:
        return item
    return replace(item, text=item.text + AGENT_LABEL, source=Origin.AGENT, rank=Rank(AGENT, False, seen.at))


def _trailers(view: View) -> Iterator[Item]:
    for seen, value in reversed(view.trailers("learned", "learning")):
        yield _item(ItemKind.TRAILER, value, "", seen.id, seen.at, view.since(seen.at))


def _item(kind: ItemKind, said: str, category: str, event: int, at: float, since: float) -> Item:
    category, said = sorted_by_category(said, category)
    rank = Rank(PERSON, False, at)
    evidence = (event,) if event else ()
    return Item(SectionKey.LEARNINGS, kind, text.inline(said, 500), Origin.PERSON, evidence=evidence, rank=rank, category=category, since=since)


def _lines(view: View) -> Iterator[Item]:
    for mark in view.marks(MarkKind.LEARNING)[:MOST_LINES]:
        category, said = sorted_by_category(mark.text)
        claim = TextAt(mark.path, mark.line, 20, mark.text)
        rank = Rank(TOOL, False, mark.at)
        words, since = text.inline(said, 300), view.since(mark.at)
        yield Item(SectionKey.LEARNINGS, ItemKind.LEARNED_LINE, words, claims=(claim,), rank=rank, category=category, since=since)


def _written(view: View) -> Iterator[Item]:
    """A whole new file of rules for agents, in one line."""
    for seen in view.commits.live:
        for change in seen.fact.changes:
            if _is_new_memory(change):
                yield _whole(change, (seen.id,) if seen.id else (), seen.at)
    for change in view.snapshot.changes:
        if _is_new_memory(change):
            yield _whole(change, (), view.mtime(change.path))


def _is_new_memory(change: Change) -> bool:
    return change.kind in (ChangeKind.CREATED, ChangeKind.UNTRACKED) and change.path.rpartition("/")[2] in MEMORIES


def _whole(change: Change, evidence: tuple[int, ...], at: float) -> Item:
    said = f"{text.path(change.path)} written, {plural(change.added, 'line')}"
    return Item(SectionKey.LEARNINGS, ItemKind.LEARNED_LINE, said, evidence=evidence, rank=Rank(TOOL, False, at))
