"""What was said with some words, in one repository or in several."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.journal.lock import Busy
from handoffd.journal.store import Journal
from handoffd.journal.word_search import Asked, Hit, behind, searched
from handoffd.model.errors import UserError, in_words
from handoffd.model.facts import Commit
from handoffd.model.records import dataclass
from handoffd.model.searchable import WordsKind


@dataclass(frozen=True, slots=True)
class Found:
    """A hit in the repository whose worktree is at `root`. `commit`: the name of the commit that says it, '' where none does."""

    root: str
    hit: Hit
    commit: str = ""


def search(places: Sequence[tuple[str, Journal]], asked: Asked, now: float) -> tuple[list[Found], list[str]]:
    """The hits of all, best first, and what could not be searched, in words."""
    found: list[Found] = []
    problems = []
    for root, journal in places:
        try:
            with journal.reading():
                found += _named(root, journal, searched(journal, asked, now))
                if behind(journal):
                    problems.append(f"{root}: the newest events cannot be searched yet, the journal cannot be written")
        except (UserError, Busy, OSError) as problem:
            if len(places) == 1 and isinstance(problem, UserError):
                raise
            problems.append(f"{root}: {in_words(problem)}")
    return sorted(found, key=lambda one: (one.hit.score, -one.hit.at))[: asked.limit], problems


def _named(root: str, journal: Journal, hits: Sequence[Hit]) -> list[Found]:
    events = {event.id: event.fact for event in journal.light_events_of([hit.event for hit in hits if hit.kind == WordsKind.COMMIT])}
    facts = [events.get(hit.event) for hit in hits]
    return [Found(root, hit, fact.new if isinstance(fact, Commit) else "") for hit, fact in zip(hits, facts, strict=True)]
