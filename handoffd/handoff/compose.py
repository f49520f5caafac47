"""The nine sections joined into the document. Pure: a session, a snapshot and the branch's earlier work in, data out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from handoffd.handoff.facts.view import SESSION, Span, View
from handoffd.handoff.sections.resume_command import resume
from handoffd.handoff.sections.status import status
from handoffd.handoff.sections.table import TABLE
from handoffd.model.claims import Ancestor, ObjectExists, StashExists, TextAt, Unreachable
from handoffd.model.document import Document, Item
from handoffd.model.droppable import hides
from handoffd.model.item_keys import with_keys
from handoffd.model.kinds import ItemKind
from handoffd.model.open_work import BranchWork
from handoffd.model.records import replace
from handoffd.model.sections import SectionKey
from handoffd.model.session import Session
from handoffd.model.snapshot import Snapshot

MOST_EVIDENCE = 20
"""Events behind a line at most, the newest."""
_OF_RUNS = frozenset({ItemKind.FLAKY, ItemKind.RERUN_TESTS, ItemKind.FIX_TESTS})
_OF_MARKS = frozenset({ItemKind.TODO, ItemKind.UNFINISHED, ItemKind.BOX, ItemKind.SKIP, ItemKind.LEARNED_LINE})


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
    span: Span = SESSION,
) -> Document:
    """The handoff of `session`. `ended` is the title's time, epoch seconds; `work` is what the journal knows of HEAD's branch from all sessions.
    `span`: what the commits and runs are of, in words."""
    seen = View(session, snapshot, work, ended, reconstructed, checkpoint, trigger, span)
    known = _Evidence(seen)
    items = {row.key: tuple(map(known.added, row.items(seen))) for row in TABLE}
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
        resume=resume(seen, items[SectionKey.DONE], items[SectionKey.IN_PROGRESS], items[SectionKey.PENDING]),
        warnings=warnings,
        reconstructed=reconstructed,
        checkpoint=checkpoint,
        span=span.words,
    )
    return with_keys(document)


class _Evidence:
    """The events behind a line whose section names none: those that touched its paths, or made its commits and stashes. What is left without any is
    told by the world alone: the snapshot is its evidence, once it is journalled."""

    def __init__(self, view: View) -> None:
        self._view = view

    def added(self, item: Item) -> Item:
        """The item with its evidence."""
        marked = self._marks(item) if item.kind in _OF_MARKS else ()
        found = (*item.evidence, *marked) or self._of_objects(item) or self._of_paths(item) or self._of_runs(item)
        known = tuple(sorted({event for event in found if event}))[-MOST_EVIDENCE:]
        return item if known == item.evidence else replace(item, evidence=known)

    def _marks(self, item: Item) -> tuple[int, ...]:
        """The commits that added the marks of its path."""
        oids = {mark.commit for mark in self._view.snapshot.marks if mark.path == item.path and mark.commit}
        return tuple(self._commits[oid] for oid in oids if oid in self._commits)

    def _of_objects(self, item: Item) -> tuple[int, ...]:
        oids: list[str] = []
        for claim in item.claims:
            if isinstance(claim, Ancestor | Unreachable | ObjectExists):
                oids.append(claim.commit)
            elif isinstance(claim, StashExists):
                oids.append(claim.stash)
        if item.kind in (ItemKind.PUSH, ItemKind.REWRITTEN):
            oids += self._view.commits.unpushed
        return tuple(self._commits[oid] for oid in oids if oid in self._commits)

    def _of_paths(self, item: Item) -> tuple[int, ...]:
        quoted = (claim.path for claim in item.claims if isinstance(claim, TextAt))
        return tuple(event for path in {item.path, *item.paths, *quoted} for event in self._paths.get(path, ()))

    def _of_runs(self, item: Item) -> tuple[int, ...]:
        return tuple(run.id for run in self._view.work.tests) if item.kind in _OF_RUNS else ()

    @cached_property
    def _commits(self) -> Mapping[str, int]:
        """Name of a commit or stash -> the event that made it."""
        known = {seen.fact.new: seen.id for seen in (*self._view.work.commits, *self._view.session.commits)}
        return known | {seen.fact.oid: seen.id for seen in self._view.session.stashes}

    @cached_property
    def _paths(self) -> Mapping[str, list[int]]:
        """Path -> the events that touched it."""
        found: dict[str, list[int]] = {}
        for seen in (*self._view.work.commits, *self._view.session.commits):
            for change in seen.fact.changes:
                for path in {change.path, change.old_path} - {""}:
                    found.setdefault(path, []).append(seen.id)
        for path, file in self._view.session.files.items():
            found.setdefault(path, []).append(file.id)
        return found
