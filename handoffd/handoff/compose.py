"""The nine sections joined into the document. Pure: a session, a snapshot and the branch's earlier work in, data out."""

from __future__ import annotations

from handoffd.handoff.facts.view import View
from handoffd.handoff.sections.resume_command import resume
from handoffd.handoff.sections.status import status
from handoffd.handoff.sections.table import TABLE
from handoffd.model.document import Document
from handoffd.model.droppable import hides
from handoffd.model.item_keys import with_keys
from handoffd.model.open_work import BranchWork
from handoffd.model.sections import SectionKey
from handoffd.model.session import Session
from handoffd.model.snapshot import Snapshot


def compose(
    session: Session,
    snapshot: Snapshot,
    work: BranchWork | None = None,
    *,
    worktree: str,
    trigger: str,
    ended: float,
    reconstructed: bool = False,
    checkpoint: bool = False,
) -> Document:
    """The handoff of `session`. `ended` is the title's time, epoch seconds; `work` is what the journal knows of HEAD's branch from all sessions."""
    seen = View(session, snapshot, work, ended, reconstructed, checkpoint, trigger)
    items = {row.key: row.items(seen) for row in TABLE}
    if seen.work.drops:
        items = {key: tuple(item for item in some if not hides(seen.dropped, item)) for key, some in items.items()}
    warnings = {row.key: line for row in TABLE if (line := row.warning(seen))} if seen.reasons else {}
    document = Document(
        worktree=worktree,
        branch=snapshot.branch,
        started=session.started,
        ended=ended,
        trigger=trigger,
        title=seen.title,
        status=status(seen),
        items=items,
        resume=resume(seen, items[SectionKey.IN_PROGRESS], items[SectionKey.PENDING]),
        warnings=warnings,
        reconstructed=reconstructed,
        checkpoint=checkpoint,
    )
    return with_keys(document)
