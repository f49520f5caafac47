"""Gotchas for Next Session: what would trip the one who goes on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handoffd.handoff.facts.history import Reverted
from handoffd.handoff.facts.notes import newest_first, of_agents, of_persons, origin, strength
from handoffd.handoff.facts.notes import said as words_of
from handoffd.handoff.facts.view import View
from handoffd.handoff.words import changed, series
from handoffd.model import text
from handoffd.model.change import Change
from handoffd.model.claims import Ancestor, ObjectExists, SameAs, StashExists, Unreachable
from handoffd.model.counts import plural
from handoffd.model.document import PERSON, TOOL, Item, Rank
from handoffd.model.facts import Note
from handoffd.model.kinds import DaemonAction, ItemKind, NoteType, Origin, Resolution
from handoffd.model.lazy import lazy
from handoffd.model.sections import SectionKey
from handoffd.model.session import Recorded

FEW_PATHS = 3
FEW_NAMES = 3
FLAKY = 10
_QUOTED = lazy(r'Revert "(.+)"$')


def gotchas(view: View) -> tuple[Item, ...]:
    """Notes first, then what git, the tests and the watcher know."""
    notes = newest_first(view.notes.of(NoteType.GOTCHA))
    return (
        *(_note(view, seen) for seen in of_persons(notes)),
        *_trailers(view),
        *_resolved(view),
        *_rewritten(view),
        *_reverted(view),
        *_lost(view),
        *_stashes(view),
        *_flaky(view),
        *_daemon(view),
        *(_note(view, seen) for seen in of_agents(notes)),
    )


def warning(view: View) -> str:
    """The first line of the section when the work is incomplete."""
    return f"⚠️ **Do not merge or deploy** — {', '.join(view.reasons)}"


def _note(view: View, seen: Recorded[Note]) -> Item:
    fact = seen.fact
    return Item(
        SectionKey.GOTCHAS,
        ItemKind.NOTE,
        words_of(fact),
        origin(fact),
        *view.place(seen),
        evidence=(seen.id,),
        rank=Rank(strength(fact), True, seen.at),
        since=view.since(seen.at),
    )


def _trailers(view: View) -> Iterator[Item]:
    for seen in reversed((*view.earlier.commits, *view.commits.counted)):
        for key, value in seen.fact.trailers:
            if key.lower() in ("gotcha", "caveat", "warning"):
                yield Item(
                    SectionKey.GOTCHAS,
                    ItemKind.TRAILER,
                    text.inline(value, 500),
                    Origin.PERSON,
                    evidence=(seen.id,),
                    rank=Rank(PERSON, True, seen.at),
                    since=view.since(seen.at),
                )


def _resolved(view: View) -> Iterator[Item]:
    """A conflict resolved by taking one side whole: what the other side did is not in it."""
    operation = view.snapshot.operation
    other = text.branch(operation.other) if operation and operation.other else "the other side"
    for conflict in view.snapshot.conflicts:
        if conflict.resolved == Resolution.HEAD:
            said = f"Conflict resolved in {text.path(conflict.path)}: same as HEAD, nothing staged"
            claim = SameAs(conflict.path, "HEAD")
        elif conflict.resolved == Resolution.OTHER:
            ours = f", the changes of {', '.join(view.short(one.oid) for one in conflict.ours[:FEW_NAMES])} are not in it" if conflict.ours else ""
            said = f"Conflict resolved in {text.path(conflict.path)}: same as {other}{ours}"
            claim = SameAs(conflict.path, operation.other_oid if operation else "")
        else:
            continue
        yield Item(SectionKey.GOTCHAS, ItemKind.RESOLVED, said, claims=(claim,), rank=Rank(TOOL, True, view.ended), paths=(conflict.path,))


def _rewritten(view: View) -> Iterator[Item]:
    """The push target has a version that HEAD left behind: git refuses a plain push."""
    push, snapshot = view.snapshot.push, view.snapshot
    if push is not None and push.rewritten and snapshot.branch:
        said = f"{text.branch(snapshot.branch)} was pushed at {view.short(push.tip)} and rewritten to {view.short(snapshot.head)}: push needs force"
        yield Item(SectionKey.GOTCHAS, ItemKind.REWRITTEN, said, rank=Rank(TOOL, True, view.ended))


def _reverted(view: View) -> Iterator[Item]:
    for pair in (*view.commits.reverts, *view.earlier.reverted):
        original, revert = pair.original or view.known(pair.oid), pair.revert
        if original is None:
            yield _revert_alone(view, pair)
            continue
        subject = text.subject(original.fact.subject)
        when = f"{view.clock(original.at)}, reverted {view.clock(revert.at)} by {view.short(revert.fact.new)}"
        short = f"Reverted: {view.short(pair.oid)} {subject}"
        said = f"{short} ({when}; {_where(original.fact.changes)})"
        claim = Ancestor(revert.fact.new, "HEAD")
        yield Item(
            SectionKey.GOTCHAS,
            ItemKind.REVERTED,
            said,
            evidence=tuple(id_ for id_ in (original.id, revert.id) if id_),
            claims=(claim,),
            rank=Rank(TOOL, False, revert.at),
            short=short,
            since=view.since(revert.at),
        )


def _revert_alone(view: View, pair: Reverted) -> Item:
    """The commit that was taken back is older than the journal: its name and its subject stand in the revert."""
    revert, quoted = pair.revert, _QUOTED.match(pair.revert.fact.subject)
    subject = f" {text.subject(quoted[1])}" if quoted else ""
    short = f"Reverted: {view.short(pair.oid)}{subject}"
    said = f"{short} (reverted {view.clock(revert.at)} by {view.short(revert.fact.new)}; {_where(revert.fact.changes)})"
    evidence, since = (revert.id,) if revert.id else (), view.since(revert.at)
    claims, rank = (Ancestor(revert.fact.new, "HEAD"),), Rank(TOOL, False, revert.at)
    return Item(SectionKey.GOTCHAS, ItemKind.REVERTED, said, evidence=evidence, claims=claims, rank=rank, short=short, since=since)


def _where(changes: Sequence[Change]) -> str:
    names = [name for change in changes for name in (*change.names, *change.adds)]
    paths = series([text.path(change.path) for change in changes], FEW_PATHS)
    shown = series([text.name(name, 60) for name in dict.fromkeys(names)], FEW_NAMES)
    return f"{paths}, {shown}" if shown else paths or "no files"


def _lost(view: View) -> Iterator[Item]:
    """Reset away: no branch and no remote reaches it, and nothing replaced it."""
    if not view.snapshot.known:
        return
    for lost in view.commits.history.lost:
        seen, fact = lost.commit, lost.commit.fact
        paths = series([text.path(change.path) for change in fact.changes], FEW_PATHS)
        lines = changed(sum(change.added for change in fact.changes), sum(change.removed for change in fact.changes))
        word = "Reset away" if lost.reset else "On no branch any more"
        when = f"{view.clock(seen.at)}, reset {view.clock(lost.reset.at)}" if lost.reset else view.clock(seen.at)
        oid = view.short(fact.new)
        head, tail = f"{word}: {oid} {text.subject(fact.subject)}", f"; still reachable: git show {oid}"
        said = f"{head} ({when}; {paths}{', ' if paths else ''}{lines}){tail}"
        claims = (Unreachable(fact.new), ObjectExists(fact.new))
        evidence = tuple(id_ for id_ in (seen.id, lost.reset.id if lost.reset else 0) if id_)
        rank, since = Rank(TOOL, False, seen.at), view.since(seen.at) if lost.reset is None else 0.0
        yield Item(SectionKey.GOTCHAS, ItemKind.RESET_AWAY, said, evidence=evidence, claims=claims, rank=rank, short=head + tail, since=since)


def _stashes(view: View) -> Iterator[Item]:
    for stash in view.snapshot.stashes:
        message = stash.message.partition(": ")[2] or stash.message
        lines = changed(sum(change.added for change in stash.changes), sum(change.removed for change in stash.changes))
        about = f"{_where(stash.changes)}, {lines}"
        evidence = tuple(seen.id for seen in view.session.stashes if seen.fact.oid == stash.oid)
        # git's time has no fraction: a stash of the session's first second seems older than the session.
        since = 0.0 if evidence else view.since(stash.at)
        left = "Stash left" if since else f"Stash left at {view.clock(stash.at)}"
        named = f': "{text.inline(message, 120)}"' if stash.message.startswith("On ") or not stash.branch else ""
        said = f"{left}, stash@{{{stash.index}}} ({view.short(stash.oid)}){named} — {about}"
        claims, rank = (StashExists(stash.oid),), Rank(TOOL, True, stash.at)
        yield Item(SectionKey.GOTCHAS, ItemKind.STASH, said, evidence=evidence, claims=claims, rank=rank, since=since)


def _flaky(view: View) -> Iterator[Item]:
    """Tests that failed and passed on the same tree."""
    for failure in view.tests.flaky[:FLAKY]:
        where = f" in {text.path(failure.path, failure.line)}" if failure.path else ""
        said = f'Flaky test: "{text.inline(failure.name, 120)}"{where} failed and passed on the same tree'
        yield Item(SectionKey.GOTCHAS, ItemKind.FLAKY, said, rank=Rank(TOOL, True, view.ended))


def _daemon(view: View) -> Iterator[Item]:
    """What handoffd could not see, or had to mend."""
    for seen in view.session.daemons:
        if seen.fact.action in (DaemonAction.REBUILT, DaemonAction.DEGRADED, DaemonAction.BLIND) and seen.fact.text:
            yield Item(SectionKey.GOTCHAS, ItemKind.DAEMON, text.inline(seen.fact.text, 300), evidence=(seen.id,), rank=Rank(TOOL, False, seen.at))
    if view.redacted:
        yield Item(SectionKey.GOTCHAS, ItemKind.REDACTED, f"{plural(len(view.redacted), 'secret')} redacted in this session's facts", rank=Rank(TOOL))
