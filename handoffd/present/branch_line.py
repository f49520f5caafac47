"""HEAD's branch as a line of commits: where it begins, and which of its commits are own."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.git.identities import Identities, identities
from handoffd.git.refs import Upstream
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.limits import Limits
from handoffd.model.questions import Questions
from handoffd.model.records import dataclass
from handoffd.model.snapshot import BranchCommit
from handoffd.present.branch_begin import Base, Beginning, Refs, beginning, branch_commits, refs_now

# Commits of HEAD, the newest, that a lost one is held against.
MOST_FRESH = 25


@dataclass(frozen=True, slots=True)
class BranchLine:
    """`commits` are own ones, oldest first."""

    begin: Beginning
    refs: Refs
    who: Identities
    commits: tuple[BranchCommit, ...]
    own_since_begin: bool = False

    @property
    def bases(self) -> tuple[Base, ...]:
        """Where the branch could have been merged: the base that it began on first, then the others."""
        return tuple(sorted(self.refs.bases, key=lambda base: base.short != self.begin.source))

    def default_tip(self, branch: str) -> str:
        """The default branch's commit, a remote's before a local one; '' on the default branch itself, and where it is not known."""
        if not self.refs.default or branch == self.refs.default:
            return ""
        return next((base.oid for base in self.refs.bases if base.short.rpartition("/")[2] == self.refs.default), "")

    def tips(self, head: str, fresh: Sequence[str]) -> tuple[str, ...]:
        """HEAD and the newest of the commits that it took up, then all branches and remote-tracking branches, each commit once."""
        return tuple(dict.fromkeys((head, *reversed(fresh[-MOST_FRESH:]), *self.refs.tips.values())))


def branch_line(reader: WorktreeReader, branch: str, head: str, upstream: Upstream | None, asked: Questions, limits: Limits) -> BranchLine:
    """Asked of git now. `branch` is HEAD's, or the one that is rebased; '' when detached."""
    refs, who = refs_now(reader.git), identities(reader.git, reader.worktree)
    begin = beginning(reader.git, branch, head, upstream.name if upstream and not upstream.gone else "", refs, asked)
    commits = branch_commits(reader, begin, who.own, limits.now) if head else ()
    return BranchLine(begin, refs, who, commits, bool(commits))
