"""Key Decisions Made: notes and trailers oldest first, then what changed without a recorded reason. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoffd.handoff.facts.changed_definitions import line_after
from handoffd.handoff.facts.notes import of_agents, of_persons, origin, said, strength
from handoffd.handoff.facts.view import View
from handoffd.handoff.words import series
from handoffd.model import text
from handoffd.model.change import Change, Dependency
from handoffd.model.document import PERSON, TOOL, Item, Rank
from handoffd.model.facts import Note
from handoffd.model.kinds import ChangeKind, FileRole, ItemKind, NoteType, Origin
from handoffd.model.records import dataclass, replace
from handoffd.model.sections import SectionKey
from handoffd.model.session import Recorded

ROLES = ("schema", "ci")
MOST = 12


def decisions(view: View) -> tuple[Item, ...]:
    """The numbering goes on through all sources."""
    return (*_said(view), *_records(view), *_unrecorded(view))


def _said(view: View) -> Iterator[Item]:
    notes = view.notes.of(NoteType.DECISION)
    found = [(seen.at, _note(view, seen)) for seen in of_persons(notes)]
    for seen in (*view.earlier.live, *view.commits.live):
        found += [(seen.at, item) for item in _trailers(seen.id, seen.at, seen.fact.trailers)]
    yield from (replace(item, since=view.since(at)) for at, item in sorted(found, key=lambda pair: pair[0]))
    yield from (replace(_note(view, seen), since=view.since(seen.at)) for seen in of_agents(notes))


def _note(view: View, seen: Recorded[Note]) -> Item:
    fact = seen.fact
    return Item(
        SectionKey.DECISIONS,
        ItemKind.NOTE,
        said(fact),
        origin(fact),
        *view.place(seen),
        evidence=(seen.id,),
        rank=Rank(strength(fact), False, seen.at),
        why=text.inline(fact.why, 1000) if fact.why else "",
        tradeoff=text.inline(fact.tradeoff, 1000) if fact.tradeoff else "",
    )


def _trailers(event: int, at: float, trailers: tuple[tuple[str, str], ...]) -> Iterator[Item]:
    """`Decision:` with the `Why:` and `Trade-off:` that follow it."""
    open_now: dict[str, str] = {}
    for key, value in (*trailers, ("Decision", "")):
        name = key.lower().replace("-", "")
        if name == "decision":
            if open_now:
                yield _trailer(event, at, open_now)
            open_now = {"text": value} if value else {}
        elif name in ("why", "tradeoff") and open_now:
            open_now.setdefault(name, value)


def _trailer(event: int, at: float, said: dict[str, str]) -> Item:
    why, tradeoff = (text.inline(said[name], 1000) if name in said else "" for name in ("why", "tradeoff"))
    rank = Rank(PERSON, False, at)
    return Item(
        SectionKey.DECISIONS,
        ItemKind.TRAILER,
        text.inline(said["text"], 500),
        Origin.PERSON,
        evidence=(event,),
        rank=rank,
        why=why,
        tradeoff=tradeoff,
    )


def _records(view: View) -> Iterator[Item]:
    """Decision records (ADRs) that the session added or changed."""
    found: dict[str, tuple[int, float]] = {}
    sources = [(seen.id, seen.at, seen.fact.changes) for seen in view.commits.live] + [(0, 0.0, view.snapshot.changes)]
    for event, at, changes in sources:
        for change in changes:
            if change.role == FileRole.DECISION:
                found.pop(change.old_path, None)
                found[change.path] = (event, at or view.mtime(change.path))
                if change.kind == ChangeKind.DELETED:
                    del found[change.path]
    for path, (event, at) in found.items():
        title = path.rpartition("/")[2].rpartition(".")[0].replace("-", " ").replace("_", " ")
        shown = text.inline(title or path)
        yield Item(SectionKey.DECISIONS, ItemKind.RECORD, shown, path=path, evidence=(event,) if event else (), rank=Rank(TOOL, False, at))


def _unrecorded(view: View) -> Iterator[Item]:
    """One item for all: dependencies, then schema and CI files by path, that no note or trailer of the session names."""
    words = _said_words(view)
    found = [one for one in _dependencies(view) if not _names(words, one.dependency.name)]
    files = [(path, where, event) for path, (where, event) in _files(view).items() if not _names(words, path)]
    parts = [_dependency(one.dependency, one.path, one.where) for one in found]
    parts += [f"{text.path(path)} ({where})" for path, where, _ in files]
    if parts:
        line = f"**Changed without a recorded reason**: {series(parts, MOST, '; ')}"
        events = {one.event for one in found} | {event for _, _, event in files}
        yield Item(SectionKey.DECISIONS, ItemKind.UNRECORDED, line, evidence=tuple(sorted(events - {0})), rank=Rank(TOOL, False, view.ended))


def _said_words(view: View) -> str:
    notes = [part for seen in view.session.notes for part in (seen.fact.text, seen.fact.why, seen.fact.tradeoff, seen.fact.path)]
    return "\n".join([*notes, *(value for seen in view.commits.live for _, value in seen.fact.trailers)])


def _names(said: str, name: str) -> bool:
    """Whether the package or path stands in it as a whole word."""
    return re.search(rf"(?<![\w@/.-]){re.escape(name)}(?![\w/-])", said, re.IGNORECASE) is not None


def _changes(view: View) -> Iterator[tuple[Change, str, int]]:
    """(change, where it is, event) of what is the session's own, oldest first. While an operation is open the tree is not."""
    for seen in view.commits.live:
        yield from ((change, view.short(seen.fact.new), seen.id) for change in seen.fact.changes)
    for change in view.snapshot.changes:
        entry = view.entries.get(change.path)
        if view.snapshot.operation is None and not (entry is not None and entry.baseline):
            yield change, "uncommitted", 0


@dataclass(frozen=True, slots=True)
class _Declared:
    dependency: Dependency
    path: str
    where: str
    event: int


def _dependencies(view: View) -> Iterator[_Declared]:
    """Each dependency once, from what it was at the session's start to what it is now, on the line where it stands now."""
    found: dict[tuple[str, str], _Declared] = {}
    for change, where, event in _changes(view):
        for key in [key for key in found if key[0] in (change.path, change.old_path)]:
            known = found.pop(key)
            moved = replace(known.dependency, line=line_after(known.dependency.line, change))
            found[(change.path, key[1])] = replace(known, path=change.path, dependency=moved)
        for one in change.dependencies:
            before = found.pop((change.path, one.name), None)
            old = before.dependency.old if before else one.old
            if old != one.new:
                found[(change.path, one.name)] = _Declared(replace(one, old=old), change.path, where, event)
    # A line that an open operation moved is not followed.
    moving = set(view.uncommitted) if view.snapshot.operation is not None else set()
    for known in found.values():
        yield replace(known, dependency=replace(known.dependency, line=0)) if known.path in moving else known


def _files(view: View) -> dict[str, tuple[str, int]]:
    return {change.path: (where, event) for change, where, event in _changes(view) if change.role in ROLES}


def _dependency(dependency: Dependency, path: str, where: str) -> str:
    place = text.path(path, dependency.line)
    if not dependency.old:
        what = f"adds dependency {text.inline(f'{dependency.name} {dependency.new}', 120)}"
    elif not dependency.new:
        what = f"removes dependency {text.name(dependency.name, 80)}"
    else:
        what = text.inline(f"{dependency.name} from {dependency.old} to {dependency.new}", 160)
    return f"{what} ({place}, {where})"
