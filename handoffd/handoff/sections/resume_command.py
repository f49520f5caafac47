"""The Resume Command: where the work stands and the one next step, copy-pasteable. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from handoffd.handoff.facts.changed_definitions import Changed
from handoffd.handoff.facts.failing_tests import Failing, first_to_fix
from handoffd.handoff.facts.test_runs import outcome
from handoffd.handoff.facts.view import View
from handoffd.handoff.words import joined, series
from handoffd.model import text
from handoffd.model.counts import plural
from handoffd.model.document import Item, Resume
from handoffd.model.kinds import EntryKind, ItemKind, MarkKind, OperationKind, Origin, StepKind
from handoffd.model.local_time import day
from handoffd.model.records import dataclass
from handoffd.model.test_runs import counted, partial

FEW_CONFLICTS = 3
FEW_TODOS = 5
FEW_LATER = 2
MESSAGE = 500
# How an open operation ends: as a step of its own, and behind another.
_ENDINGS = {
    OperationKind.MERGE: ("Commit the merge", "commit the merge"),
    OperationKind.REBASE: ("git rebase --continue", "git rebase --continue"),
    OperationKind.CHERRY_PICK: ("git cherry-pick --continue", "git cherry-pick --continue"),
    OperationKind.REVERT: ("git revert --continue", "git revert --continue"),
}


class _Why(Enum):
    """What makes something the next step, strongest first."""

    MESSAGE = auto()
    CONFLICT = auto()
    FIX = auto()
    NOTE = auto()
    TODO = auto()
    HUNK = auto()
    PENDING = auto()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Something to do next. `later` is the wording where it is not the next step."""

    why: _Why
    text: str
    later: str = ""
    place: str = ""


def resume(view: View, done: Sequence[Item], in_progress: Sequence[Item], pending: Sequence[Item]) -> Resume:
    """The lines after `> `."""
    steps = _steps(view, in_progress, pending)
    first = steps[0] if steps else _Candidate(_Why.PENDING, "Nothing open: see What's Done" if done else "Nothing open")
    lines = [f"Continue working on {_branch(view)}. {_state(view)}.", f"Next step: {_ended(first.text)}"]
    after = _after(view, steps)
    if after:
        lines.append(f"After that: {_ended('; '.join(after))}")
    todos = [place for place in _todos(view) if place != first.place]
    if todos and steps:
        lines.append(f"Open TODOs: {series(todos, FEW_TODOS)}.")
    command = next((run.fact.command for run in view.tests.runs if run.fact.command), "")
    if command:
        lines.append(f"Check with: {text.code(command)}")
    return Resume(tuple(lines), first.text)


def _after(view: View, steps: Sequence[_Candidate]) -> list[str]:
    """The stronger work behind the next step, and with it what is to be pushed; TODOs have a line of their own."""
    found = [step.later or step.text for step in steps[1:] if step.why in (_Why.CONFLICT, _Why.FIX, _Why.NOTE)][:FEW_LATER]
    if steps and steps[0].why is _Why.CONFLICT and view.tests.runs and not view.tests.failed:
        found = ["run the tests again", *found]
    if found and view.commits.unpushed and view.snapshot.upstream and not view.snapshot.upstream_gone:
        found.append(f"push {plural(len(view.commits.unpushed), 'commit')}")
    return [found[0][:1].upper() + found[0][1:], *found[1:]] if found else []


def _branch(view: View) -> str:
    if view.snapshot.branch:
        return f"{text.branch(view.snapshot.branch)} branch"
    return f"detached HEAD at {view.short(view.snapshot.head)}" if view.snapshot.head else "this worktree"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."


def _state(view: View) -> str:
    operation, conflicted = view.snapshot.operation, f"{plural(len(view.unresolved), 'file')} conflicted" if view.unresolved else ""
    parts = [conflicted] if conflicted and operation is None else []
    if operation is not None:
        other = f" of {text.branch(operation.other)}" if operation.other and operation.kind == OperationKind.MERGE else ""
        parts.append(f"{view.operation.capitalize()}{other} open" + (f", {conflicted}" if conflicted else ""))
    parts += [_commits(view), *_files(view), _tests(view)]
    said = "; ".join(parts)
    return f"{_ended(text.inline(view.notes.message, MESSAGE))} {said}" if view.notes.message else said


def _commits(view: View) -> str:
    left = len(view.commits.unpushed) if view.snapshot.known and view.snapshot.has_remote else 0
    waiting = f", {left} not pushed" if left and view.snapshot.branch else ""
    if not view.commits.counted:
        return f"{'No' if view.snapshot.operation is None else 'no'} commits {view.span.words}{waiting}"
    return f"{plural(len(view.commits.counted), 'commit')} {view.span.words}{waiting}"


def _files(view: View) -> list[str]:
    """What an open operation staged is its own, not the session's."""
    opened = view.snapshot.operation is not None
    own = [entry for entry in view.listed if not (opened and entry.staged and not entry.unstaged)]
    untracked = sum(1 for entry in own if entry.kind == EntryKind.UNTRACKED)
    modified = sum(1 for entry in own if entry.kind not in (EntryKind.UNTRACKED, EntryKind.CONFLICTED, EntryKind.NOT_COMPARED))
    if not modified:
        return [f"{plural(untracked, 'file')} untracked"] if untracked else []
    return [f"{plural(modified, 'file')} modified" + (f", {untracked} untracked" if untracked else "")]


def _tests(view: View) -> str:
    if not view.tests.runs:
        return "no test run seen"
    if not view.tests.seen_now:
        failed = f", {view.tests.failed} failing since {day(view.tests.runs[0].at)}" if view.tests.failed else ""
        return f"no test run seen{failed}"
    operation, newest = view.snapshot.operation, view.tests.in_bullet[0]
    before = f", before the {view.operation}" if operation and operation.since and newest.at < operation.since else ""
    if not counted(newest.fact):
        return f"tests {outcome(view.tests.in_bullet, view.snapshot.going)} at {view.clock(newest.at)}{before}"
    passed, failed = (sum(getattr(run.fact, name) for run in view.tests.in_bullet) for name in ("passed", "failed"))
    only = f" ({text.inline(newest.fact.scope, 120)})" if partial(newest.fact) else ""
    return f"tests {passed} passed, {failed} failed at {view.clock(newest.at)}{before}{only}"


def _steps(view: View, in_progress: Sequence[Item], pending: Sequence[Item]) -> list[_Candidate]:
    """What could be the next step, strongest first."""
    found = [_Candidate(_Why.MESSAGE, text.inline(view.notes.message, MESSAGE))] if view.notes.message else []
    found += [_Candidate(_Why.CONFLICT, step) for step in _conflicts(view)]
    found += _fix(view, in_progress)
    found += [_Candidate(_Why.NOTE, _doing(item)) for item in in_progress if item.kind == ItemKind.NOTE]
    found += _todo(view)
    found += [_Candidate(_Why.HUNK, step) for step in _hunk(in_progress)]
    return found + [_Candidate(_Why.PENDING, _pending(item)) for item in pending]


def _conflicts(view: View) -> list[str]:
    if not view.unresolved:
        operation = view.snapshot.operation
        return [_ENDINGS[operation.kind][0]] if operation is not None and operation.kind in _ENDINGS else []
    shown = view.unresolved[:FEW_CONFLICTS]
    places = [_place(conflict.path, conflict.lines) for conflict in shown]
    more = f" and {len(view.unresolved) - len(shown)} more files" if len(view.unresolved) > len(shown) else ""
    operation = view.snapshot.operation
    ending = f", then {_ENDINGS[operation.kind][1]}" if operation and operation.kind in _ENDINGS else ""
    return [f"Resolve the conflicts in {joined(places) if not more else ', '.join(places)}{more}{ending}"]


def _place(path: str, lines: Sequence[int]) -> str:
    return f"{text.path(path, lines[0])} ({plural(len(lines), 'place')})" if lines else text.path(path)


def _fix(view: View, in_progress: Sequence[Item]) -> list[_Candidate]:
    if not view.tests.failed:
        return []
    order = [step.values["test"] for item in in_progress for step in item.steps if step.kind == StepKind.TEST]
    first = first_to_fix(view.tests.failing, {test: number for number, test in reversed(list(enumerate(order)))})
    said = f"ix {plural(view.tests.failed, 'failing test')}"
    again = "run the tests again, " if view.unresolved else ""
    if first is None:
        return [_Candidate(_Why.FIX, f"F{said}", f"{again}f{said}")]
    return [_Candidate(_Why.FIX, f"F{said}, first {_test(first)}", f"{again}f{said}, first {_test_in_short(first)}")]


def _test(one: Failing) -> str:
    """PATH:LINE (NAME: MESSAGE; DEF changed at PATH:LINE)."""
    message = f": {text.inline(one.failure.message, 120)}" if one.failure.message.strip() else ""
    origin = f"; {text.name(one.origin.name, 80)} changed at {_where(one.origin)}" if one.origin and one.near else ""
    return f"{_test_place(one)} ({text.inline(one.failure.name, 80)}{message}{origin})"


def _test_in_short(one: Failing) -> str:
    origin = one.origin if one.near else None
    about = f"{text.name(origin.name, 80)}, changed at {_where(origin)}" if origin else text.inline(one.failure.name, 80)
    return f"{_test_place(one)} ({about})"


def _where(origin: Changed) -> str:
    return text.path(origin.path, origin.line, origin.last)


def _test_place(one: Failing) -> str:
    return text.path(one.path, one.line) if one.path else text.inline(one.failure.suite or one.failure.name, 80)


def _doing(item: Item) -> str:
    place = text.path(item.path, item.line, item.last) if item.path else ""
    steps = [step.text for step in item.steps if step.kind == StepKind.NOTE]
    detail = f" ({'; '.join(steps[:2])})" if steps else ""
    return f"{item.text}{f' in {place}' if place else ''}{detail}"


def _todo(view: View) -> list[_Candidate]:
    both = sorted((*view.marks(MarkKind.TODO), *view.marks(MarkKind.UNFINISHED)), key=lambda mark: -mark.at)
    newest = next((mark for mark in both if not mark.conflict), None)
    if newest is None:
        return []
    place = text.path(newest.path, newest.line)
    word = text.name(newest.word or "TODO") if newest.kind == MarkKind.TODO else "Unfinished"
    said = f": {text.inline(newest.text, 120)}" if newest.text.strip() else ""
    return [_Candidate(_Why.TODO, f"{word} at {place}{said}", place=place)]


def _todos(view: View) -> list[str]:
    """Where they stand, newest first; those between conflict markers stand in the conflict's bullet."""
    return list(dict.fromkeys(text.path(mark.path, mark.line) for mark in view.marks(MarkKind.TODO) if not mark.conflict))


def _hunk(in_progress: Sequence[Item]) -> list[str]:
    for item in in_progress:
        if item.kind in (ItemKind.HUNK, ItemKind.NEW_FILE) and item.path:
            name = f"{item.category}, " if item.category else ""
            state = "untracked" if item.kind == ItemKind.NEW_FILE else "uncommitted"
            return [f"Continue at {text.path(item.path, item.line)} ({name}{state})"]
    return []


def _pending(item: Item) -> str:
    place = f" in {text.path(item.path, item.line)}" if item.path and item.source == Origin.PERSON else ""
    return f"{item.text}{place}"
