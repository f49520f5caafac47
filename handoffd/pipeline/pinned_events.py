"""The events that stay in the journal whatever their age: those that something open, a person's word or the newest handoff of a branch rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from handoffd.git.content import read_text
from handoffd.git.refs import abbreviate, reachable
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.handoff.words import normalised
from handoffd.model.events import Event
from handoffd.model.facts import Commit, Handoff, Note, Test
from handoffd.model.kinds import FactKind, NoteType
from handoffd.model.sections import SECTIONS
from handoffd.model.session import Recorded
from handoffd.model.test_runs import merge_witnesses, newest_runs
from handoffd.pipeline.workspace import Workspace

_KINDS = (FactKind.COMMIT, FactKind.NOTE, FactKind.TEST, FactKind.DROP)
_STANDING = frozenset({NoteType.DECISION, NoteType.LEARNING, NoteType.GOTCHA})
_MOST_HANDOFFS = 10_000


def pinned_events(place: Workspace, reader: WorktreeReader, before: float, more: Collection[int] = ()) -> frozenset[int]:
    """Their ids, of the whole journal, as far as they are older than `before`. `more`: ids that somebody else knows of."""
    events = list(place.journal.events(None, kinds=_KINDS))
    old = [event for event in events if event.at < before]
    found = {*more, *_of_handoffs(place)}
    if old:
        # What was taken off would stand there again without the event that says so.
        found |= {event.id for event in old if event.kind == FactKind.DROP}
        found |= {*_notes(events), *_failing(events), *_not_pushed(reader, old), *_marked(place, reader, old)}
    return frozenset(found)


def _of_handoffs(place: Workspace) -> Iterator[int]:
    """The newest handoff of each branch, and the events behind its lines."""
    seen: set[tuple[str, str]] = set()
    for event in place.journal.handoffs(None, _MOST_HANDOFFS):
        fact = event.fact
        if isinstance(fact, Handoff) and fact.closes and (event.worktree, fact.branch) not in seen:
            seen.add((event.worktree, fact.branch))
            yield event.id
            yield from _evidence(fact.document)


def _evidence(document: Mapping[str, Any]) -> Iterator[int]:
    for section in SECTIONS:
        for item in document.get(section.key, ()):
            yield from item.get("evidence", ())


def _notes(events: Iterable[Event]) -> Iterator[int]:
    """What a person wants done and did not say is done; what a person decided, learned or warns of."""
    notes = [(event, event.fact) for event in events if isinstance(event.fact, Note)]
    done = {(event.worktree, normalised(fact.text)): event.id for event, fact in notes if fact.type is NoteType.DONE}
    for event, fact in notes:
        asked = fact.type in (NoteType.TODO, NoteType.DOING)
        if fact.type in _STANDING or (asked and done.get((event.worktree, normalised(fact.text)), 0) < event.id):
            yield event.id


def _failing(events: Iterable[Event]) -> Iterator[int]:
    """The newest run of each kind, where it was red."""
    by_worktree: dict[str, list[Recorded[Test]]] = {}
    for event in events:
        if isinstance(event.fact, Test):
            by_worktree.setdefault(event.worktree, []).append(Recorded(event.id, event.at, event.branch, event.fact))
    for runs in by_worktree.values():
        yield from (run.id for run in newest_runs(merge_witnesses(runs)) if run.fact.failed or run.fact.exit > 0)


def _not_pushed(reader: WorktreeReader, old: Iterable[Event]) -> Iterator[int]:
    """Commits that a branch or HEAD has, and no remote."""
    ids = {event.fact.new: event.id for event in old if isinstance(event.fact, Commit)}
    here = list(abbreviate(reader.git, list(ids)))
    if here:
        pushed = reachable(reader.git, here, "--remotes")
        left = [oid for oid in here if oid not in pushed]
        held = reachable(reader.git, left, "--branches") | reachable(reader.git, left, "HEAD") if left else frozenset[str]()
        yield from (ids[oid] for oid in held)


def _marked(place: Workspace, reader: WorktreeReader, old: Iterable[Event]) -> Iterator[int]:
    """Commits that added a mark whose words still stand in the file. Of another worktree the files are not asked: its marks stand."""
    texts = dict[str, str]()
    for event in old:
        changes = [change for change in event.fact.changes if change.marks] if isinstance(event.fact, Commit) else []
        for change in changes:
            if change.path not in texts:
                texts[change.path] = read_text(reader, change.path) or ""
        if changes and (event.worktree != place.id or any(_stands(texts[change.path], mark.text) for change in changes for mark in change.marks)):
            yield event.id


def _stands(text: str, words: str) -> bool:
    return bool(words.strip()) and words.strip() in text
