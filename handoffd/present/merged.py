"""Whether what a branch changed is in its base, or in HEAD: asked of the content, as a squash or a rebase leaves no trace in the graph."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.git.refs import existing, merge_base, reachable
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.questions import AskedBranch
from handoffd.model.snapshot import HeldBranch
from handoffd.present.branch_begin import DAYS
from handoffd.present.branch_line import BranchLine

# Other branches that are held against HEAD, the newest.
MOST = 40


def merged_into(reader: WorktreeReader, line: BranchLine, head: str) -> str:
    """The base that holds all that HEAD's branch changed since its beginning, by its short name. '' where none does, where the branch has no commit
    of its own or nothing is left of them, and on a base branch."""
    begin = line.begin.commit
    if line.begin.on_base or not begin or begin == head or not line.own_since_begin:
        return ""
    if reader.objects.holds(begin, head, begin):
        return ""
    for base in line.bases:
        if reader.objects.holds(begin, head, base.oid) and _has_beginning(reader, begin, base.oid):
            return base.short
    return ""


def _has_beginning(reader: WorktreeReader, begin: str, base: str) -> bool:
    """Whether the base has what the branch was built on, too. A branch that stands on another one which nobody merged is in no base: that it takes
    a line of the other one back changes nothing there."""
    common = merge_base(reader.git, begin, base)
    return common == begin or bool(common and reader.objects.holds(common, begin, base))


def held_branches(reader: WorktreeReader, asked: Sequence[AskedBranch], head: str, now: float) -> tuple[HeldBranch, ...]:
    """Those of the other branches whose work HEAD holds, and that were worked on in the last DAYS."""
    tips = {one.tip: one for one in asked[-MOST:] if one.tip}
    there = existing(reader.git, list(tips)) if tips and head else []
    if not there:
        return ()
    reached = reachable(reader.git, there, "HEAD")
    found = []
    for tip in there:
        facts = reader.objects.commit(tip)
        fresh = facts is not None and facts.committer_at >= now - DAYS * 86400
        if fresh and (tip in reached or _holds(reader, tips[tip], tip, head)):
            found.append(HeldBranch(tips[tip].id))
    return tuple(found)


def _holds(reader: WorktreeReader, asked: AskedBranch, tip: str, head: str) -> bool:
    base = asked.begin or merge_base(reader.git, tip, head)
    return bool(base) and base != tip and bool(reader.objects.holds(base, tip, head)) and not reader.objects.holds(base, tip, base)
