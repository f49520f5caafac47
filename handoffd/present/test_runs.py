"""Test runs beside the files as they are now: where failing tests stand, whose names they speak of, what changed since the run."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from handoffd.code.definitions import definitions
from handoffd.code.file_roles import is_test
from handoffd.code.languages import family_of
from handoffd.git.content import BIGGEST, read_bytes, read_text
from handoffd.git.status import worktree_changed_paths
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.change import Change
from handoffd.model.errors import UserError
from handoffd.model.facts import Failure, Test
from handoffd.model.questions import AskedCommit
from handoffd.model.session import Recorded
from handoffd.model.snapshot import FailurePlace, RunTree

FAILURES = 500
_BODY = 80


def run_trees(reader: WorktreeReader, runs: Sequence[Recorded[Test]], large: Collection[str]) -> tuple[RunTree, ...]:
    """For each run what differs now from the tree it ran on. `large` files that differ from HEAD are not read: they count as changed."""
    return tuple(RunTree(seen.id, _changed(reader, seen.fact, large), not seen.fact.dirty) for seen in runs)


def _changed(reader: WorktreeReader, run: Test, large: Collection[str]) -> tuple[str, ...]:
    try:
        differing = {*worktree_changed_paths(reader.git, run.head, large), *large} if run.head else set()
        untracked = reader.git.run("ls-files", "-z", "--others", "--exclude-standard")
    except UserError:
        return ()
    differing |= {path for path in untracked.decode("utf-8", "surrogateescape").split("\0") if path}
    # What was dirty at the run is known by its name as journalled.
    kept = dict(run.dirty)
    names = {reader.redactor.text(path): path for path in differing}
    dirty = {names.get(path, path): blob for path, blob in kept.items()}
    changed = [path for path in differing | set(dirty) if _differs(reader, path, dirty.get(path), path in differing)]
    return tuple(sorted(path for path in changed if not reader.ignored(path)))


def _differs(reader: WorktreeReader, path: str, then: str | None, differs_from_head: bool) -> bool:
    if then is None:
        return differs_from_head
    data = read_bytes(reader, path, 4 * BIGGEST)
    return (reader.objects.blob_oid(data) if data is not None else "") != then


def failure_places(
    reader: WorktreeReader, runs: Sequence[Recorded[Test]], uncommitted: Sequence[Change], counted: Sequence[AskedCommit]
) -> tuple[FailurePlace, ...]:
    """Where each failing test of the newest runs stands now, and which of the session's changed definitions it names."""
    changed = [change for commit in counted for change in commit.changes] + list(uncommitted)
    names = {name for change in changed if not is_test(change.path) for name in (*change.adds, *change.names)}
    added = {(change.path, name) for change in changed for name in change.adds}
    failures = [failure for seen in runs for failure in seen.fact.failures][:FAILURES]
    return tuple(_place(reader, failure, names, added) for failure in failures)


def _place(reader: WorktreeReader, failure: Failure, names: set[str], added: set[tuple[str, str]]) -> FailurePlace:
    text = read_text(reader, failure.path) if failure.path else None
    lines = (text or "").split("\n")
    line = _line(failure, lines) if text is not None else 0
    body = _body(failure.path, text, line) if text is not None else ""
    words = tuple(sorted(name for name in names if _stands(name, f"{failure.name}\n{body}")))
    short = failure.name.rsplit(" > ", 1)[-1]
    new = any((failure.path, name) in added for name in (failure.name, short, short.partition("[")[0]))
    return FailurePlace(failure.id, failure.path, line, words, new)


def _line(failure: Failure, lines: list[str]) -> int:
    """The last frame in the test's file, else the report's line, else the line that holds the name; never beyond the end."""
    frames = [line for path, line in failure.frames if path == failure.path]
    for line in (*reversed(frames), failure.line):
        if 0 < line <= len(lines):
            return line
    name = failure.name.rsplit(" > ", 1)[-1].partition("[")[0]
    return next((number for number, line in enumerate(lines, 1) if name and name in line), 0)


def _body(path: str, text: str, line: int) -> str:
    """The test's own text: its definition when the language has them, else the lines from the test's opening down."""
    lines = text.split("\n")
    around = [one for one in definitions(text, family_of(path)) if one.line <= line <= one.last]
    if around:
        inner = max(around, key=lambda one: one.line)
        return "\n".join(lines[inner.line - 1 : min(inner.last, inner.line + 4 * _BODY)])
    return "\n".join(lines[max(0, line - 1) : line + _BODY]) if line else ""


def _stands(name: str, text: str) -> bool:
    return len(name) > 2 and re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text) is not None
