"""The facts of one file that is being worked on, each as a bullet's wording or as a step. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.handoff.facts.failing_tests import Failing, origin_words
from handoffd.handoff.facts.view import View
from handoffd.model import text
from handoffd.model.change import Change, HunkPlace
from handoffd.model.claims import Claim, DiffersFromHead, LastRunFailed, TextAt, Unmerged, Untracked
from handoffd.model.counts import plural
from handoffd.model.document import Step
from handoffd.model.item_keys import mark_key
from handoffd.model.kinds import EntryKind, ItemKind, MarkKind, OperationKind, StepKind
from handoffd.model.records import dataclass
from handoffd.model.snapshot import Conflict, Entry, OpenMark, Reference

MOST_SUBJECTS = 3
ALL_TESTS = 20
TESTS_A_FILE = 5
MESSAGE = 120
SHORT_MESSAGE = 60
# One commit is replayed on top of HEAD: HEAD holds the other side.
_REPLAYS = (OperationKind.REBASE, OperationKind.CHERRY_PICK, OperationKind.AM, OperationKind.REVERT)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a file: `text` when it is the bullet's own, `short` when it is a step under a stronger one."""

    kind: ItemKind
    line: int
    text: str
    steps: tuple[Step, ...] = ()
    claims: tuple[Claim, ...] = ()
    evidence: tuple[int, ...] = ()
    weight: int = 0
    name: str = ""


def conflict_fact(view: View, conflict: Conflict) -> Fact:
    """Where the markers stand and which commits of both sides touched the path."""
    lines = conflict.lines
    where = f"{plural(len(lines), 'place')} ({'line' if len(lines) == 1 else 'lines'} {_numbers(lines)})" if lines else "no markers in the file"
    operation = view.snapshot.operation
    other = text.branch(operation.other) if operation and operation.other else "other"
    renamed = f" (as {text.path(conflict.other_path)})" if conflict.other_path else ""
    if operation is not None and operation.kind in _REPLAYS:
        steps = _replayed(view, conflict, other)
    else:
        steps = _sides(view, conflict, f"{other} side{renamed}: ")
    claim = Unmerged(conflict.path, view.snapshot.head, operation.other_oid if operation else "")
    what = view.operation or "stash"
    return Fact(ItemKind.CONFLICT, lines[0] if lines else 0, f"{what} conflict, {where}", tuple(steps), (claim,))


def _sides(view: View, conflict: Conflict, head: str) -> list[Step]:
    """The commits of both sides of a merge that touch the path."""
    steps = []
    if conflict.ours:
        steps.append(Step(f"HEAD side: {', '.join(view.short(one.oid) for one in conflict.ours[:MOST_SUBJECTS])}", StepKind.CONFLICT_OURS))
    if conflict.theirs:
        theirs = conflict.theirs[:MOST_SUBJECTS]
        short = head + ", ".join(view.short(one.oid) for one in theirs)
        steps.append(Step(head + "; ".join(_commit(view, one) for one in theirs), StepKind.CONFLICT_THEIRS, short=short))
    return steps


def _replayed(view: View, conflict: Conflict, onto: str) -> list[Step]:
    """A commit is put on top of HEAD, so that HEAD's side is what it is put onto."""
    steps = []
    if conflict.ours:
        said = "; ".join(
            _commit(view, one) + (f" ({text.inline(one.author, 80)})" if one.author.strip() else "") for one in conflict.ours[:MOST_SUBJECTS]
        )
        head = f"{onto if view.operation == OperationKind.REBASE else 'HEAD'} side: "
        steps.append(Step(head + said, StepKind.CONFLICT_OURS, short=head + ", ".join(view.short(one.oid) for one in conflict.ours[:MOST_SUBJECTS])))
    if conflict.theirs:
        steps.append(Step(f"replayed: {_commit(view, conflict.theirs[0])}", StepKind.CONFLICT_THEIRS))
    return steps


def _numbers(lines: Sequence[int]) -> str:
    shown = ", ".join(str(line) for line in lines[:8])
    return f"{shown}, +{len(lines) - 8} more" if len(lines) > 8 else shown


def _commit(view: View, reference: Reference) -> str:
    return f"{view.short(reference.oid)} {text.subject(reference.subject)}"


def tests_fact(view: View, path: str, tests: Sequence[Failing], shown: int) -> Fact:
    """All failing tests of one file; `shown` is how many are named."""
    entry = view.entries.get(path)
    about = f"{plural(len(tests), 'test')} failing"
    if all(one.place is not None and one.place.added for one in tests):
        about += f", added {view.span.words}"
    elif entry is None and not _committed(view, path):
        about += f", file not changed {view.span.words}"
    about += ", uncommitted" if entry is not None and entry.kind != EntryKind.CONFLICTED else ""
    named = sorted(tests, key=lambda one: not one.near)[:shown] if shown < len(tests) else list(tests)
    steps, message = [], ""
    for one in named:
        steps.append(_test_step(view, one, message, len(tests) > 1))
        message = one.failure.message
    if len(named) < len(tests):
        steps.append(Step(f"+{len(tests) - len(named)} more: {_suites(tests, named)}", StepKind.TESTS_MORE, more=len(tests) - len(named)))
    claims = tuple(LastRunFailed(one.failure.id, one.run.id) for one in tests)
    line = next((one.line for one in named if one.line), 0)
    evidence = tuple(sorted({one.run.id for one in tests}))
    return Fact(ItemKind.FAILING_TEST, line, about, tuple(steps), claims, evidence, len(tests))


def _committed(view: View, path: str) -> bool:
    return any(change.path == path for seen in view.commits.counted for change in seen.fact.changes)


def _test_step(view: View, one: Failing, before: str, several: bool) -> Step:
    said = one.failure.message
    message = "same message" if said and said == before else text.inline(said, MESSAGE)
    line = f" ({one.line})" if several and one.line else ""
    words = [message] if message else []
    if one.origin is not None:
        words.append(origin_words(one.origin, view.short))
    about, head = "; ".join(words), f'Test: "{text.inline(one.failure.name, 160)}"{line}'
    short = f"{head} — {text.shorten(about, SHORT_MESSAGE)}" if about else head
    values = {"test": one.failure.id, "message": said}
    return Step(f"{head} — {about}" if about else head, StepKind.TEST, one.line, short, names_change=one.origin is not None, values=values)


def _suites(tests: Sequence[Failing], named: Sequence[Failing]) -> str:
    left: dict[str, int] = {}
    ids = {id(one) for one in named}
    for one in tests:
        if id(one) not in ids:
            suite = one.failure.name.rpartition(" > ")[0].partition(" > ")[0] or one.failure.suite or "tests"
            left[suite] = left.get(suite, 0) + 1
    return ", ".join(f"{text.inline(suite, 60)} ({count})" for suite, count in list(left.items())[:TESTS_A_FILE])


def todo_step(mark: OpenMark, bullet_line: int) -> Step:
    """`TODO: TEXT` on the bullet's own line, else with its line."""
    word = text.name(mark.word or "TODO") if mark.kind == MarkKind.TODO else "Unfinished"
    inside = ", inside a conflict" if mark.conflict else ""
    where = "" if mark.line == bullet_line and not inside else f" (line {mark.line}{inside})"
    values = {"key": mark_key(mark.kind, mark.path, mark.text)}
    return Step(f"{word}{where}: {text.inline(mark.text, 200)}", StepKind(mark.kind), mark.line, values=values)


def mark_claim(mark: OpenMark) -> Claim:
    """The text still stands near the line."""
    return TextAt(mark.path, mark.line, 20, mark.text)


def hunk_fact(view: View, entry: Entry, change: Change | None, near: int) -> Fact | None:
    """What is uncommitted in the file: the hunk at line `near` (a TODO's), else the first one that has a name."""
    edited = ", edited after the last test run" if view.tests.runs and entry.path in view.tests.changed_since else ""
    if entry.kind == EntryKind.UNTRACKED:
        return _new_file(change)
    if entry.kind == EntryKind.SUBMODULE:
        return Fact(ItemKind.HUNK, 0, text.inline(change.lines, 300) if change else "submodule, changed")
    claim = DiffersFromHead(entry.path)
    if entry.kind == EntryKind.DELETED:
        return Fact(ItemKind.DELETED, 0, "deleted, uncommitted", claims=(claim,))
    place = _place(change, near) if change else None
    if change is None or place is None:
        renamed = f"renamed from {text.path(entry.old_path)}, " if entry.old_path else ""
        return Fact(ItemKind.HUNK, 0, f"{renamed or _whole(change)}uncommitted{edited}", claims=(claim,))
    first, last = _extent(change, place)
    span = f"lines {first}-{last}" if last > first else f"line {first}"
    what = (text.name(place.name) + (f" ({span})" if last > first else "")) if place.name else span
    return Fact(ItemKind.HUNK, place.line, f"{what}, uncommitted{edited}", claims=(claim,), name=text.name(place.name) if place.name else "")


def _whole(change: Change | None) -> str:
    if change is None:
        return ""
    return "binary file, " if change.binary else f"{change.compared}, " if change.compared else ""


def _new_file(change: Change | None) -> Fact | None:
    """A new file with definitions; without any it is no bullet."""
    if change is None or not change.adds:
        return None
    names = [text.name(name, 80) for name in change.adds]
    shown = ", ".join(names[:4]) + (f", +{len(names) - 4} more" if len(names) > 4 else "")
    line = change.definitions[0].line if change.definitions else 1
    claim = Untracked(change.path)
    return Fact(ItemKind.NEW_FILE, line, f"new file, untracked, +{change.added}: adds {shown}", claims=(claim,), name=names[0])


def _place(change: Change, near: int) -> HunkPlace | None:
    holding = [place for place in change.places if near and place.line <= near <= max(place.last, place.line)]
    named = [place for place in change.places if place.name]
    return next(iter([*holding, *named, *change.places]), None)


def _extent(change: Change, place: HunkPlace) -> tuple[int, int]:
    """From the first to the last hunk of the same definition."""
    same = [one for one in change.places if one.name == place.name] if place.name else [place]
    return min(one.line for one in same), max(max(one.last, one.line) for one in same)
