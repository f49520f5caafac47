"""What the journal knows of HEAD's branch from all sessions. The fold over the journal is kept, and goes on from where it was kept."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from typing import Any

from handoffd.git.operations import rebased_branch
from handoffd.git.refs import head_branch
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.journal.reader import Reader
from handoffd.journal.store import Writer
from handoffd.model.events import Event
from handoffd.model.fact_codec import plain
from handoffd.model.fact_codec import reader as reader_of
from handoffd.model.facts import Branch, Note
from handoffd.model.kinds import BranchAction, FactKind, NoteType
from handoffd.model.open_work import KINDS, BranchWork, OpenWork, advance, work_of
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


def words_of_held(journal: Reader, session: Session, held: Collection[int]) -> tuple[Recorded[Note], ...]:
    """Gotchas and learnings of branches whose work HEAD holds: they stand on for a while."""
    ids = [id_ for one in open_work(journal).branches if one.id in held for id_ in one.notes]
    return tuple(
        Recorded(event.id, event.at, event.branch, event.fact)
        for event in journal.events_of(ids)
        if isinstance(event.fact, Note) and event.fact.type in (NoteType.GOTCHA, NoteType.LEARNING)
    )


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
