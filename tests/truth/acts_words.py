"""Acts that leave words: notes, marks in files, check boxes, skipped tests, test reports."""

from __future__ import annotations

import re
import time
from xml.sax.saxutils import quoteattr

from tests.truth.acts import act, edit
from tests.truth.books import Mark, Note, Run
from tests.truth.world import World

KINDS = ("todo", "todo", "doing", "decision", "learning", "gotcha", "done")


@act(5)
def note(world: World) -> bool:
    line = world.books.line(world.branch)
    if line is None:
        return False
    kind, text = world.rng.choice(KINDS), f"words about part {world.number()}"
    world.handoffd("note", kind, text)
    world.books.notes.append(Note(kind, text, line, world.books.session))
    return True


@act(2)
def note_done(world: World) -> bool:
    """A todo is told to be done, in its own words."""
    line = world.books.line(world.branch)
    found = [one for one in world.books.notes if one.line is line and one.kind in ("todo", "doing") and one.done is None]
    if not found:
        return False
    one = world.rng.choice(found)
    world.handoffd("note", "done", one.text)
    one.done = world.books.session
    return True


@act(5, during=True)
def todo(world: World) -> bool:
    path = edit(world)
    if not path:
        return False
    word, text = world.rng.choice(("TODO", "TODO", "FIXME", "XXX", "HACK")), f"look at part {world.number()}"
    rows = world.read(path).split("\n")
    at = len(rows) - 1 if world.shape.name == "docs" else max(1, len(rows) - 2)
    while at > 1 and rows[at - 1].strip() == "":
        at -= 1
    at = at if world.shape.name == "docs" else max(1, at - 1)
    rows.insert(at, world.shape.comment(f"{word}: {text}"))
    world.put(path, "\n".join(rows))
    world.books.marks.append(Mark(word, text, path, world.books.session))
    return True


def _standing(world: World, *kinds: str) -> list[Mark]:
    return [mark for mark in world.books.marks if mark.kind in kinds and mark.text in world.read(mark.path) and mark.path not in world.unmerged]


@act(2)
def todo_done(world: World) -> bool:
    """A mark is taken out, or its words stay without the mark."""
    found = _standing(world, "TODO", "FIXME", "XXX", "HACK")
    if not found:
        return False
    mark = world.rng.choice(found)
    keep = world.rng.random() < 0.4
    rows = []
    for row in world.read(mark.path).split("\n"):
        if mark.text in row and keep:
            rows.append(row.replace(f"{mark.kind}: ", ""))
        elif mark.text not in row:
            rows.append(row)
    world.put(mark.path, "\n".join(rows))
    return True


@act(2)
def box(world: World) -> bool:
    if not (world.repo / "docs/plan.md").is_file() or "docs/plan.md" in world.unmerged:
        return False
    text = f"do part {world.number()}"
    world.put("docs/plan.md", world.read("docs/plan.md").rstrip("\n") + f"\n- [ ] {text}\n")
    world.books.marks.append(Mark("box", text, "docs/plan.md", world.books.session))
    return True


@act(1)
def box_ticked(world: World) -> bool:
    found = _standing(world, "box")
    if not found:
        return False
    text = world.rng.choice(found).text
    world.put("docs/plan.md", world.read("docs/plan.md").replace(f"[ ] {text}", f"[x] {text}"))
    return True


@act(1)
def skip(world: World) -> bool:
    paths = [path for path in world.shape.tests if (world.repo / path).is_file() and path not in world.unmerged]
    if not paths:
        return False
    path, n = world.rng.choice(paths), world.number()
    world.put(path, world.read(path).rstrip("\n") + f"\n\n\n{world.shape.skip(f'skipped_{n}', f'waits for part {n}')}\n")
    world.books.marks.append(Mark("skip", f"skipped_{n}", path, world.books.session))
    return True


def tests_in(world: World) -> list[tuple[str, str]]:
    """Tests that stand in the files: path and name."""
    found = []
    for path in world.shape.tests:
        for name in re.findall(r"(?:def |test\(\"|func )((?:test_|Test_|start_|fresh_)\w+)", world.read(path)):
            found.append((path, name))
    return found


@act(3)
def tests_run(world: World) -> bool:
    """A whole run, whose report is written as pytest writes it."""
    if world.shape.name != "python":
        return False
    tests = tests_in(world)
    if not tests:
        return False
    report(world, {one for one in tests if world.rng.random() < 0.2})
    return True


def report(world: World, red: set[tuple[str, str]]) -> None:
    """Write junit.xml and let it be seen."""
    tests, cases = tests_in(world), []
    for path, name in tests:
        module = path.removesuffix(".py").replace("/", ".")
        line = 1 + world.read(path).split("\n").index(f"def {name}():")
        body = ""
        if (path, name) in red:
            body = f'<failure message="AssertionError: assert {line} == 0">def {name}():\n&gt;       assert {line} == 0\nE       AssertionError: assert {line} == 0\n\n{path}:{line + 1}: AssertionError</failure>'
        cases.append(f'<testcase classname={quoteattr(module)} name={quoteattr(name)} time="0.001">{body}</testcase>')
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    head = f'<testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="{len(red)}" skipped="0" tests="{len(tests)}" time="0.01" timestamp="{stamp}.000000+00:00" hostname="h">'
    world.put("junit.xml", f'<?xml version="1.0" encoding="utf-8"?>{head}{"".join(cases)}</testsuite></testsuites>')
    world.handoffd("log", "--json")
    clean = "" if world.git("status", "--porcelain") else world.head
    green = [name for path, name in tests if (path, name) not in red]
    world.books.runs.append(Run(green, [(path, name, "AssertionError") for path, name in sorted(red)], [], world.books.session, time.time(), world.books.line(world.branch), clean, world.tree()))


@act(4, during=True)
def look(world: World) -> bool:
    """Something asks handoffd, so that a scan comes between."""
    world.handoffd("log", "--json")
    return True
