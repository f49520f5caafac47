"""What a session asks of the world: everything that `present/` looks up for a snapshot. Pure.

session ──> questions_of() ──> Questions ──> present.snapshot.take() ──> Snapshot
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handoffd.model.change import Change
from handoffd.model.facts import Arrival, Checkout, Commit, Note, Reset, Test
from handoffd.model.kinds import BranchAction, ChangeKind, CheckoutAction, CommitAction, StashAction
from handoffd.model.open_work import BranchWork
from handoffd.model.records import dataclass
from handoffd.model.session import Recorded, Session, arrivals_of, head_of, own_commits, start_of
from handoffd.model.test_runs import newest_runs

# Newest test runs that are held against the files as they are now.
RUNS = 10


@dataclass(frozen=True, slots=True)
class AskedCommit:
    """A commit of the session: is it still reached, and do its marks and definitions still stand? `at` is epoch seconds."""

    oid: str
    at: float
    parents: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """The place of a note, by its event: `path` is the name that the file has after all commits since, `quote` what stood on the line."""

    event: int
    path: str
    line: int
    last: int
    quote: str


@dataclass(frozen=True, slots=True)
class AskedBranch:
    """Another branch that has a person's words, by its id: where it was last, and where it began, '' unknown."""

    id: int
    tip: str
    begin: str = ""


@dataclass(frozen=True, slots=True)
class Questions:
    """`commits` are the session's own, oldest first; `arrived`: commits of others came in. `stashes` are the names of stashes that the session made.
    `runs` are the test runs to hold against the files, newest first. `names` are object names that a line may abbreviate.
    `branch` is the branch of the session's newest event, `newest` the newest commit made on it. `start` is where HEAD's branch stood when the
    session came to it, '' unknown. `begin` and `begin_from` are the known beginning of the branch, '' to have it found. `candidates` are earlier
    commits of the branch, those that may be lost among them. `made_at` is the commit where the branch was made, by its log. `began` is when
    the session did, epoch seconds. `amended`: (old, new) of commits that were amended. `brought`: commits of others that the log tells of.
    `places`: those that a person's words named. `head`: where the
    session last saw HEAD, '' where it did not move. `others`: branches whose words stand here once HEAD holds their work.
    `reverted`: commits that a revert names. `left`: commits that a reset or a branch's end left behind. `visited`: (branch, the commit where
    it stood when the session came to it) of other branches. `moved`: commits where HEAD came by a move of its ref alone, as
    update-ref does it."""

    commits: tuple[AskedCommit, ...] = ()
    arrived: bool = False
    stashes: frozenset[str] = frozenset()
    runs: tuple[Recorded[Test], ...] = ()
    names: tuple[str, ...] = ()
    branch: str = ""
    newest: str = ""
    start: str = ""
    begin: str = ""
    begin_from: str = ""
    candidates: tuple[AskedCommit, ...] = ()
    made_at: str = ""
    began: float = 0.0
    amended: tuple[tuple[str, str], ...] = ()
    brought: tuple[str, ...] = ()
    places: tuple[AskedPlace, ...] = ()
    head: str = ""
    others: tuple[AskedBranch, ...] = ()
    reverted: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    visited: tuple[tuple[str, str], ...] = ()
    moved: tuple[str, ...] = ()


def questions_of(session: Session, work: BranchWork | None = None, here: str = "") -> Questions:
    """The questions that a handoff of `session` needs answered. `work` is what the journal knows of HEAD's branch, `here`, from all sessions."""
    own = own_commits(session)
    branch = _last_branch(session)
    known = work or BranchWork()
    return Questions(
        commits=tuple(_asked(seen) for seen in own),
        arrived=bool(arrivals_of(session)[0]),
        stashes=frozenset(seen.fact.oid for seen in session.stashes if seen.fact.action == StashAction.MADE),
        runs=newest_runs(known.tests or session.tests)[:RUNS],
        start=start_of(session, here or branch),
        began=session.started,
        head=head_of(session),
        left=tuple(dict.fromkeys(_left(session))),
        visited=tuple((name, start_of(session, name)) for name in _visited(session) if name != (here or branch)),
        moved=tuple(seen.fact.new for seen in session.checkouts if seen.fact.action == CheckoutAction.OTHER and seen.fact.new != seen.fact.old),
        reverted=tuple(seen.fact.reverts for seen in (*known.commits, *own) if seen.fact.reverts),
        amended=tuple((seen.fact.old, seen.fact.new) for seen in (*known.commits, *own) if seen.fact.action == CommitAction.AMEND),
        brought=tuple(dict.fromkeys(arrival.oid for arrivals in brought_in(session) for arrival in arrivals)),
        places=tuple(_place(seen, (*known.commits, *own)) for seen in known.notes or session.notes if seen.fact.path),
        begin=known.begin,
        begin_from=known.begin_from,
        made_at=known.made_at,
        candidates=tuple(_asked(seen) for seen in known.commits),
        names=tuple(dict.fromkeys(_names(session))),
        branch=branch,
        newest=next((seen.fact.new for seen in reversed(session.commits) if seen.branch == branch), ""),
    )


def _place(seen: Recorded[Note], commits: Iterable[Recorded[Commit]]) -> AskedPlace:
    path = seen.fact.path
    # A commit of the same second may stand before the words that it came after: git has whole seconds.
    later = {one.id: one for one in commits if one.id > seen.id or one.at > seen.at - 1}
    for _, commit in sorted(later.items()):
        path = next((change.path for change in commit.fact.changes if change.kind == ChangeKind.RENAMED and change.old_path == path), path)
    return AskedPlace(seen.id, path, seen.fact.line, seen.fact.last, seen.fact.quote)


def _asked(seen: Recorded[Commit]) -> AskedCommit:
    return AskedCommit(seen.fact.new, seen.at, seen.fact.parents, seen.fact.changes)


def _left(session: Session) -> Iterator[str]:
    """Commits where HEAD or a branch was until a reset or its deletion, whoever made them."""
    yield from (seen.fact.old for seen in session.resets if seen.fact.old != seen.fact.new)
    yield from (seen.fact.commit for seen in session.branches if seen.fact.action == BranchAction.DELETED and seen.fact.commit)


def _visited(session: Session) -> list[str]:
    """The branches that HEAD moved on, by name."""
    moves: list[Recorded[Commit] | Recorded[Checkout] | Recorded[Reset]] = [*session.commits, *session.checkouts, *session.resets]
    return list(dict.fromkeys(seen.branch for seen in sorted(moves, key=lambda seen: seen.id) if seen.branch))


def brought_in(session: Session) -> Iterator[tuple[Arrival, ...]]:
    """Commits of others that the log tells of, by movement."""
    yield from (seen.fact.arrivals for seen in session.commits)
    yield from (seen.fact.arrivals for seen in session.checkouts)


def _names(session: Session) -> Iterator[str]:
    yield from (seen.fact.new for seen in session.commits)
    yield from (seen.fact.old for seen in session.commits)
    yield from (seen.fact.reverts for seen in session.commits)
    yield from (arrival.oid for seen in session.commits for arrival in seen.fact.arrivals)
    yield from (arrival.oid for seen in session.checkouts for arrival in seen.fact.arrivals)
    yield from (seen.fact.commit for seen in session.branches)
    yield from (seen.fact.head for seen in session.tests)


def _last_branch(session: Session) -> str:
    """The branch of the session's newest event."""
    every = (session.commits, session.checkouts, session.files.values(), session.tests, session.notes)
    newest = max(((seen.id, seen.branch) for group in every for seen in group), default=(0, ""))
    return newest[1]
