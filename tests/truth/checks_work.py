"""What's In Progress, and what the failing tests of it make pending."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.truth.document import Bullet, Doc, names
from tests.truth.truth import Truth

Told = Iterator[tuple[str, str]]
TODOS = ("TODO", "FIXME", "XXX", "HACK")
PLACE = re.compile(r"^(\S+?)(?::(\d+)(?:-(\d+))?)? — (.*)$")
STEP = re.compile(r"(TODO|FIXME|XXX|HACK)(?: \(line (\d+)(, inside a conflict)?\))?: (.*)$")
PROGRESS, PENDING = "What's In Progress", "What's Pending"


def folded(bullets: list[Bullet]) -> bool:
    return any(re.match(r"\+\d+ more", bullet.text) for bullet in bullets)


def check(truth: Truth, doc: Doc) -> Told:
    """Every bullet holds what it says; nothing open is missing."""
    for heading in (PROGRESS, PENDING):
        yield from _places(truth, heading, doc[heading])
    yield from _todos(truth, doc[PROGRESS])
    yield from _conflicts(truth, doc[PROGRESS])
    yield from _failing(truth, doc)
    yield from _wip(truth, doc[PROGRESS])
    yield from _hunks(truth, doc)


def place(bullet: Bullet) -> tuple[str, int, str]:
    """Path, line (0: none) and the rest; '' when the bullet has no place."""
    found = PLACE.match(bullet.text)
    if not found or re.fullmatch("[0-9a-f]{7,40}", found[1]) or " " in found[1] or found[1] == "Test":
        return "", 0, bullet.text
    return found[1], int(found[2] or 0), found[4]


def _places(truth: Truth, heading: str, bullets: list[Bullet]) -> Told:
    """A path with a line is a file that has the line."""
    for bullet in bullets:
        path, line, _ = place(bullet)
        if not path or not line:
            continue
        rows = truth.text(path)
        if rows is None or line > len(rows):
            yield "place: not there", f"{heading}: {bullet.text}"


def _todos(truth: Truth, bullets: list[Bullet]) -> Told:
    told = set()
    for bullet in bullets:
        path, line, _ = place(bullet)
        for step in bullet.steps:
            found = STEP.match(step)
            if not found:
                continue
            told.add(found[4])
            rows, at = truth.text(path) or [], int(found[2] or line)
            if not (0 < at <= len(rows) and re.search(rf"\b{found[1]}\b.*{re.escape(found[4])}(?!\d)", rows[at - 1])):
                yield "todo: false", f"{bullet.text} | {step}: the line is {rows[at - 1] if 0 < at <= len(rows) else None!r}"
    for text, (path, at, wanted) in truth.standing(TODOS).items():
        if wanted and text not in told and not folded(bullets):
            yield "todo: missing", f"{path}:{at} {text}"
        if truth.branch not in ("main", "") and text in told and re.search(rf"{re.escape(text)}(?!\d)", truth.of_default):
            yield "todo: not of this branch", f"{path}:{at} {text}"


def _conflicts(truth: Truth, bullets: list[Bullet]) -> Told:
    told = {}
    for bullet in bullets:
        path, line, rest = place(bullet)
        found = re.match(r"\S+ conflict, (\d+) places? \(lines? ([\d, ]+)", rest)
        if found or re.match(r"\S+ conflict\b", rest):
            told[path] = (line, int(found[1]) if found else 0, bullet)
    real = truth.entries.get("conflicted", set())
    for path in sorted(real ^ told.keys()):
        yield f"conflict: {'missing' if path in real else 'false'}", path
    for path, (line, count, bullet) in told.items():
        places = [at for at, row in enumerate(truth.text(path) or [], 1) if row.startswith("<<<<<<<")]
        if count != len(places) or (places and line != places[0]):
            yield "conflict: places", f"{bullet.text}: {places}"
        for step in bullet.steps:
            yield from _side(truth, step)


def _side(truth: Truth, step: str) -> Told:
    found = re.match(r"(\S+) side(?: \(as [^)]*\))?: (.*)$|(replayed): (.*)$", step)
    if not found:
        return
    who, what = (found[1], found[2]) if found[1] else (found[3], found[4])
    for short in re.findall(r"(?:^|[;,] )([0-9a-f]{7,40})\b", what):
        oid = truth.full(short)
        ours = who == "HEAD" or (who not in ("replayed", "other") and truth.operation != "merge")
        if not oid:
            yield "conflict: side", f"{step}: {short} is no commit"
        elif ours and oid not in truth.reached:
            yield "conflict: side", f"{step}: HEAD does not hold {short}"
        elif not ours and oid in truth.reached and truth.operation != "revert":
            yield "conflict: side", f"{step}: HEAD holds {short}"


def failing(truth: Truth) -> list[tuple[str, str]] | None:
    """Tests that are red by the newest run and still defined; None when the newest run was on another branch."""
    runs = truth.books.runs
    if not runs:
        return []
    if runs[-1].line is not truth.line:
        return None
    return [(path, name) for path, name, _ in runs[-1].failed if any(f"{name}(" in row for row in truth.text(path) or [])]


def _failing(truth: Truth, doc: Doc) -> Told:
    right = failing(truth)
    if right is None:
        return
    told = []
    for bullet in doc[PROGRESS]:
        path, line, _rest = place(bullet)
        for step in bullet.steps:
            found = re.match(r'Test: "([^"]+)"(?: \((\d+)\))? — ', step)
            if found:
                told.append((path, found[1].rpartition("::")[2].rpartition(".")[2]))
                yield from _line_of_test(truth, path, told[-1][1], int(found[2] or line), step)
    for path, name in sorted(set(told) ^ set(right)):
        kind = "missing" if (path, name) in right else "false"
        yield f"failing: {kind}", f"{path} {name}"
    fix = [found[1] for bullet in doc[PENDING] if (found := re.match(r"Fix (\d+) failing tests? \(see In Progress\)", bullet.text))]
    if fix != ([str(len(right))] if right else []):
        yield "pending: fix tests", f"told {fix}, are {len(right)}"
    again = [int(found[1]) for bullet in doc[PENDING] if (found := re.match(r"Run the tests again: (\d+) files? changed since", bullet.text))]
    changed = len(truth.changed_since(truth.books.runs[-1])) if truth.books.runs else 0
    if again != ([changed] if changed else []):
        yield "pending: run again", f"told {again}, changed are {changed}"
    stops = bool(right) or bool(truth.operation) or bool(wip(truth))
    if not stops and any(truth.commit(oid).own and truth.commit(oid).wip for oid in truth.reach):
        return  # pushed: whether it is still unfinished nobody knows
    for heading, words in ((PROGRESS, "⚠️ **Incomplete work**"), ("Gotchas for Next Session", "⚠️ **Do not merge or deploy**")):
        if any(text.startswith(words) for text in doc.texts(heading)) != stops:
            yield "warning", f"{words}: {'missing' if stops else 'false'} (failing {len(right)}, {truth.operation or 'nothing open'}, wip {len(wip(truth))})"


def _line_of_test(truth: Truth, path: str, name: str, line: int, step: str) -> Told:
    """The line lies in the test's own body."""
    rows = truth.text(path) or []
    at = next((number for number, row in enumerate(rows, 1) if f"{name}(" in row), 0)
    if line and not at <= line <= at + 2:
        yield "failing: line", f"{path}:{line} {step}: the test is at {at}"


def wip(truth: Truth) -> list[str]:
    """Own unfinished commits that no remote has."""
    taken = set(truth.reverted) | set(truth.reverted.values())
    return [oid for oid in truth.unpushed if truth.commit(oid).own and truth.commit(oid).wip and oid not in taken and len(truth.commit(oid).parents) < 2]


def _wip(truth: Truth, bullets: list[Bullet]) -> Told:
    told = set()
    for bullet in bullets:
        found = re.match(r"([0-9a-f]{4,40}) (.*) — WIP commit(, not pushed)?, (\d+) files?, \+(\d+) −(\d+)$", bullet.text)
        if not found:
            continue
        oid = truth.full(found[1])
        told.add(oid)
        if oid in truth.books.made and (truth.books.made[oid] != truth.books.session) != bool(bullet.since):
            yield "wip: date", f"{bullet.text} of session {truth.books.made.get(oid)}, told {bullet.since!r}"
        if oid not in truth.reached or not truth.commit(oid).wip or not found[2].startswith(truth.commit(oid).subject[:60]):
            yield "wip: false", bullet.text
            continue
        if bool(found[3]) != (oid not in truth.remote):
            yield "wip: pushed", bullet.text
        rows = [row.split("\t") for row in truth.world.lines("diff-tree", "-r", "-M", "--numstat", "--no-commit-id", oid)]
        sums = (len(rows), sum(int(row[0]) for row in rows if row[0] != "-"), sum(int(row[1]) for row in rows if row[1] != "-"))
        if sums != (int(found[4]), int(found[5]), int(found[6])):
            yield "wip: sums", f"{bullet.text}: {sums}"
    for oid in wip(truth):
        if oid not in told:
            yield "wip: missing", f"{truth.commit(oid).short} {truth.commit(oid).subject}, made in session {truth.books.made.get(oid)}"


def _hunks(truth: Truth, doc: Doc) -> Told:
    """A bullet that says uncommitted or untracked is of a file that is so; no changed file with definitions is forgotten."""
    changed = {path for paths in truth.entries.values() for path in paths}
    for bullet in doc[PROGRESS]:
        path, _, rest = place(bullet)
        if path and re.search(r"\buncommitted\b", rest) and path not in changed:
            yield "hunk: false", f"{bullet.text}: not changed"
        if path and "new file, untracked" in rest and not any(path == one or (one.endswith("/") and path.startswith(one)) for one in truth.entries.get("untracked", ())):
            yield "hunk: false", f"{bullet.text}: not untracked"
        for name in names(rest, "adds "):
            if path and name not in "\n".join(truth.text(path) or []):
                yield "hunk: names", f"{bullet.text}: {name} is not there"
        also = re.match(r"Also uncommitted: (\d+) files? \(see Files Touched\)", bullet.text)
        if also and int(also[1]) > sum(1 for text in doc.texts("Files Touched") if "(in progress)" in text or "(staged)" in text or "untracked" in text or "failing" in text):
            yield "hunk: see Files Touched", bullet.text
