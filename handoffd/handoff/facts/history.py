"""What became of the session's commits, by what git says of them now. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from handoffd.model.facts import Arrival, Checkout, Commit, Reset
from handoffd.model.kinds import CommitAction
from handoffd.model.open_work import BranchWork
from handoffd.model.records import dataclass
from handoffd.model.session import Recorded, Session, own_commits
from handoffd.model.snapshot import BranchCommit, Snapshot


@dataclass(frozen=True, slots=True)
class Lost:
    """A commit whose content is nowhere any more. `reset` is the event of the reset that took it away, None when something else did."""

    commit: Recorded[Commit]
    reset: Recorded[Reset] | None


@dataclass(frozen=True, slots=True)
class Reverted:
    """Both sides of a revert. `original` is None when the reverted commit is not of this session. `oid` is its name now."""

    revert: Recorded[Commit]
    original: Recorded[Commit] | None
    oid: str


@dataclass(frozen=True, slots=True)
class History:
    """`counted`: own commits that HEAD reaches, oldest first. `picked`: the same by another author. `elsewhere`: (branch, commit) reached only from
    other branches. `lost`: nowhere any more. `reverted`: pairs. `arrivals`: commits of others that HEAD holds since the session's start, oldest
    first, of `arrived`. `elsewhere_arrivals`: (branch, commit) of those that came in on another branch."""

    counted: tuple[Recorded[Commit], ...]
    picked: tuple[Recorded[Commit], ...]
    elsewhere: tuple[tuple[str, Recorded[Commit]], ...]
    lost: tuple[Lost, ...]
    reverted: tuple[Reverted, ...]
    arrivals: tuple[Arrival, ...]
    arrived: int
    elsewhere_arrivals: tuple[tuple[str, Arrival], ...] = ()


def history(session: Session, work: BranchWork, snapshot: Snapshot) -> History:
    """Sort the session's commits by what reaches them now."""
    head, branches = set(snapshot.on_head), dict(snapshot.on_branches)
    own = own_commits(session)
    told = {seen.fact.new for seen in own}
    unlogged = tuple(as_seen(one) for one in snapshot.unlogged if one.oid not in told)
    line = {oid: number for number, oid in enumerate(snapshot.line)}
    # Oldest first: in the order of HEAD's history where that is known, else of the journal.
    here = sorted([*(seen for seen in own if seen.fact.new in head), *unlogged], key=lambda seen: (line.get(seen.fact.new, -1), not seen.id, seen.id))
    counted = tuple(seen for seen in here if is_own(snapshot, seen.fact))
    known = {seen.fact.new: seen for seen in (*map(as_seen, snapshot.lost_commits), *work.commits, *own)}
    unlogged_there = tuple((branch, as_seen(one)) for branch, one in snapshot.unlogged_elsewhere)
    return History(
        counted=counted,
        picked=tuple(seen for seen in here if not is_own(snapshot, seen.fact)),
        elsewhere=(*((branches[seen.fact.new], seen) for seen in own if seen.fact.new not in head and seen.fact.new in branches), *unlogged_there),
        lost=tuple(Lost(known[oid], _reset_of(session, known, known[oid])) for oid in snapshot.lost if oid in known),
        reverted=reverted_pairs((*counted,), dict(snapshot.became)),
        arrivals=snapshot.arrivals,
        arrived=max(snapshot.arrived, len(snapshot.arrivals)),
        elsewhere_arrivals=tuple(_elsewhere_arrivals(session, snapshot)),
    )


def is_own(snapshot: Snapshot, fact: Commit) -> bool:
    """Authored by one of the repository's own addresses; where these are not known, every commit is."""
    return not snapshot.own or not fact.email or fact.email.lower() in snapshot.own


def as_seen(one: BranchCommit) -> Recorded[Commit]:
    """A commit that the journal has no event of, as git tells it. Its id is 0."""
    action = CommitAction.MERGE if len(one.parents) > 1 else CommitAction.COMMIT
    fact = Commit(
        next(iter(one.parents), ""),
        one.oid,
        action,
        subject=one.subject,
        parents=one.parents,
        author=one.author,
        email=one.email,
        changes=one.changes,
        count=len(one.changes),
        reverts=one.reverts,
    )
    return Recorded(0, one.committed, "", fact)


def reverted_pairs(counted: tuple[Recorded[Commit], ...], became: Mapping[str, str]) -> tuple[Reverted, ...]:
    """Each revert with what it took back, by the name that this has now."""
    by_oid = {seen.fact.new: seen for seen in counted}
    pairs = ((seen, became.get(seen.fact.reverts) or seen.fact.reverts) for seen in counted if seen.fact.reverts)
    return tuple(Reverted(seen, by_oid.get(oid), oid) for seen, oid in pairs)


def _reset_of(session: Session, known: Mapping[str, Recorded[Commit]], lost: Recorded[Commit]) -> Recorded[Reset] | None:
    """The first reset that moved HEAD from a commit that reaches the lost one to one that does not."""
    oid = lost.fact.new
    for seen in session.resets:
        if (seen.id > lost.id or not lost.id) and _reaches(known, seen.fact.old, oid) and not _reaches(known, seen.fact.new, oid):
            return seen
    return None


def _reaches(known: Mapping[str, Recorded[Commit]], tip: str, oid: str) -> bool:
    left, seen = [tip], set[str]()
    while left:
        here = left.pop()
        if here == oid:
            return True
        if here in known and here not in seen:
            seen.add(here)
            left += known[here].fact.parents
    return False


def _elsewhere_arrivals(session: Session, snapshot: Snapshot) -> list[tuple[str, Arrival]]:
    """Commits of others that a pull or merge brought to another branch, and that HEAD does not hold."""
    head = set(snapshot.on_head)
    found: dict[str, tuple[str, Arrival]] = {}
    moves: list[Recorded[Commit] | Recorded[Checkout]] = [*session.commits, *session.checkouts]
    for seen in moves:
        for arrival in reversed(seen.fact.arrivals):
            if seen.branch and seen.branch != snapshot.branch and arrival.oid not in head:
                found.setdefault(arrival.oid, (seen.branch, arrival))
    return list(found.values())
