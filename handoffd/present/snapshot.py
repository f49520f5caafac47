"""Everything about refs and the working tree that composing needs, read once.

snapshot_refs  snapshot_files  snapshot_conflicts  snapshot_tests  running
          └──────────┴────────┬────────┴──────────────┴─────────────┘
                          snapshot
"""

from __future__ import annotations

from collections.abc import Collection

from handoffd.files.run_locks import going
from handoffd.git.operations import operation
from handoffd.git.parse import Status
from handoffd.git.reflog import keeps_logs
from handoffd.git.refs import abbreviate, head_branch, upstream
from handoffd.model.session import Session, history, own_commits
from handoffd.model.snapshot import OpenOperation, Reference, Snapshot, StashState
from handoffd.model.test_runs import newest_runs
from handoffd.present.changes import changes, entries, large_files, open_marks, totals
from handoffd.present.conflicts import conflicts
from handoffd.present.refs import base_of, branches_of, reach, stash_states, unpushed
from handoffd.present.test_runs import failure_places, run_trees
from handoffd.sources.source import Context

# Newest test runs that are held against the files as they are now.
RUNS = 10

NO_LOGS = "git keeps no log of HEAD here (core.logAllRefUpdates): commits are told from history, branches and pushes not at all"


def take(context: Context, session: Session, baseline: Collection[str], seen: Status) -> Snapshot:
    """Read it all now, beside git's status. `baseline` are the paths that were dirty before handoffd first looked and have not changed since."""
    branch, seen_entries = head_branch(context.git, context.worktree), entries(context, seen, baseline)
    open_now, stashed = _operation(context), stash_states(context, session)
    branch_upstream = upstream(context.git, branch, seen) if branch else None
    lacking = unpushed(context, branch_upstream)
    oids = [seen.fact.new for seen in own_commits(session)]
    short = _short(context, seen.head, oids, session, stashed, lacking, open_now)
    on_head, on_branches, on_remotes = reach(context, [oid for oid in oids if oid in short])
    told = history(session, on_head, on_branches, on_remotes)
    large = large_files(seen_entries)
    uncommitted, unread = changes(context, seen, seen_entries, large)
    base = base_of(seen.head, (seen.fact for seen in told.counted)) if not told.arrivals else ""
    runs = newest_runs(session.tests)[:RUNS]
    return Snapshot(
        head=seen.head,
        branch=branch,
        detached=not branch,
        upstream=branch_upstream.name if branch_upstream else "",
        upstream_gone=bool(branch_upstream and branch_upstream.gone),
        ahead=branch_upstream.ahead if branch_upstream else 0,
        behind=branch_upstream.behind if branch_upstream else 0,
        operation=open_now,
        entries=seen_entries,
        changes=uncommitted,
        conflicts=conflicts(context, open_now, seen_entries),
        marks=open_marks(context, told, uncommitted),
        stashes=stashed,
        failures=failure_places(context, session, runs, uncommitted, told),
        runs=run_trees(context, runs, large),
        going=tuple(run.id for run in going(context.worktree.git_dir / "handoffd")),
        on_head=tuple(on_head),
        on_branches=tuple(on_branches.items()),
        on_remotes=tuple(on_remotes),
        short=tuple(short.items()),
        unpushed=lacking,
        base=base,
        totals=totals(context, base, seen.head, uncommitted, large) if base else (),
        trouble=unread or ("" if keeps_logs(context.git) else NO_LOGS),
    )


def ended(context: Context, session: Session) -> Snapshot:
    """For a session that ended before newer work: its commits' whereabouts are known, its working tree is not."""
    oids = [seen.fact.new for seen in own_commits(session)]
    branch = branches_of(session)
    newest = next((seen.fact.new for seen in reversed(session.commits) if seen.branch == branch), "")
    short = _short(context, newest, oids, session, (), (), None)
    on_head, on_branches, on_remotes = reach(context, [oid for oid in oids if oid in short])
    # HEAD may have moved on since: what the session's own branch reaches is what it counted.
    counted = [oid for oid in oids if oid in on_head or on_branches.get(oid) == branch]
    elsewhere = tuple((oid, name) for oid, name in on_branches.items() if oid not in counted)
    return Snapshot(
        head=newest,
        branch=branch,
        detached=not branch,
        on_head=tuple(counted),
        on_branches=elsewhere,
        on_remotes=tuple(on_remotes),
        short=tuple(short.items()),
        known=False,
    )


def _operation(context: Context) -> OpenOperation | None:
    found = operation(context.git, context.worktree)
    if found is None:
        return None
    return OpenOperation(
        found.kind, found.other, found.other_oid, found.commits, found.onto, found.branch, found.step, found.total, found.since, found.conflicts
    )


def _short(
    context: Context,
    head: str,
    oids: list[str],
    session: Session,
    stashed: tuple[StashState, ...],
    lacking: tuple[Reference, ...],
    open_now: OpenOperation | None,
) -> dict[str, str]:
    """git's abbreviations of everything that may be named, as far as it exists."""
    wanted = dict.fromkeys(oids)
    wanted.update(dict.fromkeys(seen.fact.old for seen in session.commits))
    wanted.update(dict.fromkeys(seen.fact.reverts for seen in session.commits))
    wanted.update(dict.fromkeys(arrival.oid for seen in session.commits for arrival in seen.fact.arrivals))
    wanted.update(dict.fromkeys(arrival.oid for seen in session.checkouts for arrival in seen.fact.arrivals))
    wanted.update(dict.fromkeys(seen.fact.commit for seen in session.branches))
    wanted.update(dict.fromkeys(seen.fact.head for seen in session.tests))
    wanted.update(dict.fromkeys(stash.oid for stash in stashed))
    wanted.update(dict.fromkeys(reference.oid for reference in lacking))
    wanted.update(dict.fromkeys([head, open_now.other_oid if open_now else "", open_now.onto if open_now else ""]))
    names = [oid for oid in wanted if len(oid) >= 40 and oid.strip("0")]
    return abbreviate(context.git, names)
