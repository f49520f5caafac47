"""Open work that was left on other branches: own commits that no remote has, marks in them, stashes. One question for all branches."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from handoffd.git.content import texts_in
from handoffd.git.log import log_records
from handoffd.git.refs import merge_base
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.kinds import ChangeKind, MarkKind
from handoffd.model.records import dataclass, replace
from handoffd.model.snapshot import OtherBranch, StashState
from handoffd.present.branch_line import BranchLine
from handoffd.present.commit_changes import changes_of

# Branches whose marks are counted, and of each the newest commits that are read.
MOST_BRANCHES = 20
MOST_READ = 20
MOST_COMMITS = 5000


@dataclass(frozen=True, slots=True)
class _Commit:
    parents: tuple[str, ...]
    email: str
    at: float


@dataclass(frozen=True, slots=True)
class _Left:
    """A branch with own commits that no remote has, the newest of them `committed`, or with stashes."""

    name: str
    tip: str
    commits: int
    committed: float
    stashes: int
    stashed: float

    @property
    def at(self) -> float:
        return max(self.committed, self.stashed)

    @property
    def told(self) -> OtherBranch:
        return OtherBranch(self.name, self.commits, 0, self.stashes, self.at)


def other_branches(reader: WorktreeReader, here: str, line: BranchLine, stashes: Sequence[StashState]) -> tuple[OtherBranch, ...]:
    """Those with something open, newest first. Without a remote nothing could be pushed, so that commits are not told."""
    heads = {ref.removeprefix("refs/heads/"): oid for ref, oid in line.refs.tips.items() if ref.startswith("refs/heads/")}
    tips, own = {name: oid for name, oid in heads.items() if name != here}, line.who.own
    waiting = _waiting(reader) if line.who.has_remote and line.refs.has_remote_refs and tips else {}
    stashed = Counter(stash.branch for stash in stashes if stash.branch and stash.branch != here)
    newest = {stash.branch: stash.at for stash in reversed(stashes)}
    left = []
    for name, tip in tips.items():
        commits = [oid for oid in _line(tip, waiting) if waiting[oid].email in own]
        if commits or stashed[name]:
            left.append(_Left(name, tip, len(commits), max((waiting[oid].at for oid in commits), default=0.0), stashed[name], newest.get(name, 0.0)))
    return tuple(_with_marks(reader, one.told, one.tip, waiting, own) for one in _newest(reader, line, left))


def _newest(reader: WorktreeReader, line: BranchLine, left: Iterable[_Left]) -> list[_Left]:
    """At most MOST_BRANCHES, newest first. Whether a branch's commits were merged takes long to find out: it is asked of those alone that could be
    among them."""
    found = list[_Left]()
    # Numbered, so that branches of one second stay in their order.
    queue = [(-one.at, number, one, False) for number, one in enumerate(left)]
    heapq.heapify(queue)
    while queue and len(found) < MOST_BRANCHES:
        _, number, one, asked = heapq.heappop(queue)
        if asked or not one.commits or not _is_merged(reader, line, one.tip):
            found.append(one)
        elif one.stashes:
            bare = replace(one, commits=0, committed=0.0)
            heapq.heappush(queue, (-bare.at, number, bare, True))
    return found


def _is_merged(reader: WorktreeReader, line: BranchLine, tip: str) -> bool:
    """A base branch holds all that the branch changed, as a squash leaves it."""
    for base in dict.fromkeys(base.oid for base in line.refs.bases if base.oid != tip):
        common = merge_base(reader.git, tip, base)
        if common and common != tip and reader.objects.holds(common, tip, base):
            return True
    return False


def _waiting(reader: WorktreeReader) -> Mapping[str, _Commit]:
    """Commits of all branches that neither a remote-tracking ref nor HEAD reaches."""
    fields = ("%H", "%P", "%aE", "%ct")
    records = log_records(reader.git, fields, f"--max-count={MOST_COMMITS}", "--branches", "--not", "--remotes", "HEAD", "--")
    return {record[0]: _Commit(tuple(record[1].split()), record[2].lower(), float(record[3] or 0)) for record in records if record}


def _line(tip: str, waiting: Mapping[str, _Commit]) -> Iterable[str]:
    """Of those the ones that a branch reaches, its tip first."""
    left, seen = [tip], dict[str, None]()
    while left:
        oid = left.pop()
        if oid in waiting and oid not in seen:
            seen[oid] = None
            left += waiting[oid].parents
    return sorted(seen, key=lambda oid: -waiting[oid].at)


def _with_marks(reader: WorktreeReader, one: OtherBranch, tip: str, waiting: Mapping[str, _Commit], own: Collection[str]) -> OtherBranch:
    commits = [oid for oid in _line(tip, waiting) if waiting[oid].email in own][:MOST_READ]
    changes = [change for oid in commits for change in changes_of(reader, oid) if change.kind != ChangeKind.DELETED]
    marks = {(change.path, mark.text) for change in changes for mark in change.marks if mark.kind == MarkKind.TODO}
    texts = texts_in(reader, [(tip, path) for path in {path for path, _ in marks}])
    standing = sum(_stands(texts.get((tip, path)), said) for path, said in marks)
    return OtherBranch(one.name, one.unpushed, standing, one.stashes, one.at)


def _stands(text: str | None, said: str) -> bool:
    return text is not None and any(said in line for line in text.split("\n"))
