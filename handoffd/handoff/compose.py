"""The nine sections joined into the document. Pure: a session, a snapshot and the previous document in, data out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handoffd.handoff.facts.view import View
from handoffd.handoff.sections.decisions import decisions
from handoffd.handoff.sections.done import done
from handoffd.handoff.sections.files import files
from handoffd.handoff.sections.gotchas import gotchas
from handoffd.handoff.sections.gotchas import warning as gotcha_warning
from handoffd.handoff.sections.in_progress import WARNING, in_progress
from handoffd.handoff.sections.learnings import learnings
from handoffd.handoff.sections.pending import pending
from handoffd.handoff.sections.resume_command import resume
from handoffd.handoff.sections.status import status
from handoffd.model.document import Document, Item
from handoffd.model.session import Session
from handoffd.model.snapshot import Snapshot


def compose(
    session: Session,
    snapshot: Snapshot,
    *,
    worktree: str,
    trigger: str,
    ended: float,
    previous: Mapping[str, Any] | None,
    reconstructed: bool = False,
    checkpoint: bool = False,
) -> Document:
    """The handoff of `session`. `ended` is the title's time, epoch seconds; `previous` the document before it on this branch."""
    seen = View(session, snapshot, previous, ended, reconstructed, checkpoint, trigger)
    working, waiting = in_progress(seen), pending(seen)
    items: dict[str, tuple[Item, ...]] = {
        "done": done(seen),
        "in_progress": working,
        "pending": waiting,
        "decisions": decisions(seen),
        "learnings": learnings(seen),
        "files": files(seen),
        "gotchas": gotchas(seen),
    }
    warnings = {"in_progress": WARNING, "gotchas": gotcha_warning(seen)} if seen.reasons else {}
    return Document(
        worktree=worktree,
        branch=snapshot.branch,
        started=session.started,
        ended=ended,
        trigger=trigger,
        title=seen.title,
        status=status(seen),
        items=items,
        resume=resume(seen, working, waiting),
        warnings=warnings,
        reconstructed=reconstructed,
        checkpoint=checkpoint,
    )
