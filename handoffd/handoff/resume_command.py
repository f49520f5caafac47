"""The Resume Command: where the work stands and the one next step, copy-pasteable. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.handoff.failing import Failing, first_to_fix
from handoffd.handoff.view import View
from handoffd.handoff.words import joined, plural
from handoffd.model import text
from handoffd.model.document import Item, Resume

FEW_CONFLICTS = 3
FEW_TODOS = 5


def resume(view: View, in_progress: Sequence[Item], pending: Sequence[Item]) -> Resume:
    """The lines after `> `."""
    steps = _steps(view, in_progress, pending)
    first = steps[0] if steps else "Nothing open: see What's Done"
    lines = [f"Continue working on {_branch(view)}. {_state(view)}.", f"Next step: {_ended(first)}"]
    after = [step for step in _after(view, in_progress) if step not in first][:2]
    if after:
        lines.append(f"After that: {_ended('; '.join(after))}")
    todos = [place for place in _todos(view) if place not in first]
    if todos and _has_stronger(view, in_progress):
        more = f", +{len(todos) - FEW_TODOS} more" if len(todos) > FEW_TODOS else ""
        lines.append(f"Open TODOs: {', '.join(todos[:FEW_TODOS])}{more}.")
    command = next((run.fact.command for run in view.runs if run.fact.command), "")
    if command:
        lines.append(f"Check with: {text.code(command)}")
    return Resume(tuple(lines), first)


def _branch(view: View) -> str:
    if view.snapshot.branch:
        return f"{text.branch(view.snapshot.branch)} branch"
    return f"detached HEAD at {view.short(view.snapshot.head)}" if view.snapshot.head else "this worktree"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."


def _state(view: View) -> str:
    parts = []
    operation = view.snapshot.operation
    if operation is not None:
        other = f" of {text.branch(operation.other)}" if operation.other and operation.kind == "merge" else ""
        conflicted = f", {plural(len(view.unresolved), 'file')} conflicted" if view.unresolved else ""
        parts.append(f"{operation.kind.capitalize()}{other} open{conflicted}")
    parts.append(_commits(view))
    parts += _files(view)
    parts.append(_tests(view))
    said = "; ".join(parts)
    return f"{view.message.rstrip('.')}. {said}" if view.message else said


def _commits(view: View) -> str:
    if not view.counted:
        return "No commits this session" if view.snapshot.operation is None else "no commits this session"
    own = {seen.fact.new for seen in view.counted}
    left = sum(1 for oid in view.unpushed if oid in own) if view.snapshot.known else 0
    return f"{plural(len(view.counted), 'commit')} this session" + (f", {left} not pushed" if left and view.snapshot.branch else "")


def _files(view: View) -> list[str]:
    if view.snapshot.operation is not None:
        return []
    modified = sum(1 for entry in view.snapshot.entries if entry.kind not in ("untracked", "conflicted"))
    untracked = sum(1 for entry in view.snapshot.entries if entry.kind == "untracked")
    said = ([f"{plural(modified, 'file')} modified"] if modified else []) + ([f"{untracked} untracked"] if untracked and modified else [])
    return [", ".join(said)] if said else ([f"{plural(untracked, 'file')} untracked"] if untracked else [])


def _tests(view: View) -> str:
    if not view.runs:
        return "tests not run this session"
    passed, failed = (sum(getattr(run.fact, name) for run in view.runs) for name in ("passed", "failed"))
    operation, newest = view.snapshot.operation, view.runs[0]
    before = f", before the {operation.kind}" if operation and operation.since and newest.at < operation.since else ""
    return f"tests {passed} passed, {failed} failed at {view.clock(newest.at)}{before}"


def _steps(view: View, in_progress: Sequence[Item], pending: Sequence[Item]) -> list[str]:
    """Candidates for the next step, strongest first."""
    found = [view.message] if view.message else []
    found += _conflicts(view) + _fix(view)
    found += [_doing(item) for item in in_progress if item.kind == "note"]
    found += _todo(view) + _hunk(in_progress)
    return found + [_pending(item) for item in pending]


def _conflicts(view: View) -> list[str]:
    if not view.unresolved:
        operation = view.snapshot.operation
        words = {
            "merge": "Commit the merge",
            "rebase": "git rebase --continue",
            "cherry-pick": "git cherry-pick --continue",
            "revert": "git revert --continue",
        }
        return [words[operation.kind]] if operation is not None and operation.kind in words else []
    shown = view.unresolved[:FEW_CONFLICTS]
    places = [_place(conflict.path, conflict.lines) for conflict in shown]
    more = f" and {len(view.unresolved) - len(shown)} more files" if len(view.unresolved) > len(shown) else ""
    kind = view.snapshot.operation.kind if view.snapshot.operation else ""
    ending = (
        f", then commit the {kind}" if kind == "merge" else f", then git {kind} --continue" if kind in ("rebase", "cherry-pick", "revert") else ""
    )
    return [f"Resolve the conflicts in {joined(places) if not more else ', '.join(places)}{more}{ending}"]


def _place(path: str, lines: Sequence[int]) -> str:
    return f"{text.path(path, lines[0])} ({plural(len(lines), 'place')})" if lines else text.path(path)


def _fix(view: View) -> list[str]:
    if not view.failed:
        return []
    said = f"Fix {plural(view.failed, 'failing test')}"
    first = first_failing(view)
    return [f"{said}, first {_test(first)}"] if first else [said]


def first_failing(view: View) -> Failing | None:
    """One that names a changed definition, then one that names none, last one whose definition changed since the run."""
    return first_to_fix(view.failing, {})


def _test(one: Failing) -> str:
    place = text.path(one.path, one.line) if one.path else text.inline(one.failure.suite or one.failure.name, 80)
    parts = [text.inline(one.failure.name, 80)]
    message = f": {text.inline(one.failure.message, 120)}" if one.failure.message else ""
    origin = one.origin
    if origin and origin.still and origin.line:
        message += f"; {text.name(origin.name)} changed at {text.path(origin.path, origin.line, origin.last)}"
    return f"{place} ({parts[0]}{message})"


def _doing(item: Item) -> str:
    place = text.path(item.path, item.line, item.last) if item.path else ""
    steps = [step.text for step in item.steps if step.kind == "note"]
    detail = f" ({'; '.join(steps[:2])})" if steps else ""
    return f"{item.text}{f' in {place}' if place else ''}{detail}"


def _todo(view: View) -> list[str]:
    newest = view.marks("todo")[:1]
    return [f"{text.inline(mark.text, 120)} at {text.path(mark.path, mark.line)}" for mark in newest]


def _todos(view: View) -> list[str]:
    return [text.path(mark.path, mark.line) for mark in view.marks("todo")]


def _hunk(in_progress: Sequence[Item]) -> list[str]:
    for item in in_progress:
        if item.kind in ("hunk", "new_file") and item.path:
            name = f"{item.category}, " if item.category else ""
            state = "untracked" if item.kind == "new_file" else "uncommitted"
            return [f"Continue at {text.path(item.path, item.line)} ({name}{state})"]
    return []


def _pending(item: Item) -> str:
    place = f" in {text.path(item.path, item.line)}" if item.path and item.source == "person" else ""
    return f"{item.text}{place}"


def _has_stronger(view: View, in_progress: Sequence[Item]) -> bool:
    return bool(view.message or view.failed or view.unresolved or len(view.marks("todo")) > 1 or any(item.kind == "note" for item in in_progress))


def _after(view: View, in_progress: Sequence[Item]) -> list[str]:
    """What comes behind conflicts: tests to run and to fix, commits to push."""
    del in_progress
    if not view.unresolved:
        return []
    found = []
    again = "Run the tests again" if view.runs else ""
    first = first_failing(view)
    fix = f"fix {plural(view.failed, 'failing test')}" + (
        f", first {text.path(first.path, first.line)} ({text.inline(first.failure.name, 80)})" if first else ""
    )
    if again or view.failed:
        found.append(", ".join(part for part in (again, fix if view.failed else "") if part))
    if view.unpushed and view.snapshot.upstream:
        found.append(f"push {plural(len(view.unpushed), 'commit')}")
    return found
