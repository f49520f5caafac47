"""Where HEAD's branch begins, and which of its commits are own: asked of git, and kept by the journal as an event.

A branch begins at the nearest merge base with a base branch: the heads of remotes, main, master, trunk and develop of all remotes and here, an
upstream under another name, and the commit that the log says it was made from. On a base branch itself, or where no beginning is known, own commits
of the last DAYS are the branch's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from handoffd.git.log import log_records
from handoffd.git.parse import decode
from handoffd.git.refs import merge_base
from handoffd.git.run import Git
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.questions import Questions
from handoffd.model.records import dataclass
from handoffd.model.snapshot import BranchCommit
from handoffd.present.new_commits import FIELDS, commit_of

BASES = ("main", "master", "trunk", "develop")
DAYS = 14
MOST_COMMITS = 500


@dataclass(frozen=True, slots=True)
class Base:
    """A ref that branches are made from: its full name and its commit."""

    ref: str
    oid: str

    @property
    def short(self) -> str:
        """As a person writes it."""
        return self.ref.removeprefix("refs/heads/").removeprefix("refs/remotes/")


@dataclass(frozen=True, slots=True)
class Beginning:
    """`commit` '' where it is not known; `source` is the ref it was taken from, by its short name. `on_base`: HEAD is on a base branch itself, or
    nothing is known, so that only time says what the branch's commits are."""

    commit: str = ""
    source: str = ""
    on_base: bool = False


@dataclass(frozen=True, slots=True)
class Refs:
    """Branches and remote-tracking branches: full name -> commit. `default` is the default branch's name, '' when not known."""

    tips: Mapping[str, str]
    bases: tuple[Base, ...]
    default: str

    @property
    def has_remote_refs(self) -> bool:
        """There is a remote-tracking branch that could tell what is pushed."""
        return any(ref.startswith("refs/remotes/") for ref in self.tips)


def refs_now(git: Git) -> Refs:
    """All of them, in one question."""
    raw = decode(git.try_run("for-each-ref", "--format=%(refname)%01%(objectname)%01%(symref)", "refs/heads", "refs/remotes") or b"")
    rows = [row for row in (line.split("\x01") for line in raw.splitlines()) if len(row) == 3]
    tips = {ref: oid for ref, oid, symbolic in rows if not symbolic}
    heads = [symbolic for ref, _, symbolic in rows if symbolic in tips]
    named = [ref for ref in tips if _name(ref) in BASES]
    ordered = sorted(dict.fromkeys([*heads, *named]), key=lambda ref: ref.startswith("refs/heads/"))
    return Refs(tips, tuple(Base(ref, tips[ref]) for ref in ordered), _default(rows, named))


def _name(ref: str) -> str:
    """The branch's name without its remote."""
    return ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else ref.split("/", 3)[-1]


def _default(rows: Iterable[Sequence[str]], named: Sequence[str]) -> str:
    """What origin/HEAD points at, else the only base there is, a remote's before a local one."""
    said = next((symbolic for ref, _, symbolic in rows if ref == "refs/remotes/origin/HEAD" and symbolic), "")
    if said:
        return said.removeprefix("refs/remotes/origin/")
    for prefix in ("refs/remotes/", "refs/heads/"):
        names = {_name(ref) for ref in named if ref.startswith(prefix)}
        if names:
            return names.pop() if len(names) == 1 else ""
    return ""


def beginning(git: Git, branch: str, head: str, upstream: str, refs: Refs, asked: Questions) -> Beginning:
    """Where the branch begins now. A beginning that was found before is kept while HEAD reaches it, and moves only where the branch took in more of
    its base; that the base came to hold the branch moves nothing."""
    if not head:
        return Beginning()
    if branch in {*BASES, refs.default} or (not branch and any(_reaches(git, base.oid, head) for base in refs.bases)):
        # A detached HEAD that a base holds is on nothing of its own.
        return Beginning(on_base=True)
    others = [base for base in refs.bases if _name(base.ref) != branch]
    followed = f"refs/remotes/{upstream}"
    if followed in refs.tips and _name(followed) != branch:
        others.append(Base(followed, refs.tips[followed]))
    found = _nearest(git, head, others)
    was = Beginning(asked.begin, asked.begin_from) if asked.begin and _reaches(git, head, asked.begin) else None
    made = Beginning(asked.made_at) if asked.made_at and _reaches(git, head, asked.made_at) else None
    if was is not None and (found is None or found.commit == head or not _reaches(git, found.commit, was.commit)):
        return was
    if found is None or found.commit == head:
        return made or found or Beginning(on_base=True)
    nearer = made is not None and made.commit != found.commit and _reaches(git, made.commit, found.commit)
    return made if made is not None and nearer else found


def _nearest(git: Git, head: str, others: Sequence[Base]) -> Beginning | None:
    """The merge base that is not behind another one."""
    found: dict[str, str] = {}
    for base in {base.oid: base for base in reversed(others)}.values():
        common = merge_base(git, head, base.oid)
        if common:
            found.setdefault(common, base.short)
    if not found:
        return None
    left = decode(git.try_run("merge-base", "--independent", *found) or b"").split() if len(found) > 1 else list(found)
    nearest = min(left or found, key=lambda oid: _count(git, oid, head))
    return Beginning(nearest, found[nearest])


def _count(git: Git, old: str, new: str) -> int:
    raw = git.try_run("rev-list", "--count", f"{old}..{new}") or b""
    return int(raw) if raw.strip().isdigit() else 0


def _reaches(git: Git, descendant: str, ancestor: str) -> bool:
    return git.try_run("merge-base", "--is-ancestor", ancestor, descendant) is not None


def branch_commits(reader: WorktreeReader, begin: Beginning, own: Collection[str], now: float) -> tuple[BranchCommit, ...]:
    """Own commits of HEAD's branch, oldest first, merges among them."""
    since = ("HEAD", f"--since={int(now - DAYS * 86400)}") if not begin.commit else (f"{begin.commit}..HEAD",)
    records = log_records(reader.git, FIELDS, f"--max-count={MOST_COMMITS}", "--topo-order", *since, "--")
    return tuple(commit_of(record) for record in reversed(records) if record and record[4].lower() in own)
