"""Files Touched: each path is there or gone as it says, sums are git's, no changed file is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.truth.document import Doc, names
from tests.truth.truth import Truth

Told = Iterator[tuple[str, str]]
LINE = re.compile(r"^(`+) ?(.+?) ?\1 — (.*?)(?:, \+(\d+) −(\d+))?(?: \(([^()]*)\))?$")


def start_of(truth: Truth) -> str:
    """The tree that the branch had when the session began: its tip then, or where it was made."""
    line = truth.line
    if truth.books.found_there & set(truth.reached):
        # Where a branch stood that another worktree moved in this session is not in the books.
        return ""
    while line and line.session == truth.books.session and line.made_from:
        line = next((one for one in truth.books.lines if one.name == line.made_from), None)
    if not line or line.moved or line.session == truth.books.session:
        return ""
    return truth.books.tips.get(line.name, "")


def plain(truth: Truth, start: str) -> bool:
    """Whether all that happened since is own commits on one line."""
    if not start or truth.operation or truth.head == "" or start not in truth.reached:
        return False
    since = truth.world.lines("rev-list", f"{start}..HEAD")
    return all(truth.books.made.get(oid) == truth.books.session and len(truth.commit(oid).parents) == 1 for oid in since)


def check(truth: Truth, doc: Doc) -> Told:
    """Paths, sums, missing ones."""
    told: dict[str, str] = {}
    for bullet in doc["Files Touched"]:
        found = LINE.match(bullet.text)
        if not found:
            continue
        path, what = found[2], found[3]
        if path in told:
            yield "files: twice", path
        told[path] = bullet.text
        yield from _there(truth, path, what, bullet.text)
    start = start_of(truth)
    if plain(truth, start):
        yield from _sums(truth, start, doc)
        yield from _missing(truth, start, doc, told)
    folded = any(not text.startswith("`") for text in doc.texts("Files Touched"))
    for kind, paths in truth.entries.items():
        for path in sorted(paths):
            inside = any(one.startswith(path) for one in told) if path.endswith("/") else path in told
            if not inside and not folded:
                yield "files: uncommitted missing", f"{path} {kind}"


def _there(truth: Truth, path: str, what: str, line: str) -> Told:
    there = truth.text(path.rstrip("/")) is not None or (truth.world.repo / path).is_dir()
    excused = re.search(r"deleted|no net change|on branch|reverted|from \S+ \+", what)
    if not there and not excused:
        yield "files: not there", line
    if there and re.match(r"deleted\b", what) and "on branch" not in what and truth.world.lines("ls-files", "--", path):
        yield "files: not deleted", line
    held = truth.text(path)
    for name in names(what, "adds ") if held is not None and "on branch" not in what and "no net change" not in what else []:
        if name not in "\n".join(held or []):
            yield "files: names", f"{line}: {name} is not in the file"
    stashed = re.search(r"changes in stash@\{(\d+)\}", what)
    if stashed:
        inside = truth.world.lines("stash", "show", "--include-untracked", "--name-only", f"stash@{{{stashed[1]}}}")
        if path not in inside:
            yield "files: stash", f"{line}: that stash holds {inside}"
    if "untracked" in what and not any(path == one or path.startswith(one) for one in truth.entries.get("untracked", ())):
        yield "files: not untracked", line


def totals(truth: Truth, start: str) -> dict[str, tuple[str, str]]:
    """git's own sums from a tree to the working tree, renames found."""
    found = {}
    rows = iter(truth.world.git("diff", "-M", "--numstat", "-z", start).split("\0"))
    for row in rows:
        if not row:
            continue
        added, removed, path = row.split("\t")
        if not path:
            next(rows)
            path = next(rows)
        found[path] = (added, removed)
    return found


def _sums(truth: Truth, start: str, doc: Doc) -> Told:
    real = totals(truth, start)
    untracked = truth.entries.get("untracked", set())
    for bullet in doc["Files Touched"]:
        found = LINE.match(bullet.text)
        if not found or not found[4] or "on branch" in found[3]:
            continue
        path = found[2]
        if any(path == one or path.startswith(one) for one in untracked):
            rows = len(truth.text(path) or [""]) - 1
            if (int(found[4]), int(found[5])) != (rows, 0) and path not in real:
                yield "files: sum", f"{bullet.text}: {rows} lines"
        elif real.get(path, ("0", "0")) != (found[4], found[5]):
            yield "files: sum", f"{bullet.text}: git says {real.get(path)}"


def _missing(truth: Truth, start: str, doc: Doc, told: dict[str, str]) -> Told:
    if any(not text.startswith("`") for text in doc.texts("Files Touched")):
        return  # folded
    # A file that was renamed and changed much is two for git; its line tells the old path, or the folder of it.
    old = {name for text in told.values() for name in re.findall(r"renamed from ([^;,]+)", text)}
    for path in totals(truth, start):
        if path not in told and path not in old and f"{path.rpartition('/')[0]}/" not in old:
            yield "files: missing", path
    if not truth.books.kinds & {"switch", "branch_new", "commit_detached"}:
        for path in sorted(set(told) - totals(truth, start).keys()):
            mine = any(path == one or path.startswith(one) for one in truth.entries.get("untracked", ()))
            if not mine and not re.search(r"no net change|reverted|on branch|stash|renamed", told[path]) and path not in truth.entries.get("renamed", ()):
                yield "files: untouched", told[path]
