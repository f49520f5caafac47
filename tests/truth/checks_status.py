"""Status: operation, branch, commits, uncommitted changes, tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.truth.document import Doc
from tests.truth.truth import Truth

Told = Iterator[tuple[str, str]]
LABEL = re.compile(r"(?:⚠️ )?\*\*([^*]+)\*\*(?:: )?(.*)$")


def labels(doc: Doc) -> dict[str, tuple[str, list[str]]]:
    """Bullets of Status by their bold words."""
    found = {}
    for bullet in doc["Status"]:
        match = LABEL.match(bullet.text)
        if match:
            found[match[1]] = (match[2] + (f" ({bullet.since})" if bullet.since else ""), bullet.steps)
    return found


def check(truth: Truth, doc: Doc) -> Told:
    """Every bullet of Status."""
    told = labels(doc)
    yield from _operation(truth, told)
    yield from _branch(truth, told)
    yield from _commits(truth, told)
    yield from _changes(truth, told)
    yield from _tests(truth, told)


def _operation(truth: Truth, told: dict[str, tuple[str, list[str]]]) -> Told:
    open_ = [label for label in told if label.endswith(" open")]
    right = [f"{truth.operation.capitalize()} open"] if truth.operation else []
    if open_ != right:
        yield "operation", f"told {open_}, is {right}"
    elif open_:
        rest = told[open_[0]][0]
        found = re.search(r"(\d+) of (\d+) conflicted files? unresolved", rest)
        left = len(truth.entries.get("conflicted", ()))
        if (int(found[1]) if found else 0) != left:
            yield "operation: unresolved", f"told {rest!r}, {left} are"


def _branch(truth: Truth, told: dict[str, tuple[str, list[str]]]) -> Told:
    rest = told.get("Branch", ("", []))[0]
    name, _, brackets = rest.partition(" (")
    here = truth.branch or "detached at"
    if name != truth.branch and not (not truth.branch and here in rest):
        yield "branch: name", f"told {name!r}, is {truth.branch!r}"
        return
    ahead, behind = (int(found[1]) if (found := re.search(rf"(\d+) {word}", brackets)) else 0 for word in ("ahead", "behind"))
    if truth.branch and (ahead, behind) != (truth.ahead, truth.behind):
        yield "branch: ahead, behind", f"told {ahead}, {behind}: {rest}; is {truth.ahead}, {truth.behind}"
    if truth.branch and ("no upstream" in brackets) != (not truth.upstream):
        yield "branch: upstream", f"told {rest!r}, is {truth.upstream!r}"
    if truth.upstream and truth.upstream not in brackets:
        yield "branch: upstream", f"told {rest!r}, is {truth.upstream!r}"
    line = truth.line
    if line:
        made = line.session == truth.books.session
        if made != ("created this session" in brackets):
            yield "branch: created", f"told {rest!r}, made in session {line.session} of {truth.books.session}"
        found = re.search(r"created this session(?: from (\S+))? at ([0-9a-f]+)", brackets)
        if found and not line.made_at.startswith(found[2]) and not line.moved:
            yield "branch: created at", f"told {rest!r}, made at {line.made_at[:9]}"
        if found and found[1] and line.made_from and found[1] != line.made_from and not line.moved:
            yield "branch: created from", f"told {rest!r}, made from {line.made_from}"


def split_commit(truth: Truth, said: str) -> tuple[str, str, str]:
    """Full name, subject, marks of `HASH SUBJECT (MARKS)`; the subject is taken from git where the line begins with it."""
    short, _, rest = said.partition(" ")
    oid = truth.full(short) if re.fullmatch("[0-9a-f]{4,40}", short) else ""
    if not oid:
        return "", rest, ""
    subject = truth.commit(oid).subject
    if rest.startswith(subject):
        return oid, subject, rest[len(subject) :].strip().removeprefix("(").removesuffix(")")
    return oid, rest, "?"


def _commits(truth: Truth, told: dict[str, tuple[str, list[str]]]) -> Told:
    count, steps = told.get("Commits this session", ("", []))
    right = list(truth.of_session)
    if count != str(len(right)):
        yield "commits: count", f"told {count!r}, are {len(right)}: {' '.join(oid[:7] for oid in right)}"
    seen: list[str] = []
    more = False
    for step in steps:
        if step.startswith(("On ", "Pulled, not counted: ", "+")):
            more = more or (step.startswith("+") and "git log" in step)
            continue
        oid, _, marks = split_commit(truth, step)
        if not oid or marks == "?":
            yield "commits: line", f"{step!r} is no commit of this repository"
            continue
        if "picked" in marks:
            if truth.commit(oid).own or oid not in truth.reached:
                yield "commits: picked", step
            continue
        seen.append(oid)
        yield from _marks(truth, oid, marks, step)
    for oid in seen:
        if oid not in right:
            yield "commits: false", f"{oid[:7]} {truth.commit(oid).subject}: {_why(truth, oid)}"
    for oid in right:
        if oid not in seen and not more:
            yield "commits: missing", f"{oid[:7]} {truth.commit(oid).subject}"
    straight = not any(len(truth.commit(oid).parents) > 1 for oid in right)
    if straight and set(seen) == set(right) and seen != right:
        yield "commits: order", f"told {[oid[:7] for oid in seen]}, made {[oid[:7] for oid in right]}"
    yield from _elsewhere(truth, steps)
    yield from _pulled(truth, steps)


def _why(truth: Truth, oid: str) -> str:
    if oid not in truth.reached:
        return "HEAD does not hold it"
    return f"made in session {truth.books.made.get(oid)} by {truth.commit(oid).author}, now {truth.books.session}"


def _marks(truth: Truth, oid: str, marks: str, step: str) -> Told:
    parts = marks.split(", ") if marks else []
    if ("pushed" in parts) != (oid in truth.remote):
        yield "commits: pushed", f"{step!r}: {'not ' if oid not in truth.remote else ''}on a remote"
    if ("merge" in parts) != (len(truth.commit(oid).parents) > 1):
        yield "commits: merge", step
    by = [part.removeprefix("reverted by ") for part in parts if part.startswith("reverted by ")]
    real = truth.reverted.get(oid, "")
    if bool(by) != bool(real) or (by and not real.startswith(by[0])):
        yield "commits: reverted", f"{step!r}: reverted by {real[:7] or 'nobody'}"
    for part in parts:
        if part not in ("pushed", "merge") and not part.startswith("reverted by "):
            yield "commits: unknown mark", step


def _elsewhere(truth: Truth, steps: list[str]) -> Told:
    """Own commits of this session on branches, not in HEAD."""
    told, more = set(), False
    for step in steps:
        found = re.match(r"On (\S+): (.*)$", step)
        if not found:
            more = more or "more on other branches" in step
            continue
        oid, _, marks = split_commit(truth, found[2])
        told.add(oid)
        if not oid or marks == "?":
            yield "commits elsewhere: line", step
        elif found[1] not in truth.branches or not truth.world.reaches(oid, truth.branches[found[1]]) or oid in truth.reached:
            yield "commits elsewhere: false", step
    local = set(truth.world.lines("rev-list", "--branches"))
    right = {oid for oid, session in truth.books.made.items() if session == truth.books.session and oid in local and oid not in truth.reached}
    stashes = set(truth.world.lines("rev-list", "-g", "stash"))
    for oid in sorted(right - told - stashes - truth.world.linked):
        if not more:
            yield "commits elsewhere: missing", f"{oid[:7]} {truth.commit(oid).subject}"


def _pulled(truth: Truth, steps: list[str]) -> Told:
    rows = [step.removeprefix("Pulled, not counted: ") for step in steps if step.startswith("Pulled, not counted: ")]
    before = set(truth.world.lines("rev-list", *truth.books.tips.values())) if truth.books.tips else set()
    right = [oid for oid in truth.reach if oid in truth.books.came and oid not in before and not truth.commit(oid).own]
    allowed = [oid for oid in truth.reach if not truth.commit(oid).own]
    # Picked and rebased copies of the colleague's commits are told otherwise.
    picked = {truth.full(step.split(" ", 1)[0]) for step in steps if step.endswith(", picked)")}
    right = [oid for oid in right if oid in truth.remote and oid not in picked]
    total = 0
    for row in rows:
        sum_ = re.match(r"(?:On \S+: )?(\d+) commits? \((\w+)\.\.(\w+)\)$", row)
        if sum_:
            total += int(sum_[1])
            if not {truth.full(sum_[2]), truth.full(sum_[3])} <= set(allowed):
                yield "pulled: false", row
            continue
        oid, _, rest = split_commit(truth, row)
        total += 1
        if not oid or rest == "?":
            yield "pulled: line", row
        elif oid not in allowed:
            yield "pulled: false", row
        elif rest != truth.commit(oid).author:
            yield "pulled: author", row
    if total < len(right):
        yield "pulled: missing", f"told {total}, are {len(right)}: {' '.join(oid[:7] for oid in right)}"
    elif total > len(right) and not {"switch", "branch_new", "merge", "commit_detached"} & truth.books.kinds:
        yield "pulled: too many", f"told {total}, are {len(right)}"


def _changes(truth: Truth, told: dict[str, tuple[str, list[str]]]) -> Told:
    rest = told.get("Uncommitted changes", ("", []))[0]
    real = {kind: set(paths) for kind, paths in truth.entries.items()}
    found: dict[str, tuple[int, set[str]]] = {}
    for count, kind, paths in re.findall(r"(\d+) files? (staged by the merge|[a-z]+)(?: \(([^)]*)\))?", rest):
        names = {name.removesuffix(" staged") for name in paths.split(", ")} if paths else set()
        found[kind] = (int(count), names)
    if truth.operation == "merge":
        yield from _merging(truth, rest, found, real)
        return
    for kind in sorted(found.keys() | real.keys()):
        count, names = found.get(kind, (0, set()))
        right = real.get(kind, set())
        if count != len(right) or (names and names != right):
            kind += " folder" if kind == "untracked" and count == len(truth.untracked) and (not names or names == truth.untracked) else ""
            yield f"uncommitted: {kind}", f"told {count} {sorted(names)}, are {len(right)} {sorted(right)[:6]}"
    if not real and rest != "None":
        yield "uncommitted: none", rest


def _merging(truth: Truth, rest: str, found: dict[str, tuple[int, set[str]]], real: dict[str, set[str]]) -> Told:
    loose = found.pop("untracked", (0, set()))[0]
    if loose not in (len(real.pop("untracked", ())), len(truth.untracked)):
        yield "uncommitted: untracked", f"told {rest!r}, are {sorted(truth.untracked)}"
    total, right = sum(count for count, _ in found.values()), sum(map(len, real.values()))
    if total != right:
        yield "uncommitted: in a merge", f"told {rest!r}, are {real}"
    if found.get("conflicted", (0, set()))[0] != len(real.get("conflicted", ())):
        yield "uncommitted: conflicted", f"told {rest!r}, are {real.get('conflicted')}"


def _tests(truth: Truth, told: dict[str, tuple[str, list[str]]]) -> Told:
    said = told.get("Tests", ("", []))[0]
    runs = truth.books.runs
    if not runs:
        if not re.fullmatch(r"(No run seen|Not run) this session", said):
            yield "tests: none", said
        return
    newest = runs[-1]
    if newest.line is not truth.line:
        return  # whose run it is when the branch was left is not checked here
    now = newest.session == truth.books.session
    if now == said.startswith(("No run seen", "Not run")):
        yield "tests: when", f"{said!r}, newest run in session {newest.session} of {truth.books.session}"
    found = re.search(r"(\d+) passed, (\d+) failed", said)
    if not found or (int(found[1]), int(found[2])) != (len(newest.passed), len(newest.failed)):
        yield "tests: counts", f"{said!r}, are {len(newest.passed)} passed, {len(newest.failed)} failed"
    if bool(newest.failed) != ("⚠️" in said):
        yield "tests: warning", said
    on = re.search(r"\d\d:\d\d on ([0-9a-f]{7,40})", said.partition("last green")[0])
    if (on[1] if on else "") != (truth.commit(newest.head).short if newest.head else ""):
        yield "tests: on", f"{said!r}, the run was on {newest.head[:7] or 'a tree with changes'}"
    changed = truth.changed_since(newest)
    one, many = re.search(r"[;(] ([^;(]+?) changed since", said), re.search(r"(\d+) files? changed since", said)
    told = int(many[1]) if many else 1 if one else 0
    if told != len(changed) or (one and not many and {one[1]} != changed):
        yield "tests: changed since", f"{said!r}, changed are {sorted(changed)}"
