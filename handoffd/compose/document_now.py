"""The document of a session as the world is now. What `pipeline/` writes and `reading/` shows come from here.

session, what the branch has from earlier ones ──> questions ──> snapshot (the world, read once) ──> document
"""

from __future__ import annotations

from handoffd.compose.branch_work import branch_now, branch_of, other_branches, words_of_held, work_on
from handoffd.git.parse import Status
from handoffd.git.status import status
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.handoff.compose import compose
from handoffd.journal.reader import Reader
from handoffd.model.document import Document
from handoffd.model.handoff_request import HandoffRequest
from handoffd.model.limits import Limits
from handoffd.model.open_work import with_words
from handoffd.model.questions import questions_of
from handoffd.model.records import replace
from handoffd.model.session import Session
from handoffd.model.snapshot import Snapshot
from handoffd.present.snapshot import ended, take


def snapshot_now(reader: WorktreeReader, journal: Reader, session: Session, limits: Limits, known: Status | None = None) -> Snapshot:
    """The snapshot for a handoff of the open session, redacted as everything that is journalled. `known`: git's status of a moment ago."""
    baseline = [path for path, row in journal.rows(reader.id).items() if row.baseline]
    here = branch_now(reader)
    asked = replace(questions_of(session, work_on(journal, session, here), here), others=other_branches(journal, session, here))
    return _redacted(reader, take(reader, asked, known or status(reader.git), baseline, limits))


def snapshot_of_ended(reader: WorktreeReader, session: Session) -> Snapshot:
    """The snapshot of a session that ended before newer work."""
    return _redacted(reader, ended(reader, questions_of(session)))


def document_now(reader: WorktreeReader, journal: Reader, session: Session, snapshot: Snapshot, request: HandoffRequest) -> Document:
    """The handoff as data. Pure but for what the journal knows of the branch from earlier sessions."""
    work = work_on(journal, session, branch_of(snapshot))
    held = words_of_held(journal, session, {one.id for one in snapshot.held})
    return compose(
        session,
        snapshot,
        with_words(work, held) if held else work,
        worktree=str(reader.worktree.root),
        trigger=request.trigger,
        ended=request.at,
        reconstructed=request.reconstructed,
        checkpoint=not request.closes,
    )


def _redacted(reader: WorktreeReader, snapshot: Snapshot) -> Snapshot:
    """Secrets are taken out before anything is composed."""
    clean = reader.redactor.data(snapshot)
    assert isinstance(clean, Snapshot)
    return clean
