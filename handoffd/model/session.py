"""The session: a fold over the events of one worktree since its last closed handoff.

    events ──> fold() ──> Session

One step an event, no clock, git or disk; the same event twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from handoffd.model.drops import Drop
from handoffd.model.events import STARTS_SESSION, Event, Fact
from handoffd.model.facts import Agent, Arrival, Branch, Checkout, Commit, Daemon, File, Handoff, Note, Push, Reset, Stash, Test
from handoffd.model.kinds import CheckoutAction, FileAction
from handoffd.model.records import dataclass, field
from handoffd.model.session_gaps import by_the_clock_of, latest_after
from handoffd.model.test_runs import COLLECTED, merge_witnesses

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Recorded(Generic[F]):
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
    commits: tuple[Recorded[Commit], ...] = ()
    checkouts: tuple[Recorded[Checkout], ...] = ()
    resets: tuple[Recorded[Reset], ...] = ()
    stashes: tuple[Recorded[Stash], ...] = ()
    pushes: tuple[Recorded[Push], ...] = ()
    branches: tuple[Recorded[Branch], ...] = ()
    files: Mapping[str, Recorded[File]] = field(default_factory=dict)
    tests: tuple[Recorded[Test], ...] = ()
    notes: tuple[Recorded[Note], ...] = ()
    agents: tuple[Recorded[Agent], ...] = ()
    daemons: tuple[Recorded[Daemon], ...] = ()
    handoffs: tuple[Recorded[Handoff], ...] = ()
    moved: int = 0
    drops: tuple[Recorded[Drop], ...] = ()

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
    Drop: "drops",
    Agent: "agents",
    Daemon: "daemons",
    Handoff: "handoffs",
}


def fold(events: Iterable[Event], worktree: str = ".") -> Session:
    """The session that `events` (of one worktree, in the journal's order) make."""
    lists: dict[str, list[Recorded[Fact]]] = {name: [] for name in _LISTS.values()}
    files: dict[str, Recorded[File]] = {}
    known: set[str] = set()
    started = ended = 0.0
    through = moved = 0
    for event in events:
        if event.key in known:
            continue
        known.add(event.key)
        through = max(through, event.id)
        if event.kind in STARTS_SESSION:
            started = min(started, event.at) if started else event.at
            moved = max(moved, event.id)
        started, ended = by_the_clock_of(event, started), latest_after(ended, event)
        if isinstance(event.fact, File):
            files.pop(event.fact.path, None)
            files[event.fact.path] = Recorded(event.id, event.at, event.branch, event.fact)
        elif type(event.fact) in _LISTS:
            lists[_LISTS[type(event.fact)]].append(Recorded(event.id, event.at, event.branch, event.fact))
    frozen = {name: tuple(seen) for name, seen in lists.items()} | {"tests": merge_witnesses(lists["tests"])}
    return Session(worktree=worktree, started=started, ended=ended, through=through, files=files, moved=moved, **frozen)  # type: ignore[arg-type]


def own_commits(session: Session) -> tuple[Recorded[Commit], ...]:
    """Each commit once, by name: where HEAD came to it more than once, the first time counts."""
    first: dict[str, Recorded[Commit]] = {}
    for seen in session.commits:
        first.setdefault(seen.fact.new, seen)
    return tuple(first.values())


Move = Recorded[Commit] | Recorded[Checkout] | Recorded[Reset]


def start_of(session: Session, branch: str) -> str:
    """The commit where `branch` stood when the session came to it; '' where HEAD did not move on it. A branch that the session made where HEAD was
    begins where the branch that it was made from stood."""
    moves: list[Move] = [*session.commits, *session.checkouts, *session.resets]
    return _start(sorted(moves, key=lambda seen: seen.id), {seen.fact.name for seen in session.branches}, branch)


def head_of(session: Session) -> str:
    """Where HEAD went last in the session; '' where it did not move."""
    moves: list[Move] = [*session.commits, *session.checkouts, *session.resets]
    newest = max(moves, key=lambda seen: seen.id, default=None)
    return newest.fact.new if newest is not None else ""


def _start(moves: Sequence[Move], made: Collection[str], branch: str) -> str:
    at = next((at for at, seen in enumerate(moves) if seen.branch == branch), None)
    if at is None:
        return ""
    fact = moves[at].fact
    if isinstance(fact, Checkout) and fact.action == CheckoutAction.RENAME and fact.source != branch:
        return _start(moves[:at], made, fact.source) or fact.old
    came = isinstance(fact, Checkout) and fact.action in (CheckoutAction.CHECKOUT, CheckoutAction.CLONE)
    if not came:
        return fact.old if fact.old.strip("0") else ""
    here = moves[at - 1].branch if at else ""
    inherited = _start(moves[:at], made, here) if branch in made and fact.old == fact.new and at and here != branch else ""
    return inherited or fact.new


def arrivals_of(session: Session) -> tuple[tuple[Arrival, ...], int]:
    """Commits of others that came in, oldest first, each once, and how many there were with those that the facts were cut at."""
    own = {seen.fact.new for seen in session.commits}
    found: dict[str, Arrival] = {}
    cut = 0
    moves: list[Recorded[Commit] | Recorded[Checkout]] = sorted([*session.commits, *session.checkouts], key=lambda seen: seen.id)
    for seen in moves:
        cut += max(0, seen.fact.arrived - len(seen.fact.arrivals))
        for arrival in reversed(seen.fact.arrivals):
            if arrival.oid not in own:
                found.setdefault(arrival.oid, arrival)
    return tuple(found.values()), len(found) + cut
