"""The Resume Command: its counts, and a next step that can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.truth.books import Note
from tests.truth.checks_work import TODOS, failing
from tests.truth.document import Doc
from tests.truth.truth import Truth

Told = Iterator[tuple[str, str]]


def check(truth: Truth, doc: Doc) -> Told:
    """State, then the step."""
    rows = [row.removeprefix("> ") for row in doc.raw.get("Resume Command", [])]
    if not rows or not rows[0].startswith("Continue working on "):
        yield "resume: form", str(rows[:1])
        return
    if truth.branch and not rows[0].startswith(f"Continue working on {truth.branch} branch."):
        yield "resume: branch", rows[0]
    yield from _state(truth, rows[0])
    steps = [row.removeprefix("Next step: ") for row in rows if row.startswith("Next step: ")]
    if len(steps) != 1:
        yield "resume: next step", f"{len(steps)} steps"
        return
    yield from _step(truth, doc, steps[0])
    for path, line in re.findall(r"(?<![\w/.-])([\w/.-]+\.\w+):(\d+)", "\n".join(rows[1:])):
        lines = truth.text(path)
        if lines is None or int(line) > len(lines):
            yield "resume: place", f"{path}:{line} is not there"


def _state(truth: Truth, row: str) -> Told:
    count = re.search(r"(\d+|No) commits? this session", row)
    told = 0 if not count or count[1] == "No" else int(count[1])
    if told != len(truth.of_session):
        yield "resume: commits", f"{row}: are {len(truth.of_session)}"
    waits = re.search(r"(\d+) not pushed", row)
    if truth.branch and not truth.operation and (int(waits[1]) if waits else 0) != len(truth.unpushed):
        yield "resume: not pushed", f"{row}: are {len(truth.unpushed)}"
    if bool(truth.operation) != bool(re.search(r"\b(?:Merge|Rebase|Cherry-pick|Revert)\b.* open", row)):
        yield "resume: operation", f"{row}: {truth.operation or 'nothing'} is open"
    for kind in ("untracked", "modified"):
        found = re.search(rf"(\d+) (?:files? )?{kind}", row)
        tracked = sum(len(paths) for name, paths in truth.entries.items() if name not in ("untracked", "conflicted"))
        right = {len(truth.entries.get(kind, ())), tracked if kind == "modified" else len(truth.untracked)}
        if not truth.operation and (int(found[1]) if found else 0) not in right:
            yield f"resume: {kind}", f"{row}: are {sorted(right)}"


def _mine(truth: Truth, note: Note) -> bool:
    return note.line is truth.line


def _step(truth: Truth, doc: Doc, step: str) -> Told:
    """The first that holds: conflicts, failing tests, a doing note, the newest mark, a hunk, what is pending, nothing."""
    red = failing(truth)
    doing = [note.text for note in truth.books.notes if note.kind == "doing" and note.done is None and truth.line and _mine(truth, note)]
    marks = {text: where for text, where in truth.standing(TODOS).items() if where[2]}
    also = [note.text for note in truth.books.notes if note.kind == "doing" and note.session == truth.books.session]
    if truth.entries.get("conflicted"):
        right = step.startswith("Resolve the conflict")
    elif truth.operation:
        right = step.startswith(("Commit the merge", f"git {truth.operation} --continue"))
    elif red is None:
        right = True
    elif red:
        right = step.startswith(f"Fix {len(red)} failing test")
    elif doing:
        right = any(text in step for text in [*doing, *also])
    elif marks:
        right = any(text in step for text in [*truth.standing(TODOS), *also])  # a note of this session that was made on another branch may stand
    else:
        right = not step.startswith(("Resolve the conflict", "Fix "))
    if not right:
        yield "resume: next step", f"{step!r}: conflicts {sorted(truth.entries.get('conflicted', ()))}, red {red}, doing {doing[-1:]}, marks {list(marks)[-2:]}"
    if step.startswith("Push ") and truth.behind:
        yield "resume: push refused", f"{step!r} while {truth.behind} behind"
    if step.startswith("Nothing open") and (doc["What's In Progress"] or doc["What's Pending"] or truth.unpushed):
        yield "resume: nothing open", f"{len(truth.unpushed)} not pushed, {doc.texts(chr(87) + 'hat' + chr(39) + 's Pending')[:2]}"
