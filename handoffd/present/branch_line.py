"""HEAD's branch as a line of commits: where it begins, and which of its commits are own."""

from __future__ import annotations

from handoffd.git.refs import Upstream
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.limits import Limits
from handoffd.model.questions import Questions
from handoffd.model.records import dataclass
from handoffd.model.snapshot import BranchCommit
from handoffd.present.branch_begin import Beginning, bases, beginning, branch_commits, default_branch, own_addresses


@dataclass(frozen=True, slots=True)
class BranchLine:
    """`commits` are own ones, oldest first. `own`: the repository's own addresses."""

    begin: Beginning
    default: str
    own: frozenset[str]
    commits: tuple[BranchCommit, ...]
    has_remote: bool


def branch_line(reader: WorktreeReader, branch: str, head: str, upstream: Upstream | None, asked: Questions, limits: Limits) -> BranchLine:
    """Asked of git now. `branch` is HEAD's, or the one that is rebased; '' when detached."""
    known, own = bases(reader.git), own_addresses(reader.git)
    begin = beginning(reader, branch, head, upstream.name if upstream and not upstream.gone else "", known, asked)
    commits = branch_commits(reader, begin, own, limits.now) if head else ()
    has_remote = bool((reader.git.try_run("remote") or b"").strip())
    return BranchLine(begin, default_branch(reader.git, known), own, commits, has_remote)
