"""Gotchas: stashes, what was reset away, reverts, a push that needs force."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.truth.checks_pending import force, push_target
from tests.truth.document import Bullet, Doc
from tests.truth.truth import Truth

Told = Iterator[tuple[str, str]]
HEADING = "Gotchas for Next Session"


def check(truth: Truth, doc: Doc) -> Told:
    """One kind after the other."""
    bullets = doc[HEADING]
    yield from _stashes(truth, bullets)
    yield from _reverts(truth, bullets)
    yield from _lost(truth, bullets)
    yield from _force(truth, bullets)


def _stashes(truth: Truth, bullets: list[Bullet]) -> Told:
    told, dates = {}, {}
    for bullet in bullets:
        found = re.match(r'Stash left(?: at (?:\S+ )?\d\d:\d\d)?, stash@\{(\d+)\} \(([0-9a-f]+)\)(?:: "(.*?)")? — (.*)$', bullet.text)
        if found:
            told[int(found[1])] = (found[2], found[3] or "", found[4])
            dates[int(found[1])] = bullet.since
        elif bullet.text.startswith("Stash left"):
            yield "stash: line", bullet.text
    for at, oid, short, said in truth.stashes:
        if at not in told:
            yield "stash: missing", f"stash@{{{at}}} {short} {said}"
            continue
        name, message, about = told[at]
        given = said.partition(": ")[2] if said.startswith("On ") else ""
        if not oid.startswith(name):
            yield "stash: hash", f"stash@{{{at}}} told {name}, is {short}"
        near = abs(int(truth.world.git("log", "-1", "--format=%ct", oid)) - truth.books.began) < 2
        if (truth.books.stashes.get(oid) != truth.books.session) != bool(dates[at]) and not near:
            yield "stash: date", f"stash@{{{at}}} {short} of session {truth.books.stashes.get(oid)}, told {dates[at]!r}"
        if message != given:
            yield "stash: message", f"stash@{{{at}}} told {message!r}, is {given!r}"
        yield from _stash_sum(truth, oid, about)
    for at in told.keys() - {at for at, *_ in truth.stashes}:
        yield "stash: false", f"stash@{{{at}}} {told[at]}"


def _stash_sum(truth: Truth, oid: str, about: str) -> Told:
    found = re.search(r"\+(\d+) −(\d+)$", about)
    rows = [row.split("\t") for row in truth.world.lines("diff", "-M", "--numstat", f"{oid}^1", oid)]
    sums = (sum(int(row[0]) for row in rows if row[0] != "-"), sum(int(row[1]) for row in rows if row[1] != "-"))
    extra = truth.world.lines("rev-list", "--no-walk", f"{oid}^3")
    if found and not extra and (int(found[1]), int(found[2])) != sums:
        yield "stash: sum", f"{about}: git says {sums}"


def _reverts(truth: Truth, bullets: list[Bullet]) -> Told:
    told = set()
    for bullet in bullets:
        found = re.match(r"Reverted: ([0-9a-f]+) (.*?) \(.*reverted \S*(?: \S+)? ?by ([0-9a-f]+);", bullet.text)
        if not found:
            if bullet.text.startswith("Reverted: "):
                yield "revert: line", bullet.text
            continue
        oid, by = truth.full(found[1]), truth.full(found[3])
        told.add(oid)
        if not oid or truth.commit(oid).subject[:60] != found[2][:60]:
            yield "revert: subject", bullet.text
        if not by or truth.reverted.get(oid) != by:
            yield "revert: false", bullet.text
    for oid, by in truth.reverted.items():
        if truth.books.made.get(by) == truth.books.session and oid not in told:
            yield "revert: missing", f"{oid[:7]} by {by[:7]}"


def lost(truth: Truth) -> list[str]:
    """Own commits of this session that no branch reaches, that nothing replaced, and whose patch nothing holds."""
    held = {patch for oid in truth.anywhere if truth.commit(oid).own and (patch := truth.patch(oid))}
    trees = set(truth.world.lines("log", "--no-walk", "--format=%T", *truth.anywhere)) if truth.anywhere else set()
    found = []
    for oid, session in truth.books.made.items():
        one = truth.commit(oid)
        if session != truth.books.session or oid in truth.anywhere or oid in truth.books.replaced or len(one.parents) != 1 or oid not in truth.books.reset:
            continue
        patch = truth.patch(oid)
        if patch and patch not in held and truth.world.git("rev-parse", f"{oid}^{{tree}}") not in trees:
            found.append(oid)
    return found


def _content_here(truth: Truth, oid: str) -> bool:
    """Whether the lines that a commit added stand in the working tree, or in a commit that a branch holds: after a soft or mixed reset."""
    added = [row[1:] for row in truth.world.git("diff-tree", "-p", oid).split("\n") if row.startswith("+") and not row.startswith("+++")]
    rows = {row for lines in truth.files.values() for row in lines}
    rows |= {row[1:] for row in truth.world.git("log", "-p", "--branches", "--remotes", "HEAD", "--format=").split("\n") if row.startswith("+")}
    return all(row in rows for row in added)


def _lost(truth: Truth, bullets: list[Bullet]) -> Told:
    told = set()
    for bullet in bullets:
        found = re.match(r"(?:Reset away|On no branch any more): ([0-9a-f]+) (.*?) \(.*still reachable: git show ([0-9a-f]+)$", bullet.text)
        if not found:
            if bullet.text.startswith("Reset away"):
                yield "lost: line", bullet.text
            continue
        oid = truth.full(found[1])
        told.add(oid)
        if not oid or found[1] != found[3] or truth.commit(oid).subject[:60] != found[2][:60]:
            yield "lost: line", bullet.text
        elif oid in truth.anywhere:
            yield "lost: still held", bullet.text
        elif truth.patch(oid) and truth.patch(oid) in {truth.patch(one) for one in truth.anywhere if truth.commit(one).own}:
            yield "lost: held in another form", bullet.text
        elif oid in truth.books.replaced - truth.books.reset - truth.books.undone:
            yield "lost: replaced", bullet.text
    for oid in lost(truth):
        # Who tagged a commit keeps it on purpose.
        if oid not in told and not _content_here(truth, oid) and not truth.world.lines("tag", "--contains", oid):
            yield "lost: missing", f"{truth.commit(oid).short} {truth.commit(oid).subject}"


def _force(truth: Truth, bullets: list[Bullet]) -> Told:
    told = [bullet.text for bullet in bullets if bullet.text.endswith("push needs force")]
    right = force(truth) and not truth.operation
    if truth.operation:
        return
    if bool(told) != right:
        yield f"force: {'missing' if right else 'false'}", f"{told}; target {push_target(truth)}"
    for text in told:
        found = re.match(r"(\S+) was pushed at ([0-9a-f]+) and rewritten(?: to ([0-9a-f]+))?: push needs force$", text)
        if not found or found[1] != truth.branch or (found[3] and truth.full(found[3]) not in truth.reached):
            yield "force: line", text
        elif right and not truth.world.reaches(truth.full(found[2]), push_target(truth)):
            yield "force: line", f"{text}: {push_target(truth)} does not hold {found[2]}"
