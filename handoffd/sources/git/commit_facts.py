"""The facts of one commit: its message, trailers and what it changed, named."""

from __future__ import annotations

from handoffd.code.bulk_changes import BULK, words_changed
from handoffd.code.describe_change import DESCRIBED, describe
from handoffd.code.marks import removed_lines
from handoffd.git.content import readable, texts_in
from handoffd.git.log import log_records
from handoffd.git.objects import CommitFacts
from handoffd.git.parse import ReflogLine
from handoffd.model.change import Change, Patch
from handoffd.model.facts import Arrival, Commit, reverted_in
from handoffd.model.kinds import ChangeKind, CommitAction
from handoffd.sources.git.movements import ZERO, HeadMove
from handoffd.sources.source import Scan

MOST = 20_000
ARRIVALS = 200


def commit_fact(scan: Scan, line: ReflogLine, movement: HeadMove, action: CommitAction) -> Commit:
    """The facts of the commit `line.new`. `missing`: its object is gone (history rewritten and pruned), so only the log's words are known."""
    facts = scan.reader.objects.commit(line.new)
    if facts is None:
        subject = line.message.partition(": ")[2]
        return Commit(line.old, line.new, action, message=line.message, subject=subject, missing=True)
    facts = scan.reader.redactor.data(facts)
    patches = readable(scan.reader, scan.reader.objects.patches(line.new))
    brought, count = arrivals(scan, line, movement)
    return Commit(
        old=line.old,
        new=line.new,
        action=CommitAction.MERGE if action == CommitAction.COMMIT and len(facts.parents) > 1 else action,
        message=line.message,
        subject=facts.subject,
        body=facts.body[:8000],
        trailers=facts.trailers,
        parents=facts.parents,
        author=facts.author,
        email=facts.email,
        changes=describe_patches(scan, facts, patches),
        count=len(patches),
        reverts=reverted_in(facts.body),
        words=words_changed(patches) if len(patches) > BULK else (),
        arrivals=brought,
        arrived=count,
    )


def describe_patches(scan: Scan, facts: CommitFacts, patches: list[Patch]) -> tuple[Change, ...]:
    """Each patch with names from both texts. Beyond DESCRIBED files only counts and hunks are read, beyond MOST nothing is kept."""
    removed = removed_lines(patches)
    parent = facts.parents[0] if facts.parents else ""
    near = [patch for patch in patches[:DESCRIBED] if not patch.binary]
    new = [(facts.oid, patch.path) for patch in near if patch.kind != ChangeKind.DELETED]
    old = [(parent, patch.old_path or patch.path) for patch in near if parent and patch.kind != ChangeKind.CREATED]
    texts = texts_in(scan.reader, [*new, *old])
    sides = ((patch, texts.get((facts.oid, patch.path)), texts.get((parent, patch.old_path or patch.path))) for patch in patches[:MOST])
    return tuple(describe(patch, now, before, removed) for patch, now, before in sides)


def arrivals(scan: Scan, line: ReflogLine, movement: HeadMove) -> tuple[tuple[Arrival, ...], int]:
    """Commits between old and new that another person made or a pull brought, newest first (at most 200), and how many there are."""
    if not movement.brings or ZERO.match(line.old):
        return (), 0
    found = _between(scan, line.old, line.new)
    others = found if movement.action == CommitAction.PULL or "pull" in line.message[:5] else [one for one in found if one.email != line.email]
    return tuple(others[:ARRIVALS]), len(others)


def _between(scan: Scan, old: str, new: str) -> list[Arrival]:
    records = log_records(scan.reader.git, ("%H", "%s", "%an", "%ae"), "--max-count=5000", "--no-merges", new, f"^{old}", "--")
    return [Arrival(*fields) for fields in records if fields and fields[0] != new]
