"""The handoff of HEAD's branch as the world is now: the session of the last written one, with all that happened on the branch since.

sessions with a handoff ──> the last that has work on this branch ──> its events + the later ones here ──> document of now ──> since
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator, Sequence

from handoffd.compose.branch_work import branch_now, open_work
from handoffd.compose.document_now import document_now, snapshot_now
from handoffd.compose.session_events import session_events
from handoffd.git.parse import Status
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.handoff.facts.moves import Moves
from handoffd.handoff.since import since
from handoffd.journal.reader import Reader
from handoffd.model.document import Document, Item
from handoffd.model.events import STARTS_SESSION, Event
from handoffd.model.handoff_request import HandoffRequest
from handoffd.model.item_keys import with_keys
from handoffd.model.kinds import FactKind
from handoffd.model.limits import Limits
from handoffd.model.records import dataclass, replace
from handoffd.model.session import Session, fold
from handoffd.model.since import Since
from handoffd.model.snapshot import Snapshot
from handoffd.model.triggers import Trigger
from handoffd.output.json import from_json, to_json
from handoffd.present.remotes import last_asked
from handoffd.reading.choose import WrittenSession, sessions

# They repeat other events, and the later ones among them are no part of the session that is read.
_RECORDS = frozenset({FactKind.HANDOFF, FactKind.SNAPSHOT})
NOT_ASKED = "remotes not fetched since"


@dataclass(frozen=True, slots=True)
class Reading:
    """`document` with what changed since it was written; `written` is the session's handoff, None where none was written for this branch."""

    document: Document
    written: WrittenSession | None


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What was read a moment ago: `events` that the journal does not have, as another process holds its lock, and git's status."""

    events: Sequence[Event] = ()
    status: Status | None = None


def live(
    reader: WorktreeReader, journal: Reader, limits: Limits, seen: Unwritten, unread: Callable[[WrittenSession], tuple[str, ...]]
) -> Reading | None:
    """The document of now, None where nothing is known of the branch that a document could tell. `unread` says in words what a reader of the
    handoff's file would see and does not stand here."""
    branch = reader.redactor.text(branch_now(reader))
    names, first = _names(journal, branch, reader.id)
    chosen = _chosen(journal, reader.id, branch, names, first)
    own = _own(journal, chosen, names) if chosen is not None else []
    later = [event for event in (*_later(journal, reader.id, chosen, first), *seen.events) if _is_of(event, names)]
    session = replace(fold([*own, *later], reader.id), worktree=reader.id)
    snapshot = snapshot_now(reader, journal, session, limits, seen.status)
    request = _request(chosen, session, limits.now)
    document = document_now(reader, journal, session, snapshot, request)
    if chosen is None and _says_nothing(document):
        return None
    moves = Moves(fold(later, reader.id), snapshot, limits.now)
    unknown = (*_not_asked(reader, snapshot, session, request.at), *(unread(chosen) if chosen is not None else ()))
    found = _since(chosen, document, moves, snapshot, unknown)
    return Reading(_with_ages(replace(document, since=found), limits.now), chosen)


def _names(journal: Reader, branch: str, worktree: str) -> tuple[frozenset[str], int]:
    """The names that the branch had, and the id of the first event that is known of it: another branch may have had its name before."""
    work = open_work(journal)
    index = work.index_of(branch, worktree)
    before = {name for name, (id_, _) in work.renamed.items() if id_ == index.id and name not in work.names}
    return frozenset({branch, *before}), min((abs(index.id), *index.ids))


def _chosen(journal: Reader, worktree: str, branch: str, names: Collection[str], first: int) -> WrittenSession | None:
    """The last written session with work on the branch. One of another worktree counts where there is none here: git lets a branch be checked out
    once, so that the other worktree is gone or left it."""
    here = next((one for one in sessions(journal, worktree) if _has_work(journal, one, names, first)), None)
    if here is not None or not branch:
        return here
    return next((one for one in sessions(journal, None) if one.worktree != worktree and _has_work(journal, one, names, first)), None)


def _has_work(journal: Reader, one: WrittenSession, names: Collection[str], first: int) -> bool:
    """Whether the session ended on the branch, or did something there."""
    if one.fact.branch in names and one.told >= first:
        return True
    return journal.has_events(one.worktree, STARTS_SESSION, names, max(one.after, first - 1), one.through)


def _own(journal: Reader, chosen: WrittenSession, names: Collection[str]) -> list[Event]:
    """The session's events as its handoff had them; of one that was written for another branch those of this branch."""
    events = session_events(journal, chosen.worktree, chosen.after, chosen.told)
    return events if chosen.fact.branch in names else [event for event in events if event.branch in names]


def _later(journal: Reader, worktree: str, chosen: WrittenSession | None, first: int) -> Iterator[Event]:
    """What happened after the handoff; without one, in the open session. A branch that had its name before the event `first` was another one."""
    after = chosen.told if chosen is not None else journal.closed_through(worktree)
    worktrees = {worktree, chosen.worktree if chosen is not None else worktree}
    each = [journal.events(one, after=max(after, first - 1)) for one in sorted(worktrees)]
    return heapq.merge(*each, key=lambda event: event.id)


def _is_of(event: Event, names: Collection[str]) -> bool:
    """Whether it is of this branch. What was done on a detached HEAD is the worktree's; branches made, renamed or deleted may hold or lose commits of
    this one."""
    return event.kind not in _RECORDS and (event.branch in names or not event.branch or event.kind == FactKind.BRANCH)


def _request(chosen: WrittenSession | None, session: Session, now: float) -> HandoffRequest:
    """When and why the document was written. Without one it is of the session's last event."""
    if chosen is None:
        return HandoffRequest(Trigger.FLUSH, session.ended or now)
    fact = chosen.fact
    return HandoffRequest(fact.trigger, fact.ended, reconstructed=fact.reconstructed)


def _says_nothing(document: Document) -> bool:
    return not any(document.items.values()) and not document.status.commits and not any(document.status.changes.values())


def _since(chosen: WrittenSession | None, document: Document, moves: Moves, snapshot: Snapshot, unknown: tuple[str, ...]) -> Since:
    if chosen is None:
        return Since(0.0, moves.read, moves.said(None, document), unknown=unknown)
    if chosen.fact.branch != document.branch and not _renamed(chosen, snapshot, moves):
        return Since(chosen.fact.ended, moves.read, moves.said(None, document), unknown=unknown)
    # Both from JSON, which has times in microseconds.
    return since(with_keys(from_json(chosen.fact.document)), from_json(to_json(document)), moves, unknown)


def _renamed(chosen: WrittenSession, snapshot: Snapshot, moves: Moves) -> bool:
    """Whether the handoff's branch is this one under its name of then."""
    return any(seen.fact.source == chosen.fact.branch and seen.fact.name == snapshot.branch for seen in moves.later.branches)


def _not_asked(reader: WorktreeReader, snapshot: Snapshot, session: Session, written: float) -> tuple[str, ...]:
    """What is said of remotes is as they were when somebody last asked them."""
    if not snapshot.has_remote:
        return ()
    pushed = max((seen.at for seen in session.pushes), default=0.0)
    return () if max(last_asked(reader.worktree), pushed) >= written else (NOT_ASKED,)


def _with_ages(document: Document, now: float) -> Document:
    """Each line of earlier work with how long ago that began."""

    def aged(item: Item) -> Item:
        return replace(item, age=max(now - item.since, 0.0)) if item.since else item

    return replace(document, items={section: tuple(aged(item) for item in items) for section, items in document.items.items()})
