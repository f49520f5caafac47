"""What HEAD holds that it did not hold when the session came to its branch: own commits that no log line tells, and commits of others.

A log says when something happened and by what command. What HEAD holds is asked of git: history may be rewritten by moving a ref, and commits of
others come by merge, fast-forward or rebase alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from handoffd.git.log import log_records
from handoffd.git.parse import decode
from handoffd.git.run import Git
from handoffd.model.facts import Arrival, reverted_in
from handoffd.model.questions import Questions
from handoffd.model.records import dataclass
from handoffd.model.snapshot import BranchCommit

MOST = 1000
ARRIVALS = 200
# Other branches of the session that are looked at.
MOST_VISITED = 10
# Seconds by which a commit's own time may lie before the session: a commit's time has no fraction.
_SLACK = 1.0
FIELDS = ("%H", "%P", "%s", "%aN", "%aE", "%at", "%ct", "%b")


@dataclass(frozen=True, slots=True)
class NewCommits:
    """Oldest first. `own`: commits of the repository's own person that the session made, though no line of the log tells them. `arrivals`: commits
    of others, the newest ARRIVALS, and `arrived` how many there are. `held`: names of all that is new, whoever made it."""

    own: tuple[BranchCommit, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    arrived: int = 0
    held: tuple[str, ...] = ()


def commit_of(record: tuple[str, ...]) -> BranchCommit:
    """A record of `git log` with FIELDS."""
    oid, parents, subject, author, email, authored, committed, body = record
    return BranchCommit(oid, subject, author, email, float(authored or 0), float(committed or 0), tuple(parents.split()), reverted_in(body))


def unlogged_elsewhere(
    git: Git, tips: Mapping[str, str], asked: Questions, own: Collection[str], here: Collection[str]
) -> tuple[tuple[str, BranchCommit], ...]:
    """(branch, commit) of own commits of the session that no log tells and that HEAD does not hold, oldest first. `tips`: full names of refs."""
    told = {commit.oid: commit.parents for commit in (*asked.commits, *asked.candidates)}
    found: dict[str, tuple[str, BranchCommit]] = {}
    for branch, start in asked.visited[-MOST_VISITED:]:
        tip = tips.get(f"refs/heads/{branch}", "")
        if not start or not tip or _is_logged(tip, told, {start, *here}):
            continue
        records = log_records(git, FIELDS, f"--max-count={MOST}", "--topo-order", f"{start}..{tip}", "--")
        for one in (commit_of(record) for record in reversed(records) if record):
            if one.oid not in told and one.oid not in here and one.email.lower() in own and one.committed >= asked.began - _SLACK:
                found.setdefault(one.oid, (branch, one))
    for oid in dict.fromkeys(asked.moved):
        if oid not in told and oid not in here and oid not in found:
            fresh = (pair for pair in _of_branch(git, oid) if pair[1].email.lower() in own and pair[1].committed >= asked.began - _SLACK)
            found.update((one.oid, (branch, one)) for branch, one in fresh)
    return tuple(found.values())


def _of_branch(git: Git, oid: str) -> Iterator[tuple[str, BranchCommit]]:
    """The commit with the first local branch that holds it; nothing where none does, or where HEAD does."""
    if git.try_run("merge-base", "--is-ancestor", oid, "HEAD") is not None:
        return
    raw = git.try_run("for-each-ref", "--count=1", f"--contains={oid}", "--format=%(refname:lstrip=2)", "refs/heads")
    branch = decode(raw or b"").strip()
    if branch:
        yield from ((branch, commit_of(record)) for record in log_records(git, FIELDS, "-1", oid, "--") if record)


def _is_logged(tip: str, told: Mapping[str, Sequence[str]], known: Collection[str]) -> bool:
    """Whether the log tells every commit from `tip` down to what is `known`: git need not be asked."""
    waiting, seen = [tip], set(known)
    while waiting:
        oid = waiting.pop()
        if oid in seen:
            continue
        if oid not in told:
            return False
        seen.add(oid)
        waiting += told[oid]
    return True


def new_commits(git: Git, head: str, asked: Questions, own: Collection[str]) -> NewCommits:
    """Held against where HEAD's branch stood when the session came to it. Where that is not known, nothing is new."""
    if not asked.start or asked.start == head or not head:
        return NewCommits()
    records = log_records(git, FIELDS, f"--max-count={MOST}", "--topo-order", f"{asked.start}..HEAD", "--")
    told = {commit.oid for commit in asked.commits} | {commit.oid for commit in asked.candidates}
    found = [commit_of(record) for record in reversed(records) if record and record[0] not in told]
    # Where HEAD is not where the session last saw it, its log has more to tell than is journalled yet.
    level = asked.head in ("", head)
    ours = tuple(one for one in found if level and one.email.lower() in own and one.committed >= asked.began - _SLACK)
    others = [Arrival(one.oid, one.subject, one.author, one.email) for one in found if one.email.lower() not in own and len(one.parents) < 2]
    return NewCommits(ours, tuple(others[-ARRIVALS:]), len(others), tuple(record[0] for record in reversed(records) if record))
