"""What HEAD holds that it did not hold when the session came to its branch: own commits that no log line tells, and commits of others.

A log says when something happened and by what command. What HEAD holds is asked of git: history may be rewritten by moving a ref, and commits of
others come by merge, fast-forward or rebase alike.
"""

from __future__ import annotations

from collections.abc import Collection

from handoffd.git.log import log_records
from handoffd.git.run import Git
from handoffd.model.facts import Arrival, reverted_in
from handoffd.model.questions import Questions
from handoffd.model.records import dataclass
from handoffd.model.snapshot import BranchCommit

MOST = 1000
ARRIVALS = 200
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
