"""What was said with some words, in one repository or in several."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.journal.lock import Busy
from handoffd.journal.store import Journal
from handoffd.journal.word_search import Asked, Hit, behind, searched
from handoffd.model.errors import UserError, in_words
from handoffd.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A hit in the repository whose worktree is at `root`."""

    root: str
    hit: Hit


def search(places: Sequence[tuple[str, Journal]], asked: Asked, now: float) -> tuple[list[Found], list[str]]:
    """The hits of all, best first, and what could not be searched, in words."""
    found: list[Found] = []
    problems = []
    for root, journal in places:
        try:
            with journal.reading():
                found += [Found(root, hit) for hit in searched(journal, asked, now)]
                if behind(journal):
                    problems.append(f"{root}: the newest events cannot be searched yet, the journal cannot be written")
        except (UserError, Busy, OSError) as problem:
            if len(places) == 1 and isinstance(problem, UserError):
                raise
            problems.append(f"{root}: {in_words(problem)}")
    return sorted(found, key=lambda one: (one.hit.score, -one.hit.at))[: asked.limit], problems
