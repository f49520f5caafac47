"""Everything about refs and the working tree that composing needs, read once.

snapshot_refs  snapshot_files  snapshot_conflicts  snapshot_tests  running
          └──────────┴────────┬────────┴──────────────┴─────────────┘
                          snapshot
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from handoffd.files.layout import own_folder
from handoffd.files.run_locks import going
from handoffd.git.operations import operation
from handoffd.git.parse import Status
from handoffd.git.reflog import keeps_logs
from handoffd.git.refs import abbreviate, head_branch, upstream
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.limits import Limits
from handoffd.model.questions import AskedCommit, Questions
from handoffd.model.snapshot import Entry, OpenOperation, Reference, Snapshot, StashState, SubmoduleState
from handoffd.present.changes import changes, entries, large_files, open_marks, totals
from handoffd.present.conflicts import conflicts
from handoffd.present.refs import base_of, reach, stash_states, unpushed
from handoffd.present.submodules import submodule_changes, submodule_states, with_submodules
from handoffd.present.test_runs import failure_places, run_trees

NO_LOGS = "git keeps no log of HEAD here (core.logAllRefUpdates): commits are told from history, branches and pushes not at all"


def take(reader: WorktreeReader, asked: Questions, status: Status, baseline: Collection[str], limits: Limits) -> Snapshot:
    """Read everything now. `baseline` are the paths that were dirty before handoffd first scanned and have not changed since; `status` is git's,
    of a moment ago."""
    branch, (seen_entries, inner) = head_branch(reader.git, reader.worktree), _entries(reader, status, baseline)
    open_now, stashed = operation(reader.git, reader.worktree), stash_states(reader, asked.stashes)
    branch_upstream = upstream(reader.git, branch, status) if branch else None
    lacking = unpushed(reader, branch_upstream)
    short = _short(reader, [*asked.names, *_named_now(status.head, stashed, lacking, open_now)])
    on_head, on_branches, on_remotes = reach(reader, [commit.oid for commit in asked.commits if commit.oid in short])
    counted = _counted(asked, on_head)
    large = large_files(seen_entries)
    uncommitted, unread = changes(reader, status, seen_entries, large, submodule_changes(inner))
    base = base_of(status.head, counted) if not asked.arrived else ""
    return Snapshot(
        head=status.head,
        branch=branch,
        detached=not branch,
        upstream=branch_upstream.name if branch_upstream else "",
        upstream_gone=bool(branch_upstream and branch_upstream.gone),
        ahead=branch_upstream.ahead if branch_upstream else 0,
        behind=branch_upstream.behind if branch_upstream else 0,
        operation=open_now,
        entries=seen_entries,
        changes=uncommitted,
        conflicts=conflicts(reader, open_now, seen_entries),
        marks=open_marks(reader, counted, uncommitted, limits),
        stashes=stashed,
        failures=failure_places(reader, asked.runs, uncommitted, counted),
        runs=run_trees(reader, asked.runs, large),
        going=tuple(run.id for run in going(own_folder(reader.worktree.git_dir))),
        on_head=tuple(on_head),
        on_branches=tuple(on_branches.items()),
        on_remotes=tuple(on_remotes),
        short=tuple(short.items()),
        unpushed=lacking,
        base=base,
        totals=totals(reader, base, status.head, uncommitted, large) if base else (),
        submodules=inner,
        trouble=unread or ("" if keeps_logs(reader.git) else NO_LOGS),
    )


def _entries(reader: WorktreeReader, status: Status, baseline: Collection[str]) -> tuple[tuple[Entry, ...], tuple[SubmoduleState, ...]]:
    plain = entries(reader, status, baseline)
    inner = submodule_states(reader, plain, status)
    return with_submodules(reader, plain, inner), inner


def ended(reader: WorktreeReader, asked: Questions) -> Snapshot:
    """For a session that ended before newer work: where its commits are is known, how its working tree was is not."""
    oids = [commit.oid for commit in asked.commits]
    short = _short(reader, [*asked.names, asked.newest])
    on_head, on_branches, on_remotes = reach(reader, [oid for oid in oids if oid in short])
    # HEAD may have moved on since: what the session's own branch reaches is what it counted.
    counted = [oid for oid in oids if oid in on_head or on_branches.get(oid) == asked.branch]
    elsewhere = tuple((oid, name) for oid, name in on_branches.items() if oid not in counted)
    return Snapshot(
        head=asked.newest,
        branch=asked.branch,
        detached=not asked.branch,
        on_head=tuple(counted),
        on_branches=elsewhere,
        on_remotes=tuple(on_remotes),
        short=tuple(short.items()),
        known=False,
    )


def _counted(asked: Questions, on_head: Collection[str]) -> tuple[AskedCommit, ...]:
    """The session's commits that HEAD reaches, oldest first."""
    reached = set(on_head)
    return tuple(commit for commit in asked.commits if commit.oid in reached)


def _named_now(head: str, stashed: Iterable[StashState], lacking: Iterable[Reference], open_now: OpenOperation | None) -> Iterator[str]:
    """Objects that a line about the world now may abbreviate."""
    yield head
    yield from (stash.oid for stash in stashed)
    yield from (reference.oid for reference in lacking)
    if open_now:
        yield from (open_now.other_oid, open_now.onto)


def _short(reader: WorktreeReader, names: Iterable[str]) -> dict[str, str]:
    """git's abbreviations of the names, as far as the objects exist."""
    return abbreviate(reader.git, [oid for oid in dict.fromkeys(names) if len(oid) >= 40 and oid.strip("0")])
