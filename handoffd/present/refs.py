"""Which refs reach the session's commits, what is not pushed, which stashes there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handoffd.code.describe_change import describe
from handoffd.code.marks import removed_lines
from handoffd.git.content import decoded, readable
from handoffd.git.refs import Stash, Upstream, reachable, stashes
from handoffd.git.status import commit_patches
from handoffd.model.errors import UserError
from handoffd.model.facts import Commit
from handoffd.model.kinds import StashAction
from handoffd.model.session import Session
from handoffd.model.snapshot import Reference, StashState
from handoffd.sources.source import Context

MOST = 500
NAMED = 60
# Stashes whose content is read, the newest: each takes several processes.
LOOKED_INTO = 20


def reach(context: Context, oids: Sequence[str]) -> tuple[list[str], dict[str, str], list[str]]:
    """Which of these commits, all of which exist, HEAD reaches, which only another branch does (with its name), and which a remote does."""
    if not oids:
        return [], {}, []
    on_head = reachable(context.git, oids, "HEAD")
    rest = [oid for oid in oids if oid not in on_head]
    on_branches = reachable(context.git, rest, "--branches") if rest else frozenset()
    named = {oid: _branch(context, oid) for oid in rest if oid in on_branches}
    on_remotes = reachable(context.git, oids, "--remotes")
    return [oid for oid in oids if oid in on_head], named, [oid for oid in oids if oid in on_remotes]


def _branch(context: Context, oid: str) -> str:
    raw = context.git.try_run("for-each-ref", "--count=1", "--sort=-committerdate", f"--contains={oid}", "--format=%(refname)", "refs/heads")
    return (raw or b"").decode("utf-8", "surrogateescape").strip().removeprefix("refs/heads/")


def branches_of(session: Session) -> str:
    """The branch that the session's newest event was on."""
    every = (session.commits, session.checkouts, session.files.values(), session.tests, session.notes)
    newest = max(((seen.id, seen.branch) for group in every for seen in group), default=(0, ""))
    return newest[1]


def base_of(head: str, counted: Iterable[Commit]) -> str:
    """The commit on which the session's own work starts: HEAD's nearest ancestor that is not of the session.

    '' when the counted commits are not one straight line down from HEAD: then the difference to it would hold more than the session's work.
    """
    oid, left = head, {commit.new: commit.parents for commit in counted}
    while oid in left:
        parents = left.pop(oid)
        if len(parents) != 1:
            return ""
        oid = parents[0]
    return oid if not left else ""


def unpushed(context: Context, upstream: Upstream | None) -> tuple[Reference, ...]:
    """Commits of HEAD that its upstream lacks, oldest first, at most MOST."""
    if upstream is None or upstream.gone or not upstream.ahead:
        return ()
    raw = context.git.try_run("log", "-z", f"--max-count={MOST}", "--format=%H%x01%s%x01%an", "@{upstream}..HEAD", "--")
    records = [record.split("\x01") for record in (raw or b"").decode("utf-8", "surrogateescape").split("\0") if record]
    return tuple(Reference(*fields[:3]) for fields in reversed(records) if len(fields) == 3)


def stash_states(context: Context, session: Session) -> tuple[StashState, ...]:
    """Stashes that exist now and were made this session, the newest with what they hold."""
    made = {seen.fact.oid for seen in session.stashes if seen.fact.action == StashAction.MADE}
    found = [stash for stash in stashes(context.git, context.worktree) if stash.oid in made] if made else []
    bare = [StashState(stash.oid, stash.index, stash.message, stash.at) for stash in found[LOOKED_INTO:]]
    return (*(_stash(context, stash) for stash in found[:LOOKED_INTO]), *bare)


def _stash(context: Context, stash: Stash) -> StashState:
    try:
        found = list(commit_patches(context.git, f"{stash.oid}^1", stash.oid))
        # `git stash -u` keeps untracked files in a third parent of their own.
        if context.git.try_run("rev-parse", "--verify", "--quiet", f"{stash.oid}^3") is not None:
            found += commit_patches(context.git, "", f"{stash.oid}^3")
    except UserError:
        found = []
    patches = readable(context, found)
    removed = removed_lines(patches)
    changes = []
    for patch in patches[:NAMED]:
        data = None if patch.binary else context.objects.blob(stash.oid, patch.path) or context.objects.blob(f"{stash.oid}^3", patch.path)
        old = None if patch.binary else context.objects.blob(f"{stash.oid}^1", patch.old_path or patch.path)
        changes.append(describe(patch, decoded(context, patch.path, data), decoded(context, patch.old_path or patch.path, old), removed))
    return StashState(stash.oid, stash.index, stash.message, stash.at, changes=tuple(changes))
