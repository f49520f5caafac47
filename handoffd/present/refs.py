"""Which refs reach the session's commits, what is not pushed, which stashes there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from handoffd.code.describe_change import describe
from handoffd.code.marks import removed_lines
from handoffd.git.content import readable, texts_in
from handoffd.git.log import log_records
from handoffd.git.refs import Stash, Upstream, reachable, stashes
from handoffd.git.status import commit_patches
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.change import Patch
from handoffd.model.errors import UserError
from handoffd.model.questions import AskedCommit
from handoffd.model.snapshot import Reference, StashState

MOST = 500
NAMED = 60
# Stashes whose content is read, the newest: each takes several processes.
MOST_STASHES_READ = 20


def reach(reader: WorktreeReader, oids: Sequence[str]) -> tuple[list[str], dict[str, str], list[str]]:
    """Which of these commits, all of which exist, HEAD reaches, which only another branch does (with its name), and which a remote does."""
    if not oids:
        return [], {}, []
    on_head = reachable(reader.git, oids, "HEAD")
    rest = [oid for oid in oids if oid not in on_head]
    on_branches = reachable(reader.git, rest, "--branches") if rest else frozenset()
    named = {oid: _branch(reader, oid) for oid in rest if oid in on_branches}
    on_remotes = reachable(reader.git, oids, "--remotes")
    return [oid for oid in oids if oid in on_head], named, [oid for oid in oids if oid in on_remotes]


def _branch(reader: WorktreeReader, oid: str) -> str:
    raw = reader.git.try_run("for-each-ref", "--count=1", "--sort=-committerdate", f"--contains={oid}", "--format=%(refname)", "refs/heads")
    return (raw or b"").decode("utf-8", "surrogateescape").strip().removeprefix("refs/heads/")


def base_of(head: str, counted: Iterable[AskedCommit]) -> str:
    """The commit on which the session's own work starts: HEAD's nearest ancestor that is not of the session.

    '' when the counted commits are not one straight line down from HEAD: then the difference to it would hold more than the session's work.
    """
    oid, left = head, {commit.oid: commit.parents for commit in counted}
    while oid in left:
        parents = left.pop(oid)
        if len(parents) != 1:
            return ""
        oid = parents[0]
    return oid if not left else ""


def unpushed(reader: WorktreeReader, upstream: Upstream | None) -> tuple[Reference, ...]:
    """Commits of HEAD that its upstream lacks, oldest first, at most MOST."""
    if upstream is None or upstream.gone or not upstream.ahead:
        return ()
    records = log_records(reader.git, ("%H", "%s", "%an"), f"--max-count={MOST}", "@{upstream}..HEAD", "--")
    return tuple(Reference(*fields) for fields in reversed(records) if fields)


def stash_states(reader: WorktreeReader, made: Collection[str]) -> tuple[StashState, ...]:
    """The stashes of `made` that exist now, the newest with what they hold."""
    found = [stash for stash in stashes(reader.git, reader.worktree) if stash.oid in made] if made else []
    bare = [StashState(stash.oid, stash.index, stash.message, stash.at) for stash in found[MOST_STASHES_READ:]]
    return (*(_stash(reader, stash) for stash in found[:MOST_STASHES_READ]), *bare)


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
    return StashState(stash.oid, stash.index, stash.message, stash.at, changes=changes)


def _texts(reader: WorktreeReader, stash: Stash, patches: Sequence[Patch]) -> dict[str, tuple[str | None, str | None]]:
    """By path: the text that the stash keeps, and the text before."""
    kept, untracked, before = stash.oid, f"{stash.oid}^3", f"{stash.oid}^1"
    names = {patch.path: ((kept, patch.path), (untracked, patch.path), (before, patch.old_path or patch.path)) for patch in patches}
    found = texts_in(reader, [name for three in names.values() for name in three])
    return {path: (found.get(now) or found.get(new), found.get(old)) for path, (now, new, old) in names.items()}
