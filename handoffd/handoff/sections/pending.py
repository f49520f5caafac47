"""What's Pending: notes, failing tests, tests to run again, boxes, skips, what is not pushed, other branches. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from handoffd.handoff.facts.notes import origin, strength
from handoffd.handoff.facts.notes import said as words_of
from handoffd.handoff.facts.view import View
from handoffd.model import text
from handoffd.model.claims import Ahead, NoUpstream, TextAt
from handoffd.model.counts import plural
from handoffd.model.document import TOOL, Item, Rank
from handoffd.model.facts import Note
from handoffd.model.kinds import ItemKind, MarkKind, NoteType
from handoffd.model.sections import SectionKey
from handoffd.model.session import Recorded

FEW = 3


def pending(view: View) -> tuple[Item, ...]:
    """In the order in which the next session would take them up."""
    notes = [(seen, _note(view, seen)) for seen in view.notes.open(NoteType.TODO)]
    persons, agents = ([item for seen, item in notes if bool(seen.fact.agent) is agent] for agent in (False, True))
    return (*persons, *_tests(view), *_boxes(view), *_skips(view), *_push(view), *agents, *_branches(view))


def _note(view: View, seen: Recorded[Note]) -> Item:
    fact = seen.fact
    return Item(
        SectionKey.PENDING,
        ItemKind.NOTE,
        words_of(fact),
        origin(fact),
        *view.place(seen),
        (),
        (seen.id,),
        rank=Rank(strength(fact), True, seen.at),
        since=view.since(seen.at),
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
        said, at = text.inline(mark.text, 300), view.since(mark.at)
        yield Item(SectionKey.PENDING, ItemKind.BOX, said, path=mark.path, line=mark.line, claims=(claim,), rank=_rank(view, mark.at), since=at)


def _skips(view: View) -> Iterator[Item]:
    for mark in view.marks(MarkKind.SKIP):
        reason = f" — {text.inline(mark.reason, 200)}" if mark.reason else ""
        said = f"Test skipped: {text.name(mark.text, 120)}{reason}"
        claim = TextAt(mark.path, mark.line, 20, mark.text)
        at = view.since(mark.at)
        yield Item(SectionKey.PENDING, ItemKind.SKIP, said, path=mark.path, line=mark.line, claims=(claim,), rank=_rank(view, mark.at), since=at)


def _push(view: View) -> Iterator[Item]:
    """A step that git would take: no push where it needs force, none while the target is ahead."""
    oids, snapshot = view.commits.unpushed, view.snapshot
    push = snapshot.push
    if not snapshot.branch or not snapshot.known or not snapshot.has_remote or (push is not None and push.rewritten):
        return
    behind, name = (push.behind, push.name) if push is not None and push.behind else (snapshot.behind, snapshot.upstream)
    if behind:
        # An open operation may be that very pull.
        if snapshot.operation is None:
            said = f"Pull first: {plural(behind, 'commit')} behind {text.branch(name)}"
            yield Item(SectionKey.PENDING, ItemKind.PUSH, said, rank=_rank(view, 0))
        return
    if not oids:
        return
    shorts = [view.short(oid) for oid in oids]
    which = ", ".join(shorts) if len(shorts) <= FEW else f"{shorts[0]} to {shorts[-1]}"
    claims: tuple[Ahead | NoUpstream, ...] = (NoUpstream(snapshot.branch),)
    if push is not None and (push.exists or snapshot.upstream != push.name):
        said = f"Push {plural(len(oids), 'commit')} ({which}) to {text.branch(push.name)}"
        claims = (Ahead(push.ahead, push.name),) if push.exists else ()
    else:
        said = f"Set an upstream for {text.branch(snapshot.branch)} ({plural(len(oids), 'commit')})"
    yield Item(SectionKey.PENDING, ItemKind.PUSH, said, claims=claims, rank=_rank(view, 0))


def _branches(view: View) -> Iterator[Item]:
    """What was left open on other branches, a line each, newest first."""
    for other in view.snapshot.other_branches:
        parts = [f"{plural(other.unpushed, 'commit')} not pushed"] if other.unpushed else []
        parts += [plural(other.marks, "TODO")] if other.marks else []
        parts += [plural(other.stashes, "stash", "stashes")] if other.stashes else []
        said = f"On {text.branch(other.name)}: {', '.join(parts)}"
        yield Item(SectionKey.PENDING, ItemKind.BRANCH, said, rank=Rank(TOOL, True, other.at), since=view.since(other.at))
