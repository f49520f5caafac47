"""Where HEAD's branch begins, which of its commits are own, and what the default branch is: asked of git, and kept by the journal as an event.

A branch begins at the nearest merge base with a base branch: the heads of remotes, main, master, trunk and develop of all remotes and here, an
upstream under another name, and the commit that the log says it was made from. On a base branch itself, or where no beginning is known, own commits
of the last DAYS are the branch's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from handoffd.git.log import log_records
from handoffd.git.parse import decode
from handoffd.git.refs import merge_base
from handoffd.git.run import Git
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.facts import reverted_in
from handoffd.model.questions import Questions
from handoffd.model.records import dataclass
from handoffd.model.snapshot import BranchCommit

BASES = ("main", "master", "trunk", "develop")
DAYS = 14
MOST_COMMITS = 500
_FIELDS = ("%H", "%P", "%s", "%aN", "%aE", "%at", "%ct", "%b")


@dataclass(frozen=True, slots=True)
class Base:
    """A ref that branches are made from: its full name and its commit."""

    ref: str
    oid: str

    @property
    def branch(self) -> str:
        """The branch's name without its remote."""
        return self.ref.removeprefix("refs/heads/") if self.ref.startswith("refs/heads/") else self.ref.split("/", 3)[-1]

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


def bases(git: Git) -> tuple[Base, ...]:
    """The base branches that are there, remote ones first."""
    patterns = [f"refs/remotes/*/{name}" for name in ("HEAD", *BASES)] + [f"refs/heads/{name}" for name in BASES]
    raw = decode(git.try_run("for-each-ref", "--format=%(refname)%01%(objectname)%01%(symref)", *patterns) or b"")
    found = [line.split("\x01") for line in raw.splitlines()]
    pairs = [Base(fields[2] or fields[0], fields[1]) for fields in found if len(fields) == 3 and fields[1]]
    ordered = sorted(dict.fromkeys(pairs), key=lambda base: base.ref.startswith("refs/heads/"))
    return tuple(ordered)


def default_branch(git: Git, known: Sequence[Base]) -> str:
    """The default branch's name: what origin/HEAD points at, else the only base there is, a remote's before a local one; '' when not known."""
    said = decode(git.try_run("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD") or b"").strip()
    if said.startswith("refs/remotes/origin/"):
        return said.removeprefix("refs/remotes/origin/")
    for prefix in ("refs/remotes/", "refs/heads/"):
        names = {base.branch for base in known if base.ref.startswith(prefix)}
        if names:
            return names.pop() if len(names) == 1 else ""
    return ""


def beginning(reader: WorktreeReader, branch: str, head: str, upstream: str, known: Sequence[Base], asked: Questions) -> Beginning:
    """Where the branch begins now. A beginning that was found before is kept while HEAD reaches it, and moves only where the branch took in more of
    its base; that the base came to hold the branch moves nothing."""
    if not head:
        return Beginning()
    git = reader.git
    if branch in {*BASES, default_branch(git, known)} or (not branch and _held(git, head, known)):
        return Beginning(on_base=True)
    others = [base for base in known if base.branch != branch]
    if upstream and not upstream.endswith(f"/{branch}") and upstream not in {base.short for base in others}:
        oid = _commit(git, upstream)
        others += [Base(f"refs/remotes/{upstream}", oid)] if oid else []
    found = _nearest(git, head, others)
    was = Beginning(asked.begin, asked.begin_from) if asked.begin and _reaches(git, head, asked.begin) else None
    made = Beginning(asked.made_at) if asked.made_at and _reaches(git, head, asked.made_at) else None
    if was is not None and (found is None or found.commit == head or not _reaches(git, found.commit, was.commit)):
        return was
    if found is None or found.commit == head:
        return made or found or Beginning(on_base=True)
    nearer = made is not None and made.commit != found.commit and _reaches(git, made.commit, found.commit)
    return made if made is not None and nearer else found


def _held(git: Git, head: str, known: Sequence[Base]) -> bool:
    """Whether a base branch reaches HEAD, so that a detached HEAD is on nothing of its own."""
    return any(_reaches(git, base.oid, head) for base in known)


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


def _commit(git: Git, name: str) -> str:
    return decode(git.try_run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") or b"").strip()


def _reaches(git: Git, descendant: str, ancestor: str) -> bool:
    return git.try_run("merge-base", "--is-ancestor", ancestor, descendant) is not None


def own_addresses(git: Git) -> frozenset[str]:
    """Addresses under which this repository has worked: those in the log of HEAD, and the configured one. Lower case, after .mailmap."""
    said = {record[0] for record in log_records(git, ("%gE",), "-g", "--max-count=2000", "HEAD", "--") if record}
    configured = decode(git.try_run("config", "--get", "user.email") or b"").strip()
    mapped = decode(git.try_run("check-mailmap", f"<{configured}>") or b"").strip() if configured else ""
    return frozenset(one.strip("<>").lower() for one in (*said, mapped.rpartition("<")[2] or configured) if one.strip("<>"))


def branch_commits(reader: WorktreeReader, begin: Beginning, own: Collection[str], now: float) -> tuple[BranchCommit, ...]:
    """Own commits of HEAD's branch, oldest first, merges among them."""
    since = ("HEAD", f"--since={int(now - DAYS * 86400)}") if not begin.commit else (f"{begin.commit}..HEAD",)
    records = log_records(reader.git, _FIELDS, f"--max-count={MOST_COMMITS}", "--topo-order", *since, "--")
    return tuple(_commit_of(record) for record in reversed(records) if record and record[4].lower() in own)


def _commit_of(record: tuple[str, ...]) -> BranchCommit:
    oid, parents, subject, author, email, authored, committed, body = record
    return BranchCommit(oid, subject, author, email, float(authored or 0), float(committed or 0), tuple(parents.split()), reverted_in(body))


def unknown_commits(commits: Iterable[BranchCommit], known: Collection[str]) -> tuple[str, ...]:
    """Those that the journal has no facts of, newest first."""
    return tuple(commit.oid for commit in commits if commit.oid not in known)[::-1]
