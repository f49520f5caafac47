"""What's Pending: boxes, skips, what is not pushed, other branches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.truth.checks_work import PENDING, folded, place
from tests.truth.document import Bullet, Doc
from tests.truth.truth import Truth

Told = Iterator[tuple[str, str]]


def check(truth: Truth, doc: Doc) -> Told:
    """Notes and failing tests are looked at elsewhere."""
    yield from _boxes(truth, doc[PENDING], "box")
    yield from _boxes(truth, doc[PENDING], "skip")
    yield from _push(truth, doc[PENDING])
    yield from _branches(truth, doc[PENDING])


def _boxes(truth: Truth, bullets: list[Bullet], kind: str) -> Told:
    told = set()
    standing = truth.standing((kind,))
    for bullet in bullets:
        path, line, rest = place(bullet)
        skip = rest.startswith("Test skipped: ")
        if not path or skip != (kind == "skip"):
            continue
        text = re.sub(r"^(?:[Tt]est_)", "", rest.removeprefix("Test skipped: ").partition(" — ")[0].strip('"`')) if skip else rest
        told.add(text)
        rows = truth.text(path) or []
        if text not in standing or not 0 < line <= len(rows):
            yield f"{kind}: false", bullet.text
        elif kind == "box" and f"[ ] {text}" not in rows[line - 1]:
            yield "box: line", f"{bullet.text}: {rows[line - 1]!r}"
        elif kind == "skip" and not any(text in row for row in rows[max(0, line - 3) : line + 2]):
            yield "skip: line", f"{bullet.text}: {rows[line - 1]!r}"
    for text, (path, at, wanted) in standing.items():
        if wanted and text not in told and not folded(bullets):
            yield f"{kind}: missing", f"{path}:{at} {text}"


def force(truth: Truth) -> bool:
    """The branch's push target holds own commits that were replaced, and HEAD does not."""
    target = push_target(truth)
    lost = truth.world.lines("rev-list", target, "--not", "HEAD") if target else []
    return any(oid in truth.books.replaced | truth.books.reset | truth.books.undone for oid in lost)


def push_target(truth: Truth) -> str:
    """The ref that a plain push would move, '' when there is none."""
    said = truth.world.git("rev-parse", "--abbrev-ref", f"{truth.branch}@{{push}}", fails=True) if truth.branch else ""
    return "" if "@{" in said else said


def _push(truth: Truth, bullets: list[Bullet]) -> Told:
    push = [bullet.text for bullet in bullets if re.match(r"Push \d+ commit|Set an upstream for|Pull first: ", bullet.text)]
    if not truth.branch or truth.operation:
        return
    count = len(truth.unpushed)
    word = f"{count} commit{'s' if count != 1 else ''}"
    rewritten = force(truth)
    behind = {truth.upstream: truth.behind}
    if (target := push_target(truth)):
        behind[target] = len(truth.world.lines("rev-list", target, "--not", "HEAD"))
    own = truth.behind and all(truth.commit(oid).own for oid in truth.world.lines("rev-list", truth.upstream, "--not", "HEAD"))
    if own and not rewritten:
        return  # what the upstream has is the own work of before, though a plain push goes elsewhere: pulling and pushing are both defensible
    if any(behind.values()) and not rewritten:
        right = [f"Pull first: {n} commit{'s' if n != 1 else ''} behind {name}" for name, n in behind.items() if n]
        yield from [("push: pull first", f"told {push}, right is {right}")] if len(push) != 1 or push[0] not in right else []
        return
    if rewritten:
        yield from [("push: needs force", f"told {push}")] if any(text.startswith("Push ") for text in push) else []
        return
    if not count:
        yield from [("push: nothing to push", f"told {push}")] if push else []
        return
    target = target or truth.upstream
    if truth.world.fork.exists():
        target = f"fork/{truth.branch}"
    shorts = [truth.commit(oid).short for oid in truth.unpushed]
    for text in push:
        found = re.match(r"Push (\d+ commits?) \(([^)]*)\) to (\S+)$|Set an upstream for (\S+) \((\d+ commits?)\)$", text)
        if not found or (found[1] or found[5]) != word:
            yield "push: count", f"told {text!r}, {word} are on no remote"
        elif found[3] and target and found[3] != target:
            yield "push: target", f"told {text!r}, git would push to {target}"
        elif found[2] and not set(re.findall("[0-9a-f]{7,}", found[2])) <= set(shorts):
            yield "push: range", f"told {text!r}, are {shorts}"
    if len(push) != 1:
        yield "push: missing" if not push else "push: several", f"told {push}; {word} are on no remote"


def _branches(truth: Truth, bullets: list[Bullet]) -> Told:
    told = {}
    for bullet in bullets:
        found = re.match(r"On (\S+): (.*)$", bullet.text)
        if found:
            told[found[1]] = found[2]
    for name, rest in told.items():
        if name not in truth.branches:
            yield "branches: false", f"{name} is no branch"
            continue
        found = re.search(r"(\d+) commits? not pushed", rest)
        counts = {len(truth.world.lines("rev-list", name, "--not", "--remotes", *more)) for more in ((), ("HEAD",))}
        if (int(found[1]) if found else 0) not in counts:
            yield "branches: count", f"On {name}: {rest}: {sorted(counts)} are not pushed"
    for name in truth.branches:
        left = [oid for oid in truth.world.lines("rev-list", name, "--not", "--remotes", "HEAD") if truth.commit(oid).own]
        if left and name not in told and name != truth.branch and len(told) < 5 and not truth.world.merged(name):
            yield "branches: missing", f"On {name}: {len(left)} commits not pushed"
