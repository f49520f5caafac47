"""What the journal knows of HEAD's branch from all sessions. The fold over the journal is kept, and goes on from where it was kept."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from typing import Any

from handoffd.git.operations import rebased_branch
from handoffd.git.refs import head_branch
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.handoff.facts.notes import key_of
from handoffd.journal.reader import Reader
from handoffd.journal.store import Writer
from handoffd.model.droppable import Candidate
from handoffd.model.drops import Drop, Dropped, dropped
from handoffd.model.events import Event
from handoffd.model.fact_codec import plain
from handoffd.model.fact_codec import reader as reader_of
from handoffd.model.facts import Branch, Note
from handoffd.model.kinds import BranchAction, FactKind, NoteType
from handoffd.model.open_work import KINDS, BranchIndex, BranchWork, OpenWork, advance, work_of
from handoffd.model.questions import AskedBranch
from handoffd.model.session import Recorded, Session
from handoffd.model.snapshot import Snapshot

# The kept fold stands among the cursors: like them it only saves work.
_EVERYWHERE, _NAME = "", "open work"


def branch_now(reader: WorktreeReader) -> str:
    """HEAD's branch; during a rebase the branch that is rebased."""
    return head_branch(reader.git, reader.worktree) or rebased_branch(reader.worktree)


def branch_of(snapshot: Snapshot) -> str:
    """The same as the snapshot has it."""
    return snapshot.branch or (snapshot.operation.branch if snapshot.operation else "")


def work_on(journal: Reader, session: Session, branch: str) -> BranchWork:
    """The words, runs and commits of a branch, '' for the worktree's detached HEAD."""
    index = open_work(journal).index_of(branch, session.worktree)
    return work_of(index, journal.light_events_of(index.ids), session)


def other_branches(journal: Reader, session: Session, branch: str) -> tuple[AskedBranch, ...]:
    """The branches besides this one that have a person's words, oldest first."""
    work = open_work(journal)
    here = work.index_of(branch, session.worktree).id
    return tuple(AskedBranch(one.id, one.tip, one.begin) for one in work.branches if one.name and one.id != here and one.notes)


def drops_on(journal: Reader, branch: str, worktree: str, agent: bool) -> list[Candidate]:
    """What is taken off the handoff of a branch; for an agent what agents took off."""
    found = _dropped_on(journal, open_work(journal).index_of(branch, worktree))
    some = [*found.by_agent.items(), *(() if agent else found.by_person.items())]
    return [Candidate(key, drop.text, "", drop.path, drop.line, bool(drop.agent)) for key, (_, drop) in some]


def _dropped_on(journal: Reader, index: BranchIndex) -> Dropped:
    return dropped((event.id, event.fact) for event in journal.events_of(index.drops) if isinstance(event.fact, Drop))


def words_of_held(journal: Reader, session: Session, held: Collection[int]) -> tuple[Recorded[Note], ...]:
    """Gotchas and learnings of branches whose work HEAD holds: they stand on for a while."""
    found: list[Recorded[Note]] = []
    for one in open_work(journal).branches:
        if one.id in held and one.notes:
            gone = _dropped_on(journal, one)
            found += [seen for seen in _words_to_hold(journal, one) if not gone.hides(key_of(seen.fact), seen.id, bool(seen.fact.agent))]
    return tuple(sorted(found, key=lambda seen: seen.id))


def _words_to_hold(journal: Reader, index: BranchIndex) -> Iterator[Recorded[Note]]:
    for event in journal.events_of(index.notes):
        if isinstance(event.fact, Note) and event.fact.type in (NoteType.GOTCHA, NoteType.LEARNING):
            yield Recorded(event.id, event.at, event.branch, event.fact)


def begun(journal: Reader, session: Session, snapshot: Snapshot, now: float) -> tuple[Event, ...]:
    """The event that says where the branch begins, where the journal does not say so yet."""
    branch = branch_of(snapshot)
    index = open_work(journal).index_of(branch, session.worktree)
    if not branch or not snapshot.begin or snapshot.begin == index.begin:
        return ()
    fact = Branch(branch, snapshot.begin, snapshot.begin_from, BranchAction.BEGUN)
    return (Event(FactKind.BRANCH, now, f"branch:{session.worktree}:{branch}:{snapshot.begin}:{now}:begun", fact, session.worktree, branch),)


def open_work(journal: Reader) -> OpenWork:
    """The fold over all that is journalled."""
    kept = _kept(journal)
    return advance(kept, _events(journal, kept.through))


def keep_open_work(writer: Writer) -> None:
    """Keep the fold as far as it goes now."""
    work = open_work(writer)
    key = writer.key_of(work.through)
    if key:
        writer.set_cursor(_EVERYWHERE, _NAME, {"work": plain(work), "key": key})


def _kept(journal: Reader) -> OpenWork:
    """The fold as it was kept; an empty one where none was, or where the journal was rebuilt since, so that its ids are others."""
    data: dict[str, Any] = journal.cursor(_EVERYWHERE, _NAME) or {}
    try:
        work: OpenWork = reader_of(OpenWork)(data.get("work"))
    except (TypeError, ValueError):
        return OpenWork()
    key = journal.key_of(work.through)
    return work if key and key == data.get("key") else OpenWork()


def _events(journal: Reader, after: int) -> Iterator[Event]:
    """Those that the fold looks at, of all worktrees, in the journal's order."""
    each = [journal.light_events(worktree, after, KINDS) for worktree in journal.worktrees()]
    return heapq.merge(*each, key=lambda event: event.id)
