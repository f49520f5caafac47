"""What's Done: a line for each finished commit, with its files and the names that it adds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.truth.document import Doc, names
from tests.truth.truth import Truth

Told = Iterator[tuple[str, str]]


def _subject(subject: str) -> str:
    rest = re.sub(r"^(?:feat|fix|refactor|docs|test|chore)(?:\([^)]*\))?: ", "", subject)
    return rest[:1].upper() + rest[1:]


def check(truth: Truth, doc: Doc) -> Told:
    """A line for each finished commit of the session."""
    lines = doc.texts("What's Done")
    taken = set(truth.reverted) | set(truth.reverted.values())
    free = list(lines)
    notes = {one.text for one in truth.books.notes if one.kind == "done" or one.done is not None}
    for oid in truth.of_session:
        one = truth.commit(oid)
        if len(one.parents) > 1:
            continue
        said = _subject(one.subject)
        found = next((line for line in free if line == said or line.startswith((f"{said} (", f"{said} — "))), None)
        if one.wip or oid in taken:
            if found:
                free.remove(found)
                yield "done: false", f"{found!r}: {'unfinished' if one.wip else 'reverted or a revert'}"
            continue
        if found is None:
            yield "done: missing", f"{one.short} {one.subject}"
            continue
        free.remove(found)
        yield from _files(truth, oid, found)
        yield from _names(truth, oid, found)
    for line in free:
        known = line.startswith(("Merge ", "Tests green again", "+")) or line in notes or any(line == text for text in notes)
        if not known:
            yield "done: false", f"{line!r}: no commit of this session says so"


def _files(truth: Truth, oid: str, line: str) -> Told:
    paths = set(truth.world.lines("diff-tree", "-r", "-M", "--root", "--no-commit-id", "--name-only", oid))
    count = re.search(r"\((\d+) files?[);]", line)
    if count and int(count[1]) != len(paths):
        yield "done: files", f"{line!r}: {len(paths)} files"
    named = re.search(r"\(([^()]*)\)$", line)
    if named and not count and set(named[1].split(", ")) != paths:
        yield "done: paths", f"{line!r}: {sorted(paths)}"


def _names(truth: Truth, oid: str, line: str) -> Told:
    """A name that a commit adds stands on a line that it adds; one that it changes stands in its diff or in a file of it."""
    shown = truth.world.git("show", "-U99999", "--format=", oid)
    added = "\n".join(row for row in shown.split("\n") if row.startswith("+"))
    for word, text in (("adds", added), ("in", shown)):
        for name in names(line, f" — {word} "):
            if name not in text:
                yield "done: names", f"{line!r}: {name} is not there"
