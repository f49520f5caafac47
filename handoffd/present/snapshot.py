"""Everything about refs and the working tree that composing needs, read once.

branch_begin ─> branch_line ─> refs, other_branches   changes   conflicts   test_runs   commit_changes
                                  └─────────────────────┴───────────┼──────────┴────────────┘
                                                                snapshot
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from handoffd.files.layout import own_folder
from handoffd.files.run_locks import going
from handoffd.git.operations import operation
from handoffd.git.parse import Status
from handoffd.git.reflog import keeps_logs
from handoffd.git.refs import Upstream, abbreviate, head_branch, upstream
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.kinds import EntryKind
from handoffd.model.limits import Limits
from handoffd.model.questions import AskedCommit, Questions
from handoffd.model.records import replace
from handoffd.model.snapshot import BranchCommit, Entry, OpenOperation, Reference, Snapshot, StashState, SubmoduleState
from handoffd.present.branch_line import BranchLine, branch_line
from handoffd.present.changes import changes, entries, foreign_paths, large_files, totals, untracked_folders
from handoffd.present.commit_changes import changes_of, with_changes
from handoffd.present.conflicts import conflicts
from handoffd.present.lost import Lost, lost_commits
from handoffd.present.merged import held_branches, merged_into
from handoffd.present.new_commits import NewCommits, new_commits, unlogged_elsewhere
from handoffd.present.note_places import note_places
from handoffd.present.open_marks import open_marks
from handoffd.present.other_branches import other_branches
from handoffd.present.push_target import push_target
from handoffd.present.refs import reach, start_commit, stash_states, unpushed
from handoffd.present.submodules import submodule_changes, submodule_states, with_submodules
from handoffd.present.test_runs import failure_places, run_trees

NO_LOGS = "git keeps no log of HEAD here (core.logAllRefUpdates): commits are told from history, branches and pushes not at all"


def take(reader: WorktreeReader, asked: Questions, status: Status, baseline: Collection[str], limits: Limits) -> Snapshot:
    """Read everything now. `baseline` are the paths that were dirty before handoffd first scanned and have not changed since; `status` is git's,
    of a moment ago."""
    refs, line, fresh = _refs(reader, asked, status, limits)
    seen_entries, inner = _entries(reader, status, baseline)
    counted = _counted(asked, refs.on_head)
    whole = with_changes(reader, (*line.commits, *refs.unlogged), (*asked.candidates, *asked.commits))
    large = large_files(seen_entries)
    uncommitted, unread = changes(reader, status, seen_entries, large, submodule_changes(inner))
    base = start_commit(asked, status.head, counted, dict(refs.short), set(fresh.held))
    conflicted = [entry.path for entry in seen_entries if entry.kind == EntryKind.CONFLICTED]
    own = {one.oid for one in (*counted, *whole)}
    foreign = foreign_paths(reader, [oid for oid in fresh.held if oid not in own])
    return replace(
        refs,
        submodules=inner,
        entries=seen_entries,
        untracked_folders=untracked_folders(reader, seen_entries),
        changes=uncommitted,
        conflicts=conflicts(reader, refs.operation, seen_entries),
        marks=open_marks(reader, _committed(refs, whole, counted), uncommitted, limits.now, line.default_tip(refs.branch)),
        note_places=note_places(reader, asked.places, seen_entries),
        failures=failure_places(reader, asked.runs, uncommitted, counted),
        runs=run_trees(reader, asked.runs, large),
        going=tuple(run.id for run in going(own_folder(reader.worktree.git_dir))),
        base=base,
        totals=totals(reader, base, status.head, uncommitted, large, foreign, conflicted) if base else (),
        trouble=unread or ("" if keeps_logs(reader.git) else NO_LOGS),
        commits=_told(line.commits, whole, asked),
        unlogged=_told(refs.unlogged, whole, asked),
    )


def _refs(reader: WorktreeReader, asked: Questions, status: Status, limits: Limits) -> tuple[Snapshot, BranchLine, NewCommits]:
    """What refs alone tell, HEAD's branch as a line of commits, and what HEAD holds that it did not hold before the session."""
    branch, open_now = head_branch(reader.git, reader.worktree), operation(reader.git, reader.worktree)
    follows, stashed = upstream(reader.git, branch, status) if branch else None, stash_states(reader, branch)
    line = branch_line(reader, branch or (open_now.branch if open_now else ""), status.head, follows, asked, limits)
    lacking, fresh = (unpushed(reader, line), new_commits(reader.git, status.head, asked, line.who.own)) if status.head else ((), NewCommits())
    told = [*asked.left, *(name for one in (*line.commits, *fresh.own) for name in (one.oid, one.reverts)), *(one.oid for one in fresh.arrivals)]
    short = _short(reader, [*asked.names, asked.start, *_named_now(status.head, stashed, lacking, open_now), *told])
    on_head, on_branches, on_remotes = reach(reader, [commit.oid for commit in asked.commits if commit.oid in short], asked.brought, fresh)
    held = {*on_head, *fresh.held, *(one.oid for one in line.commits)}
    lost = lost_commits(reader, asked, held, line.tips(status.head, fresh.held)) if status.head else Lost()
    found = Snapshot(
        head=status.head,
        branch=branch,
        detached=not branch,
        **_followed(follows),
        operation=open_now,
        stashes=stashed,
        on_head=tuple(on_head),
        on_branches=tuple(on_branches.items()),
        on_remotes=(*on_remotes, *_pushed(line, fresh, lacking)),
        short=tuple(short.items()),
        unpushed=tuple(Reference(one.oid, one.subject, one.author) for one in lacking),
        **_of_line(line),
        other_branches=other_branches(reader, branch, line, stashed),
        push=push_target(reader.git, branch, _had(asked)) if branch and line.who.has_remote else None,
        became=tuple((lost.became or {}).items()),
        lost=lost.lost,
        lost_commits=_unknown(reader, asked, lost.lost),
        unlogged_elsewhere=unlogged_elsewhere(reader.git, line.refs.tips, asked, line.who.own, held),
        unlogged=fresh.own,
        line=fresh.held,
        merged=merged_into(reader, line, status.head) if status.head else "",
        held=held_branches(reader, asked.others, status.head, limits.now),
        arrivals=fresh.arrivals,
        arrived=fresh.arrived,
    )
    return found, _with_waiting(line, lacking), fresh


def _unknown(reader: WorktreeReader, asked: Questions, lost: Sequence[str]) -> tuple[BranchCommit, ...]:
    """The lost commits that no event tells of, with what they changed."""
    known = {commit.oid for commit in (*asked.candidates, *asked.commits)}
    found = [(oid, facts) for oid in lost if oid not in known and (facts := reader.objects.commit(oid)) is not None]
    return tuple(
        BranchCommit(oid, one.subject, one.author, one.email, one.author_at, one.committer_at, one.parents, changes=changes_of(reader, oid))
        for oid, one in found
    )


def _pushed(line: BranchLine, fresh: NewCommits, lacking: Sequence[BranchCommit]) -> tuple[str, ...]:
    """Commits that no log tells and that a remote-tracking branch reaches."""
    waiting = {commit.oid for commit in lacking}
    return tuple(one.oid for one in fresh.own if line.refs.has_remote_refs and one.oid not in waiting)


def _with_waiting(line: BranchLine, lacking: Sequence[BranchCommit]) -> BranchLine:
    """The branch's own commits, with those that wait to be pushed although a base branch here holds them already."""
    known = {commit.oid for commit in line.commits}
    more = [commit for commit in lacking if commit.oid not in known and commit.email.lower() in line.who.own]
    return replace(line, commits=(*more, *line.commits))


def _of_line(line: BranchLine) -> dict[str, Any]:
    """What the snapshot says of the branch itself."""
    begin, who = line.begin, line.who
    known = {"begin": begin.commit, "begin_from": begin.source, "on_base": begin.on_base, "default": line.refs.default}
    return {**known, "own": tuple(sorted(who.own)), "has_remote": who.has_remote}


def _followed(upstream: Upstream | None) -> dict[str, Any]:
    """What the snapshot says of the branch's upstream."""
    if upstream is None:
        return {}
    return {"upstream": upstream.name, "upstream_gone": upstream.gone, "ahead": upstream.ahead, "behind": upstream.behind}


def _had(asked: Questions) -> frozenset[str]:
    """Commits that HEAD's branch had here at some time."""
    return frozenset(oid for commit in (*asked.candidates, *asked.commits) for oid in (commit.oid, *commit.parents))


def _told(commits: Sequence[BranchCommit], whole: Sequence[AskedCommit], asked: Questions) -> tuple[BranchCommit, ...]:
    """The branch's commits, with what they changed where the journal does not know it."""
    known = {commit.oid for commit in (*asked.candidates, *asked.commits)}
    read = {commit.oid: commit.changes for commit in whole if commit.oid not in known}
    return tuple(replace(commit, changes=read.get(commit.oid, ())) for commit in commits)


def _committed(refs: Snapshot, whole: Sequence[AskedCommit], counted: Sequence[AskedCommit]) -> tuple[AskedCommit, ...]:
    """The commits whose marks are the branch's; none where its base holds all of it."""
    return () if refs.merged else _united(whole, counted)


def _united(whole: Sequence[AskedCommit], counted: Sequence[AskedCommit]) -> tuple[AskedCommit, ...]:
    """The branch's commits and the session's, each once, in their order."""
    ours = {commit.oid for commit in counted}
    return (*(commit for commit in whole if commit.oid not in ours), *counted)


def _entries(reader: WorktreeReader, status: Status, baseline: Collection[str]) -> tuple[tuple[Entry, ...], tuple[SubmoduleState, ...]]:
    plain = entries(reader, status, baseline)
    inner = submodule_states(reader, plain, status)
    return with_submodules(reader, plain, inner), inner


def ended(reader: WorktreeReader, asked: Questions) -> Snapshot:
    """For a session that ended before newer work: where its commits are is known, how its working tree was is not."""
    oids = [commit.oid for commit in asked.commits]
    short = _short(reader, [*asked.names, asked.start, asked.newest])
    on_head, on_branches, on_remotes = reach(reader, [oid for oid in oids if oid in short], (), NewCommits())
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


def _named_now(head: str, stashed: Iterable[StashState], lacking: Iterable[BranchCommit], open_now: OpenOperation | None) -> Iterator[str]:
    """Objects that a line about the world now may abbreviate."""
    yield head
    yield from (stash.oid for stash in stashed)
    yield from (name for commit in lacking for name in (commit.oid, commit.reverts))
    if open_now:
        yield from (open_now.other_oid, open_now.onto)


def _short(reader: WorktreeReader, names: Iterable[str]) -> dict[str, str]:
    """git's abbreviations of the names, as far as the objects exist."""
    return abbreviate(reader.git, [oid for oid in dict.fromkeys(names) if len(oid) >= 40 and oid.strip("0")])
