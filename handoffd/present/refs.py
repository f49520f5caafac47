"""Which refs reach the session's commits, what is not pushed, which stashes there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from handoffd.code.describe_change import describe
from handoffd.code.marks import removed_lines
from handoffd.git.content import readable, texts_in
from handoffd.git.log import log_records
from handoffd.git.refs import Stash, existing, reachable, stashes
from handoffd.git.status import commit_patches
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.change import Patch
from handoffd.model.errors import UserError
from handoffd.model.lazy import lazy
from handoffd.model.questions import AskedCommit, Questions
from handoffd.model.snapshot import EMPTY_TREES, BranchCommit, StashState
from handoffd.present.branch_line import BranchLine
from handoffd.present.new_commits import FIELDS, NewCommits, commit_of

MOST = 500
NAMED = 60
# Stashes whose content is read, the newest: each takes several processes.
MOST_STASHES_READ = 20
_STASHED_ON = lazy(r"^(?:WIP on|On) (.+?): ")


def reach(reader: WorktreeReader, oids: Sequence[str], brought: Sequence[str], fresh: NewCommits) -> tuple[list[str], dict[str, str], list[str]]:
    """Which of these commits, all of which exist, HEAD reaches, which only another branch does (with its name), and which a remote does. Commits of
    others that were `brought` are among the first where HEAD holds them; those that are `fresh` on HEAD need not be asked for."""
    known = {arrival.oid for arrival in fresh.arrivals}
    others = existing(reader.git, [oid for oid in brought if oid not in known])
    if not oids and not others:
        return [oid for oid in brought if oid in known], {}, []
    on_head = reachable(reader.git, [*oids, *others], "HEAD") | known
    rest = [oid for oid in oids if oid not in on_head]
    on_branches = reachable(reader.git, rest, "--branches") if rest else frozenset()
    named = {oid: _branch(reader, oid) for oid in rest if oid in on_branches}
    on_remotes = reachable(reader.git, oids, "--remotes") if oids else frozenset()
    return [oid for oid in (*oids, *brought) if oid in on_head], named, [oid for oid in oids if oid in on_remotes]


def _branch(reader: WorktreeReader, oid: str) -> str:
    raw = reader.git.try_run("for-each-ref", "--count=1", "--sort=-committerdate", f"--contains={oid}", "--format=%(refname)", "refs/heads")
    return (raw or b"").decode("utf-8", "surrogateescape").strip().removeprefix("refs/heads/")


def start_commit(asked: Questions, head: str, counted: Sequence[AskedCommit], there: Collection[str], held: Collection[str]) -> str:
    """The commit where HEAD's branch stood when the session came to it. Where HEAD did not move on it, or the commit is not `there` any more, or the
    session had made some of its commits before (they are not among those that HEAD `held` since): what the session's own work starts on."""
    if asked.start in there and all(commit.oid in held for commit in counted):
        return asked.start
    return base_of(head, counted) if not asked.arrived else ""


def base_of(head: str, counted: Iterable[AskedCommit]) -> str:
    """The commit on which the session's own work starts: HEAD's nearest ancestor that is not of the session.

    Below the repository's first commit that is the tree without a file. '' when the counted commits are not one straight line down from HEAD: then
    the difference to it would hold more than the session's work.
    """
    oid, left = head, {commit.oid: commit.parents for commit in counted}
    while oid in left:
        parents = left.pop(oid)
        if len(parents) > 1:
            return ""
        oid = parents[0] if parents else EMPTY_TREES[len(oid)]
    return oid if not left else ""


def unpushed(reader: WorktreeReader, line: BranchLine) -> tuple[BranchCommit, ...]:
    """Commits of HEAD that no remote-tracking ref reaches, oldest first, at most MOST. Where no such ref could tell, those of the branch."""
    if not line.who.has_remote:
        return ()
    if not line.refs.has_remote_refs:
        return line.commits
    records = log_records(reader.git, FIELDS, f"--max-count={MOST}", "--topo-order", "HEAD", "--not", "--remotes", "--")
    return tuple(commit_of(record) for record in reversed(records) if record)


def stash_states(reader: WorktreeReader, branch: str) -> tuple[StashState, ...]:
    """Every stash that exists now, those of `branch` first, newest first; the first MOST_STASHES_READ with what they hold."""
    found = sorted(stashes(reader.git, reader.worktree), key=lambda stash: made_on(stash) != branch)
    bare = [StashState(stash.oid, stash.index, stash.message, stash.at, made_on(stash)) for stash in found[MOST_STASHES_READ:]]
    return (*(_stash(reader, stash) for stash in found[:MOST_STASHES_READ]), *bare)


def made_on(stash: Stash) -> str:
    """The branch that the stash's message names, '' where it was made on none."""
    said = _STASHED_ON.match(stash.message)
    return said[1] if said and said[1] != "(no branch)" else ""


def _stash(reader: WorktreeReader, stash: Stash) -> StashState:
    try:
        found = list(commit_patches(reader.git, f"{stash.oid}^1", stash.oid))
        # `git stash -u` keeps untracked files in a third parent of their own.
        if reader.git.try_run("rev-parse", "--verify", "--quiet", f"{stash.oid}^3") is not None:
            found += commit_patches(reader.git, "", f"{stash.oid}^3")
    except UserError:
        found = []
    patches = readable(reader, found)
    removed = removed_lines(patches)
    texts = _texts(reader, stash, [patch for patch in patches[:NAMED] if not patch.binary])
    changes = tuple(describe(patch, *texts.get(patch.path, (None, None)), removed) for patch in patches[:NAMED])
    return StashState(stash.oid, stash.index, stash.message, stash.at, made_on(stash), changes)


def _texts(reader: WorktreeReader, stash: Stash, patches: Sequence[Patch]) -> dict[str, tuple[str | None, str | None]]:
    """By path: the text that the stash keeps, and the text before."""
    kept, untracked, before = stash.oid, f"{stash.oid}^3", f"{stash.oid}^1"
    names = {patch.path: ((kept, patch.path), (untracked, patch.path), (before, patch.old_path or patch.path)) for patch in patches}
    found = texts_in(reader, [name for three in names.values() for name in three])
    return {path: (found.get(now) or found.get(new), found.get(old)) for path, (now, new, old) in names.items()}
