"""What's In Progress: one bullet a file with all its facts, then unfinished commits. Pure.

doing note > conflict > failing test > TODO > unfinished body > hunk > WIP commit: the strongest makes the bullet, the others are its steps.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence

from handoffd.code.file_roles import is_lock, is_manifest
from handoffd.handoff.facts.notes import of_agents, of_persons, origin, strength
from handoffd.handoff.facts.notes import said as words_of
from handoffd.handoff.facts.view import View
from handoffd.handoff.sections.file_bullets import (
    ALL_TESTS,
    TESTS_A_FILE,
    Fact,
    conflict_fact,
    hunk_fact,
    mark_claim,
    tests_fact,
    todo_step,
)
from handoffd.handoff.words import changed, covered, series
from handoffd.model import text
from handoffd.model.claims import Ancestor, Claim, LastRunFailed
from handoffd.model.counts import plural
from handoffd.model.document import TOOL, Item, Rank, Step
from handoffd.model.facts import Commit, Note
from handoffd.model.kinds import EntryKind, ItemKind, MarkKind, NoteType, Origin, StepKind
from handoffd.model.sections import SectionKey
from handoffd.model.session import Recorded
from handoffd.model.snapshot import Entry, OpenMark

PLAIN_FILES = 5
WIP_STEPS = 3
WIP_PATHS = 2
MOST_MARKS = 20
_STRONG = frozenset({ItemKind.CONFLICT, ItemKind.FAILING_TEST, ItemKind.TODO, ItemKind.UNFINISHED})
_CALLS = (MarkKind.TODO, MarkKind.UNFINISHED)
_ORDER = (
    ItemKind.NOTE,
    ItemKind.CONFLICT,
    ItemKind.FAILING_TEST,
    ItemKind.TODO,
    ItemKind.UNFINISHED,
    ItemKind.NEW_FILE,
    ItemKind.HUNK,
    ItemKind.DELETED,
    ItemKind.WIP,
    ItemKind.REST,
    ItemKind.MARKS,
)


def in_progress(view: View) -> tuple[Item, ...]:
    """All bullets in the order in which they matter."""
    noted = _noted(view)
    strong, plain, rest = _by_strength(item for path in _paths(view) if path not in noted and (item := _file(view, path)) is not None)
    bullets = sorted(strong, key=_rank) + sorted(plain, key=_rank)
    unfinished = [seen for seen in (*view.earlier.wip, *view.commits.wip) if seen.fact.new not in view.commits.reverted]
    wip = (_wip(view, seen) for seen in reversed(unfinished))
    notes = view.notes.open(NoteType.DOING)
    persons, agents = ([_note(view, seen) for seen in some] for some in (of_persons(notes), of_agents(notes)))
    return (*persons, *bullets, *_also(rest), *wip, *_counted(view), *agents)


def warning(_view: View) -> str:
    """The first line of the section when the work is incomplete."""
    return "⚠️ **Incomplete work** — do not merge yet"


def _by_strength(items: Iterable[Item]) -> tuple[list[Item], list[Item], list[tuple[float, str]]]:
    """The strong bullets, the newest of the others, and (time, path) of the rest, newest first: of very many files no bullet is held."""
    strong, newest, rest = list[Item](), list[tuple[float, int, Item]](), list[tuple[float, int, str]]()
    for number, item in enumerate(items):
        if item.kind in _STRONG:
            strong.append(item)
            continue
        insort(newest, (-item.rank.at, number, item))
        if len(newest) > PLAIN_FILES:
            before, at, oldest = newest.pop()
            rest.append((before, at, oldest.path))
    return strong, [item for _, _, item in newest], [(-before, path) for before, _, path in sorted(rest)]


def _rank(item: Item) -> tuple[int, int, float]:
    failing = sum(isinstance(claim, LastRunFailed) for claim in item.claims)
    return (_ORDER.index(item.kind), -failing, -item.rank.at)


def _noted(view: View) -> frozenset[str]:
    return frozenset(view.place(seen)[0] for seen in of_persons(view.notes.open(NoteType.DOING)) if seen.fact.path)


def _paths(view: View) -> list[str]:
    """Every file that has a fact."""
    found = dict.fromkeys(conflict.path for conflict in view.unresolved)
    found.update(dict.fromkeys(one.path for one in view.tests.failing))
    found.update(dict.fromkeys(view.calls))
    merging = view.snapshot.operation is not None
    for entry in view.live_entries():
        if not _lone_manifest(entry) and not (merging and entry.staged and not entry.unstaged):
            found.setdefault(entry.path)
    return list(found)


def _lone_manifest(entry: Entry) -> bool:
    return entry.staged and not entry.unstaged and (is_manifest(entry.path) or is_lock(entry.path))


def _note(view: View, seen: Recorded[Note]) -> Item:
    """A note with a place takes the facts of its file as steps, where a person made it."""
    fact = seen.fact
    steps = [Step(text.inline(step, 300), StepKind.NOTE) for step in fact.steps]
    claims: list[Claim] = []
    path, line, last = view.place(seen)
    for found in _facts(view, path, line) if path and not fact.agent else ():
        steps += _as_steps(found, fact)
        claims += found.claims
    line = line or (_newest_todo(view, path) if path else 0)
    return Item(
        SectionKey.IN_PROGRESS,
        ItemKind.NOTE,
        words_of(fact),
        origin(fact),
        path,
        line,
        last if line else 0,
        tuple(steps),
        (seen.id,),
        tuple(claims),
        Rank(strength(fact), True, seen.at),
        since=view.since(seen.at),
    )


def _newest_todo(view: View, path: str) -> int:
    return next((mark.line for mark in view.marks(MarkKind.TODO) if mark.path == path), 0)


def _as_steps(found: Fact, note: Note) -> list[Step]:
    """A fact under a note: what the note or its steps say already is not repeated."""
    said = (note.text, *note.steps)
    if found.kind in (ItemKind.TODO, ItemKind.UNFINISHED):
        return [step for step in found.steps if not covered(step.text.partition(": ")[2], said)]
    if found.kind in (ItemKind.HUNK, ItemKind.NEW_FILE, ItemKind.DELETED):
        return []
    return [Step(found.text[:1].upper() + found.text[1:], StepKind(found.kind), found.line), *found.steps]


def _facts(view: View, path: str, line: int = 0) -> list[Fact]:
    """The file's facts, strongest first. `line` is that of the bullet, where a note has one."""
    found = [conflict_fact(view, conflict) for conflict in view.unresolved if conflict.path == path]
    tests = [one for one in view.tests.failing if one.path == path]
    if tests:
        found.append(tests_fact(view, path, tests, len(tests) if len(view.tests.failing) <= ALL_TESTS else TESTS_A_FILE))
    marks = view.calls.get(path, ())
    anchor = line or (found[0].line if found else 0)
    for kind in _CALLS:
        own = [mark for mark in marks if mark.kind == kind]
        if own:
            found.append(_marks_fact(kind, own, anchor or own[0].line))
    entry = view.entries.get(path)
    if entry is not None and not entry.baseline and entry.kind != EntryKind.CONFLICTED:
        hunk = hunk_fact(view, entry, view.uncommitted.get(path), marks[0].line if marks else 0)
        found += [hunk] if hunk else []
    return found


def _marks_fact(kind: MarkKind, marks: Sequence[OpenMark], bullet_line: int) -> Fact:
    """The bullet's line is the first mark's, and so is its name: both are of one place."""
    first, shown = marks[0], marks[:MOST_MARKS]
    steps = [todo_step(mark, bullet_line) for mark in shown]
    if len(shown) < len(marks):
        steps.append(Step(f"+{len(marks) - len(shown)} more", StepKind(kind), more=len(marks) - len(shown)))
    claims = tuple(mark_claim(mark) for mark in shown)
    return Fact(ItemKind(kind), first.line, first.commit, tuple(steps), claims, name=text.name(first.name) if first.name else "")


def _file(view: View, path: str) -> Item | None:
    facts = _facts(view, path)
    if not facts:
        return None
    first, *others = facts
    hunk = next((fact for fact in facts if fact.kind in (ItemKind.HUNK, ItemKind.NEW_FILE, ItemKind.DELETED)), None)
    words = first.text
    if first.kind in (ItemKind.TODO, ItemKind.UNFINISHED):
        words = _mark_words(view, first, hunk)
    steps = [*first.steps, *(step for fact in others for step in _under(fact))]
    # A failing test file that is also being edited says so in its first line; other files' hunks are the weaker news.
    at = max(view.mtime(path), max((mark.at for mark in view.open_marks if mark.path == path), default=0.0)) or view.ended
    claims = tuple(claim for fact in facts for claim in fact.claims)
    evidence = tuple(sorted({event for fact in facts for event in fact.evidence} | _event_of(view, path)))
    name = hunk.name if hunk else ""
    name = first.name if first.kind in (ItemKind.TODO, ItemKind.UNFINISHED) and first.text else name
    return Item(
        SectionKey.IN_PROGRESS,
        first.kind,
        words,
        Origin.TOOL,
        path,
        first.line,
        0,
        tuple(steps),
        evidence,
        claims,
        Rank(TOOL, True, at),
        category=name,
        since=_since(view, path, first),
    )


def _mark_words(view: View, mark: Fact, hunk: Fact | None) -> str:
    """An uncommitted mark stands in its hunk; a committed one is told with its commit, and the uncommitted changes of the file beside it."""
    if not mark.text:
        return hunk.text if hunk else f"{mark.name}, uncommitted" if mark.name else "uncommitted"
    name = f"{mark.name}, " if mark.name else ""
    return f"{name}added in {view.short(mark.text)}" + (f"; also {hunk.text}" if hunk else "")


def _since(view: View, path: str, first: Fact) -> float:
    """When the bullet's own fact began, where that was before the session: the run that saw the test fail, the mark, the last edit."""
    if first.kind == ItemKind.FAILING_TEST:
        return view.since(max(one.run.at for one in view.tests.failing if one.path == path))
    if path in view.session.files or first.kind == ItemKind.CONFLICT:
        return 0.0
    if first.kind in (ItemKind.TODO, ItemKind.UNFINISHED):
        return view.since(max(mark.at for mark in view.calls[path] if mark.kind == MarkKind(first.kind)))
    return view.since(view.mtime(path))


def _under(fact: Fact) -> list[Step]:
    if fact.kind in (ItemKind.TODO, ItemKind.UNFINISHED):
        return list(fact.steps)
    return [Step(fact.text, StepKind(fact.kind), fact.line), *fact.steps] if fact.kind == ItemKind.FAILING_TEST else []


def _event_of(view: View, path: str) -> set[int]:
    seen = view.session.files.get(path)
    return {seen.id} if seen else set()


def _counted(view: View) -> Iterator[Item]:
    """Marks that came with many others, by folder: nobody is asked to mend them one by one."""
    for folder, count in view.bulk_marks.items():
        said = f"{plural(count, 'mark')} in {text.path(folder)}"
        yield Item(SectionKey.IN_PROGRESS, ItemKind.MARKS, said, rank=Rank(TOOL, True, 0.0))


def _also(rest: Sequence[tuple[float, str]]) -> Iterator[Item]:
    if rest:
        said = f"Also uncommitted: {plural(len(rest), 'file')} (see Files Touched)"
        newest, _ = rest[0]
        yield Item(SectionKey.IN_PROGRESS, ItemKind.REST, said, paths=tuple(path for _, path in rest), rank=Rank(TOOL, True, newest))


def _wip(view: View, seen: Recorded[Commit]) -> Item:
    fact = seen.fact
    pushed = "" if view.commits.pushed(fact.new) or not view.commits.waits(fact.new) else ", not pushed"
    lines = changed(sum(change.added for change in fact.changes), sum(change.removed for change in fact.changes))
    said = f"{view.short(fact.new)} {text.subject(fact.subject)} — WIP commit{pushed}, {plural(fact.count, 'file')}, {lines}"
    named = [f"{text.path(change.path)}: {_names(change.names, change.adds)}" for change in fact.changes if change.names or change.adds]
    groups = [named[at : at + WIP_PATHS] for at in range(0, len(named), WIP_PATHS)][:WIP_STEPS]
    steps = tuple(Step("; ".join(group), StepKind.WIP) for group in groups)
    claim = Ancestor(fact.new, "HEAD")
    at, evidence = view.since(seen.at), (seen.id,) if seen.id else ()
    return Item(SectionKey.IN_PROGRESS, ItemKind.WIP, said, steps=steps, evidence=evidence, claims=(claim,), rank=Rank(TOOL, True, seen.at), since=at)


def _names(names: Sequence[str], adds: Sequence[str]) -> str:
    return series([text.name(name, 60) for name in dict.fromkeys([*names, *adds])], 4)
