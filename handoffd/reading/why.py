"""Why a line stands in the handoff: the events behind it, newest first, and whether what it says is so now.

key, words, or FILE[:LINE] ──> lines of the document ──> events, claims
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from handoffd.git.worktree_reader import WorktreeReader
from handoffd.handoff.words import words
from handoffd.journal.reader import Reader
from handoffd.journal.word_index import path_text
from handoffd.journal.word_search import INSIDE
from handoffd.model.claims import (
    Ahead,
    Ancestor,
    Claim,
    DiffersFromHead,
    LastRunFailed,
    NoUpstream,
    ObjectExists,
    OperationOpen,
    SameAs,
    StashExists,
    TextAt,
    Unchecked,
    Unmerged,
    Unreachable,
    Untracked,
    Verdict,
)
from handoffd.model.counts import plural
from handoffd.model.document import Document, Item, Step
from handoffd.model.events import Event
from handoffd.model.facts import Handoff
from handoffd.model.item_keys import item_key, step_key
from handoffd.model.kinds import FactKind
from handoffd.model.records import dataclass
from handoffd.model.sections import SECTIONS
from handoffd.present.claims import check

MOST_EVENTS, MOST_HANDOFFS = 20, 20
_SHORT = 8
_VERDICTS = {
    Verdict.HOLDS: "so now",
    Verdict.CHANGED: "so now, at another place",
    Verdict.GONE: "no longer so",
    Verdict.UNKNOWN: "cannot be looked up now",
}


@dataclass(frozen=True, slots=True)
class Line:
    """An item of the document, or a step of it that is a fact of its own. `section` is its heading."""

    section: str
    item: Item
    step: Step | None = None

    @property
    def key(self) -> str:
        return step_key(self.step) if self.step else self.item.key or item_key(self.item)

    @property
    def place(self) -> tuple[str, int, int]:
        """Path, first and last line."""
        if self.step is not None:
            return self.item.path, self.step.line or self.item.line, 0
        return self.item.path, self.item.line, self.item.last

    @property
    def text(self) -> str:
        return self.step.text if self.step else self.item.text


@dataclass(frozen=True, slots=True)
class Reason:
    """What is behind a line: `events` newest first; `checks` say in words what was looked up just now, and what came of it."""

    line: Line
    events: tuple[Event, ...]
    checks: tuple[tuple[str, str], ...]


def lines_of(document: Document) -> Iterator[Line]:
    """Every line of the document that has a key."""
    for section in SECTIONS:
        for item in document.items.get(section.key, ()):
            yield Line(section.heading, item)
            yield from (Line(section.heading, item, step) for step in item.steps if step_key(step))


def matching(document: Document, wanted: str, path: str = "", line: int = 0) -> list[Line]:
    """The lines that are meant: by key; by `path`, and there by `line` where one of them stands at it; else by words, all of them in the line."""
    every = list(lines_of(document))
    by_key = [one for one in every if one.key == wanted.lower()]
    if by_key:
        return by_key[:1]
    if path:
        of_path = [one for one in every if path in (one.item.path, *one.item.paths)]
        return _whole([one for one in of_path if line and _at(one, line)] or of_path)
    said = set(words(wanted))
    return _whole([one for one in every if said and said <= set(words(f"{one.text} {one.item.path} {one.item.why}"))])


def _whole(found: Sequence[Line]) -> list[Line]:
    """Without the steps of an item that is among them itself."""
    items = {id(one.item) for one in found if one.step is None}
    return [one for one in found if one.step is None or id(one.item) not in items]


def _at(one: Line, line: int) -> bool:
    _, first, last = one.place
    return first <= line <= max(first, last)


def reason(reader: WorktreeReader, journal: Reader, line: Line) -> Reason:
    """The events behind the line, and its claims looked up again. What was seen before the session that is read is known by the newest handoff that
    had the line."""
    ids = line.item.evidence or _evidence_before(journal, line.item.key)
    events = sorted(journal.events_of(ids), key=lambda event: -event.id)
    return Reason(line, tuple(events[:MOST_EVENTS]), tuple(_checked(reader, claim) for claim in _claims(line)))


def _evidence_before(journal: Reader, key: str) -> Sequence[int]:
    """What the newest handoff with a line of this key had as its evidence."""
    for event in journal.handoffs(None, MOST_HANDOFFS):
        document = event.fact.document if isinstance(event.fact, Handoff) else {}
        for section in SECTIONS:
            found = next((item for item in document.get(section.key, ()) if item.get("key") == key and item.get("evidence")), None)
            if found:
                return tuple(found["evidence"])
    return ()


def _claims(line: Line) -> Sequence[Claim]:
    """Those that are about the line. A run is looked up in the journal, which told the line."""
    found = [claim for claim in line.item.claims if not isinstance(claim, LastRunFailed)]
    if line.step is None:
        return found
    return [claim for claim in found if isinstance(claim, TextAt) and claim.line == line.step.line]


def _checked(reader: WorktreeReader, claim: Claim) -> tuple[str, str]:
    return claim_words(claim), _VERDICTS[check(claim, reader)]


def claim_words(claim: Claim) -> str:
    """What is looked up, as a sentence."""
    match claim:
        case TextAt():
            return f'"{claim.text}" stands at {claim.path}:{claim.line}'
        case Ancestor():
            return f"{claim.of} holds {claim.commit[:_SHORT]}"
        case Unreachable():
            return f"no branch reaches {claim.commit[:_SHORT]}"
        case ObjectExists():
            return f"git has {claim.commit[:_SHORT]}"
        case SameAs():
            return f"{claim.path} equals that of {claim.rev[:_SHORT]}"
        case DiffersFromHead():
            return f"{claim.path} differs from HEAD"
        case Untracked():
            return f"git does not track {claim.path}"
        case Unmerged():
            return f"{claim.path} is in conflict"
        case OperationOpen():
            return f"{claim.kind} open" + (f", of {claim.other}" if claim.other else "")
        case StashExists():
            return f"the stash {claim.stash[:_SHORT]} is there"
        case Ahead():
            return f"HEAD has {plural(claim.count, 'commit')} that {claim.of} lacks"
        case NoUpstream():
            return f"{claim.branch} follows no branch"
        case LastRunFailed():
            return f"{claim.test} failed in the last run"
        case Unchecked():
            return claim.check


def history_of(journal: Reader, worktree: str, path: str, known: Collection[int] = ()) -> list[Event]:
    """The newest events that are about a file or a folder, newest first, without those that are `known`."""
    found = journal.ask(f"SELECT DISTINCT event FROM said WHERE {INSIDE} ORDER BY event DESC LIMIT ?", (path_text(path),) * 2 + (MOST_EVENTS,))  # noqa: S608
    ids = {int(row[0]) for row in found} - set(known)
    events = list(journal.events_of(sorted(ids)))
    newest = journal.last(worktree, FactKind.FILE)
    if newest is not None and getattr(newest.fact, "path", "") == path and newest.id not in known:
        events.append(newest)
    return sorted(events, key=lambda event: -event.id)[:MOST_EVENTS]
