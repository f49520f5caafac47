"""The words of an event that a person may search for: notes, subjects, failing tests, decisions, learnings, gotchas, branches. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from handoffd.model.events import Fact
from handoffd.model.facts import Branch, Commit, Note, Test
from handoffd.model.kinds import BranchAction, FactKind
from handoffd.model.records import dataclass

# The kinds of events that have such words.
KINDS = (FactKind.COMMIT, FactKind.TEST, FactKind.BRANCH, FactKind.NOTE)
MOST_FAILURES, MOST_PATHS = 100, 20
_LONGEST = 2000
_TRAILERS = {"decision": "decision", "learned": "learning", "learning": "learning", "gotcha": "gotcha", "caveat": "gotcha", "warning": "gotcha"}


class WordsKind(StrEnum):
    """Whose words they are: a kind of note, or what git and the test runners say."""

    COMMIT = "commit"
    TEST = "test"
    BRANCH = "branch"
    DONE = "done"
    DOING = "doing"
    TODO = "todo"
    DECISION = "decision"
    LEARNING = "learning"
    GOTCHA = "gotcha"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Words:
    """One thing that was said, and the paths that it is about."""

    kind: WordsKind
    text: str
    paths: tuple[str, ...] = ()


def words_of(fact: Fact) -> Iterator[Words]:
    """All of a fact's. A secret that was taken out of the fact is in none of them."""
    match fact:
        case Commit():
            yield from _of_commit(fact)
        case Note():
            said = "\n".join(filter(None, (fact.text, fact.why, fact.tradeoff, *fact.steps, fact.category)))
            yield Words(WordsKind(str(fact.type)), said[:_LONGEST], (fact.path,) if fact.path else ())
        case Test():
            for failure in fact.failures[:MOST_FAILURES]:
                said = " — ".join(filter(None, (failure.name, failure.message)))
                yield Words(WordsKind.TEST, said[:_LONGEST], (failure.path,) if failure.path else ())
        case Branch() if fact.action in (BranchAction.CREATED, BranchAction.RENAMED):
            yield Words(WordsKind.BRANCH, fact.name)
        case _:
            pass


def _of_commit(fact: Commit) -> Iterator[Words]:
    paths = tuple(change.path for change in fact.changes[:MOST_PATHS])
    if fact.subject:
        yield Words(WordsKind.COMMIT, f"{fact.subject}\n{fact.body}".strip()[:_LONGEST], paths)
    for key, value in fact.trailers:
        kind = _TRAILERS.get(key.lower())
        if kind and value.strip():
            yield Words(WordsKind(kind), value[:_LONGEST], paths)
