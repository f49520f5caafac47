"""The session: a fold over the events of one worktree since its last closed handoff.

    events ──> fold() ──> Session ──> history() with a Snapshot ──> what became of each commit

One step an event, no clock, git or disk; the same event twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from handoffd.model.events import MAKING, Event, Fact
from handoffd.model.facts import Agent, Arrival, Branch, Checkout, Commit, Daemon, File, Handoff, Note, Push, Reset, Stash, Test
from handoffd.model.kinds import CheckoutAction, CommitAction, FileAction
from handoffd.model.records import dataclass, field
from handoffd.model.session_gaps import by_the_clock_of, latest_after
from handoffd.model.test_runs import COLLECTED, one_each

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Seen(Generic[F]):
    """A fact with what the fold keeps of its envelope: event id, clamped time, HEAD's branch then."""

    id: int
    at: float
    branch: str
    fact: F


@dataclass(frozen=True, slots=True)
class Session:
    """What happened, by kind, each in the journal's order. `started` and `ended` are the first and last event that makes a session (0: none).

    `through` is the id of the last event folded, `moved` of the last one that makes a session (0: none);
    `files` maps a path to its newest file event; `tests` holds each run once, whoever told of it.
    """

    worktree: str = "."
    started: float = 0.0
    ended: float = 0.0
    through: int = 0
    commits: tuple[Seen[Commit], ...] = ()
    checkouts: tuple[Seen[Checkout], ...] = ()
    resets: tuple[Seen[Reset], ...] = ()
    stashes: tuple[Seen[Stash], ...] = ()
    pushes: tuple[Seen[Push], ...] = ()
    branches: tuple[Seen[Branch], ...] = ()
    files: Mapping[str, Seen[File]] = field(default_factory=dict)
    tests: tuple[Seen[Test], ...] = ()
    notes: tuple[Seen[Note], ...] = ()
    agents: tuple[Seen[Agent], ...] = ()
    daemons: tuple[Seen[Daemon], ...] = ()
    handoffs: tuple[Seen[Handoff], ...] = ()
    moved: int = 0

    @property
    def empty(self) -> bool:
        """True when nothing that a handoff could tell is in it. A path that looks as HEAD has it again left nothing, nor did listing tests. What an
        agent alone recorded stands in no section."""
        traces = any(not _traceless(seen.fact) for seen in self.files.values())
        runs = any(seen.fact.state != COLLECTED for seen in self.tests)
        return not (self.commits or traces or runs or self.notes)


def _traceless(fact: File) -> bool:
    return fact.action == FileAction.RESTORED or (fact.action == FileAction.DELETED and fact.untracked)


_LISTS: Mapping[type, str] = {
    Commit: "commits",
    Checkout: "checkouts",
    Reset: "resets",
    Stash: "stashes",
    Push: "pushes",
    Branch: "branches",
    Test: "tests",
    Note: "notes",
    Agent: "agents",
    Daemon: "daemons",
    Handoff: "handoffs",
}


def fold(events: Iterable[Event], worktree: str = ".") -> Session:
    """The session that `events` (of one worktree, in the journal's order) make."""
    lists: dict[str, list[Seen[Fact]]] = {name: [] for name in _LISTS.values()}
    files: dict[str, Seen[File]] = {}
    known: set[str] = set()
    started = ended = 0.0
    through = moved = 0
    for event in events:
        if event.key in known:
            continue
        known.add(event.key)
        through = max(through, event.id)
        if event.kind in MAKING:
            started = min(started, event.at) if started else event.at
            moved = max(moved, event.id)
        started, ended = by_the_clock_of(event, started), latest_after(ended, event)
        if isinstance(event.fact, File):
            files.pop(event.fact.path, None)
            files[event.fact.path] = Seen(event.id, event.at, event.branch, event.fact)
        elif type(event.fact) in _LISTS:
            lists[_LISTS[type(event.fact)]].append(Seen(event.id, event.at, event.branch, event.fact))
    frozen = {name: tuple(seen) for name, seen in lists.items()} | {"tests": one_each(lists["tests"])}
    return Session(worktree=worktree, started=started, ended=ended, through=through, files=files, moved=moved, **frozen)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Lost:
    """A commit that no branch or remote reaches and nothing replaced. `reset` is the reset's event, None when something else dropped it."""

    commit: Seen[Commit]
    reset: Seen[Reset] | None


@dataclass(frozen=True, slots=True)
class Reverted:
    """Both sides of a revert, when both are on HEAD. `original` is None when the reverted commit is not of this session."""

    revert: Seen[Commit]
    original: Seen[Commit] | None
    oid: str


@dataclass(frozen=True, slots=True)
class History:
    """What became of the session's commits. `counted`: reached by HEAD, oldest first. `elsewhere`: (branch, commit) reached only from other
    branches. `lost`: reset away. `replaced`: old name to the name that took its place ('' where a rebase dropped or squashed it).
    `reverted`: pairs. `arrivals`: commits of others, oldest first, that are not the session's own."""

    counted: tuple[Seen[Commit], ...]
    elsewhere: tuple[tuple[str, Seen[Commit]], ...]
    lost: tuple[Lost, ...]
    replaced: Mapping[str, str]
    reverted: tuple[Reverted, ...]
    arrivals: tuple[Arrival, ...]
    arrived: int


def own_commits(session: Session) -> tuple[Seen[Commit], ...]:
    """Each commit once, by name: where HEAD came to it more than once, the first time counts."""
    first: dict[str, Seen[Commit]] = {}
    for seen in session.commits:
        first.setdefault(seen.fact.new, seen)
    return tuple(first.values())


def history(session: Session, on_head: Iterable[str], on_branches: Mapping[str, str], on_remotes: Iterable[str]) -> History:
    """Sort the session's commits by what reaches them now."""
    head, remotes = set(on_head), set(on_remotes)
    own = own_commits(session)
    replaced = _replaced(session, own)
    counted = tuple(seen for seen in own if seen.fact.new in head)
    elsewhere = tuple((on_branches[seen.fact.new], seen) for seen in own if seen.fact.new not in head and seen.fact.new in on_branches)
    gone = [seen for seen in own if seen.fact.new not in head and seen.fact.new not in on_branches and seen.fact.new not in remotes]
    lost = tuple(Lost(seen, _reset_of(session, seen)) for seen in gone if seen.fact.new not in replaced)
    arrivals, arrived = arrivals_of(session)
    return History(counted, elsewhere, lost, replaced, _reverted(counted), arrivals, arrived)


def _replaced(session: Session, own: tuple[Seen[Commit], ...]) -> dict[str, str]:
    """Old names that an amend or a rebase left behind. A rebase replaces every own commit that its start was built on."""
    replaced = {seen.fact.old: seen.fact.new for seen in own if seen.fact.action == CommitAction.AMEND}
    parents = {seen.fact.new: seen.fact.parents[:1] for seen in own}
    rebased = [seen.fact.old for seen in session.checkouts if seen.fact.action == CheckoutAction.REBASE_START]
    rebased += [seen.fact.old for seen in own if seen.fact.action == CommitAction.REBASE]
    for start in rebased:
        oid = start
        while oid in parents:
            replaced.setdefault(oid, "")
            oid = next(iter(parents[oid]), "")
            if oid in replaced:
                break
    return replaced


def _reset_of(session: Session, lost: Seen[Commit]) -> Seen[Reset] | None:
    later = (seen for seen in session.resets if seen.id > lost.id and seen.fact.old != seen.fact.new)
    return next(later, None)


def _reverted(counted: tuple[Seen[Commit], ...]) -> tuple[Reverted, ...]:
    by_oid = {seen.fact.new: seen for seen in counted}
    reverts = (seen for seen in counted if seen.fact.reverts)
    return tuple(Reverted(seen, by_oid.get(seen.fact.reverts), seen.fact.reverts) for seen in reverts)


def arrivals_of(session: Session) -> tuple[tuple[Arrival, ...], int]:
    """Commits of others that came in, oldest first, each once, and how many there were with those that the facts were cut at."""
    own = {seen.fact.new for seen in session.commits}
    found: dict[str, Arrival] = {}
    cut = 0
    moves: list[Seen[Commit] | Seen[Checkout]] = sorted([*session.commits, *session.checkouts], key=lambda seen: seen.id)
    for seen in moves:
        cut += max(0, seen.fact.arrived - len(seen.fact.arrivals))
        for arrival in reversed(seen.fact.arrivals):
            if arrival.oid not in own:
                found.setdefault(arrival.oid, arrival)
    return tuple(found.values()), len(found) + cut
