"""The document of a repository that nobody watches: made of git, the files and the reports alone, in memory. Nothing is written anywhere.

own commits, changed files, reports ──> a session in memory ──> snapshot ──> document
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handoffd.files.config import Settings
from handoffd.git.log import log_records
from handoffd.git.parse import ReflogLine, Status, parse_reflog_line
from handoffd.git.refs import head_branch, tracked, upstream
from handoffd.git.status import status
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.handoff.compose import compose
from handoffd.handoff.facts.view import Span
from handoffd.model import text
from handoffd.model.document import CommitLine, Document
from handoffd.model.events import Event
from handoffd.model.facts import File, Test
from handoffd.model.kinds import CommitAction, FactKind, FileAction, PathState
from handoffd.model.limits import Limits
from handoffd.model.local_time import day, minute
from handoffd.model.questions import questions_of
from handoffd.model.records import replace
from handoffd.model.session import Session, fold
from handoffd.model.snapshot import Snapshot
from handoffd.model.triggers import Trigger
from handoffd.present.branch_begin import DAYS
from handoffd.present.branch_line import BranchLine, branch_line
from handoffd.present.snapshot import take
from handoffd.sources.git.commit_facts import commit_fact
from handoffd.sources.git.head_log import whole_head_log
from handoffd.sources.git.movements import HeadMove
from handoffd.sources.git.tree_state import TreeState
from handoffd.sources.git.working_tree import states_of
from handoffd.sources.source import Scan
from handoffd.sources.test_runs.reports import Reports
from handoffd.sources.test_runs.run_tree import with_merged_runs

MOST_COMMITS = 100
LAST = 5
# What took HEAD to files that it did not make: a report that is older may be of another tree.
_CAME = ("clone", "checkout", "pull", "merge", "rebase", "reset", "switch")
_ACTIONS = {
    PathState.UNTRACKED: FileAction.CREATED,
    PathState.DELETED: FileAction.DELETED,
    PathState.RENAMED: FileAction.RENAMED,
    PathState.CONFLICTED: FileAction.CONFLICTED,
    PathState.CHANGED: FileAction.CHANGED,
}


def unwatched_document(reader: WorktreeReader, settings: Settings, now: float) -> Document:
    """The document of the worktree as it is at `now` (epoch seconds). Raises GitError."""
    seen = status(reader.git)
    branch = head_branch(reader.git, reader.worktree)
    scan = Scan(reader, Limits(now, 0.0, 0.0), lambda _: set(), settings, branch=branch)
    line = _line(scan, seen)
    commits = line.commits[-MOST_COMMITS:]
    session = fold(_numbered(_events(scan, seen, [one.oid for one in commits]), scan), reader.id)
    snapshot = take(reader, replace(questions_of(session, None, branch), branch=branch), seen, (), scan.limits)
    clean = reader.redactor.data(snapshot)
    assert isinstance(clean, Snapshot)
    span = Span(_words(line), watched=False)
    document = compose(session, clean, None, worktree=str(reader.worktree.root), trigger=Trigger.FLUSH, ended=now, span=span)
    document = document if session.commits else _with_last(scan, document)
    covers = f"own commits {_words(line)}" if session.commits else f"no own commits {_words(line)}"
    return replace(document, notes=(f"Made {day(now)} {minute(now)} from git, the files and the reports alone: {covers}.",))


def _line(scan: Scan, seen: Status) -> BranchLine:
    follows = upstream(scan.reader.git, scan.branch, seen) if scan.branch else None
    return branch_line(scan.reader, scan.branch, seen.head, follows, questions_of(Session()), scan.limits)


def _words(line: BranchLine) -> str:
    """What the document covers."""
    if not line.begin.commit:
        return f"of the last {DAYS} days"
    return f"since {text.branch(line.begin.source)}" if line.begin.source else f"since {line.begin.commit[:7]}"


def _events(scan: Scan, seen: Status, commits: Iterable[str]) -> Iterator[Event]:
    """What git and the files tell, as the sources of a watched worktree would have told it."""
    states = states_of(scan, seen)
    for oid in commits:
        facts = scan.reader.objects.commit(oid)
        if facts is not None:
            before = next(iter(facts.parents), "")
            line = ReflogLine(before, oid, facts.author, facts.email, facts.committer_at, "+0000", f"commit: {facts.subject}")
            fact = commit_fact(scan, line, HeadMove(CommitAction.COMMIT), CommitAction.COMMIT)
            yield Event(FactKind.COMMIT, facts.committer_at, f"commit:{oid}", fact)
    for path, state in states.items():
        if not scan.reader.ignored(path):
            at = state.mtime_ns / 1e9 or scan.now
            fact_of_file = File(path, _ACTIONS[state.state], state.old_path, state.size, at, state.state == PathState.UNTRACKED)
            yield Event(FactKind.FILE, min(at, scan.now), f"file:{path}", fact_of_file)
    yield from _reports(scan, TreeState(status=seen, now=states))


def _reports(scan: Scan, tree: TreeState) -> Iterator[Event]:
    """The runs whose reports git does not track and that are newer than the files that HEAD came to."""
    came = _came_at(scan)
    found = replace(scan, limits=replace(scan.limits, floor=came))
    runs = [event for event in Reports().read(found, None).events if isinstance(event.fact, Test)]
    paths = {event.fact.report for event in runs if isinstance(event.fact, Test)}
    ours = {path for path in paths if tracked(scan.reader.git, path)}
    yield from with_merged_runs(scan, [event for event in runs if isinstance(event.fact, Test) and event.fact.report not in ours], tree)


def _came_at(scan: Scan) -> float:
    """When HEAD last came to files that others had made, epoch seconds; 0 where no log tells."""
    for raw in reversed(whole_head_log(scan).split(b"\n")):
        line = parse_reflog_line(raw) if raw else None
        if line is not None and line.message.startswith(_CAME):
            return line.at
    return 0.0


def _numbered(events: Iterator[Event], scan: Scan) -> list[Event]:
    """In the order of their times, as a journal has them."""
    ordered = sorted(events, key=lambda event: event.at)
    return [replace(event, id=number, worktree=scan.reader.id, branch=scan.branch) for number, event in enumerate(ordered, 1)]


def _with_last(scan: Scan, document: Document) -> Document:
    """Where nothing is own: the newest commits of the branch, with their authors."""
    fields = ("%H", "%h", "%s", "%aN")
    records = log_records(scan.reader.git, fields, f"--max-count={LAST}", "--no-merges", "HEAD", "--") if document.status.lines else []
    clean = [tuple(scan.reader.redactor.text(part) for part in record) for record in records if record]
    lines = [CommitLine(oid, short, subject, "arrival", "", "Last", author) for oid, short, subject, author in clean]
    said = [f"  Last: {one.short} {text.subject(one.subject, text.WHOLE)} ({text.inline(one.author, 80)})" for one in lines]
    at = next((number for number, one in enumerate(document.status.lines, 1) if one.startswith("**Commits ")), len(document.status.lines))
    told = (*document.status.lines[:at], *said, *document.status.lines[at:])
    return replace(document, status=replace(document.status, lines=told, commits=(*document.status.commits, *lines)))
