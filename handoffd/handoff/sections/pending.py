"""What's Pending: notes, failing tests, tests to run again, boxes, skips, what is not pushed, what is carried over. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from handoffd.handoff.facts.view import View
from handoffd.handoff.words import bag
from handoffd.model import text
from handoffd.model.claims import Ahead, NoUpstream, TextAt
from handoffd.model.counts import plural
from handoffd.model.document import PERSON, TOOL, Item, Rank
from handoffd.model.kinds import ItemKind, MarkKind, NoteType, Origin
from handoffd.model.lazy import lazy
from handoffd.model.sections import SectionKey

FEW = 3
MOST_CARRIED = 30
_AGE = lazy(r" \(from (\d+) handoffs? ago\)$")


def pending(view: View) -> tuple[Item, ...]:
    """In the order in which the next session would take them up."""
    return (*_notes(view), *_tests(view), *_boxes(view), *_skips(view), *_push(view), *_carried(view))


def _notes(view: View) -> Iterator[Item]:
    for seen in view.notes.open(NoteType.TODO):
        fact = seen.fact
        said = text.inline(fact.text, 500)
        yield Item(
            SectionKey.PENDING, ItemKind.NOTE, said, Origin.PERSON, fact.path, fact.line, fact.last, (), (seen.id,), rank=Rank(PERSON, True, seen.at)
        )


def _tests(view: View) -> Iterator[Item]:
    if view.tests.failed:
        ids = tuple(run.id for run in view.tests.still_failing if run.fact.failed)
        yield Item(
            SectionKey.PENDING,
            ItemKind.FIX_TESTS,
            f"Fix {plural(view.tests.failed, 'failing test')} (see In Progress)",
            evidence=ids,
            rank=_rank(view, view.tests.runs[0].at),
        )
    if view.tests.runs and view.tests.changed_since:
        newest = view.tests.in_bullet[0]
        changed = plural(len(view.tests.changed_since), "file")
        said = f"Run the tests again: {changed} changed since {view.clock(newest.at)}"
        yield Item(SectionKey.PENDING, ItemKind.RERUN_TESTS, said, evidence=(newest.id,), rank=_rank(view, newest.at))


def _rank(view: View, at: float) -> Rank:
    return Rank(TOOL, True, at or view.ended)


def _boxes(view: View) -> Iterator[Item]:
    for mark in view.marks(MarkKind.BOX):
        claim = TextAt(mark.path, mark.line, 20, mark.text)
        yield Item(
            SectionKey.PENDING, ItemKind.BOX, text.inline(mark.text, 300), path=mark.path, line=mark.line, claims=(claim,), rank=_rank(view, mark.at)
        )


def _skips(view: View) -> Iterator[Item]:
    for mark in view.marks(MarkKind.SKIP):
        reason = f" — {text.inline(mark.reason, 200)}" if mark.reason else ""
        said = f"Test skipped: {text.name(mark.text, 120)}{reason}"
        claim = TextAt(mark.path, mark.line, 20, mark.text)
        yield Item(SectionKey.PENDING, ItemKind.SKIP, said, path=mark.path, line=mark.line, claims=(claim,), rank=_rank(view, mark.at))


def _push(view: View) -> Iterator[Item]:
    oids, snapshot = view.commits.unpushed, view.snapshot
    if not oids or not snapshot.branch or not snapshot.known:
        return
    shorts = [view.short(oid) for oid in oids]
    which = ", ".join(shorts) if len(shorts) <= FEW else f"{shorts[0]} to {shorts[-1]}"
    if snapshot.upstream and not snapshot.upstream_gone:
        said = f"Push {plural(snapshot.ahead or len(oids), 'commit')} ({which}) to {text.branch(snapshot.upstream)}"
        claim: Ahead | NoUpstream = Ahead(snapshot.ahead, snapshot.upstream)
    else:
        said = f"Set an upstream for {text.branch(snapshot.branch)} ({plural(len(oids), 'commit')})"
        claim = NoUpstream(snapshot.branch)
    yield Item(SectionKey.PENDING, ItemKind.PUSH, said, claims=(claim,), rank=_rank(view, 0))


def _carried(view: View) -> Iterator[Item]:
    """Open todo and doing notes of the previous handoff of this branch that nothing closed or repeated since."""
    previous = view.previous or {}
    said = {bag(seen.fact.text) for seen in view.session.notes}
    items = [*_notes_of(previous, "in_progress"), *_notes_of(previous, "pending")]
    for item in items[:MOST_CARRIED]:
        age = _AGE.search(item.get("text", ""))
        bare = _AGE.sub("", item.get("text", ""))
        if not bare or bag(bare) in said:
            continue
        number = int(age[1]) + 1 if age else 1
        said_now = f"{bare} (from {plural(number, 'handoff')} ago)"
        place = (item.get("path") or "", item.get("line") or 0, item.get("last") or 0)
        yield Item(
            SectionKey.PENDING,
            ItemKind.CARRIED,
            said_now,
            Origin.PERSON,
            *place,
            evidence=tuple(item.get("evidence", ())),
            rank=Rank(PERSON, True, 0.0),
        )


def _notes_of(document: Mapping[str, Any], section: str) -> list[Mapping[str, Any]]:
    return [item for item in document.get(section, ()) if item.get("kind") in (ItemKind.NOTE, ItemKind.CARRIED)]
