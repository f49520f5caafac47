"""The branch's own commits of earlier sessions, as git has them now: which stand, which are unfinished, which were taken back."""

from __future__ import annotations

from functools import cached_property

from handoffd.handoff.facts.history import Reverted, as_seen
from handoffd.handoff.words import is_wip
from handoffd.model.facts import Commit
from handoffd.model.open_work import BranchWork
from handoffd.model.records import dataclass
from handoffd.model.session import Recorded
from handoffd.model.snapshot import Snapshot


@dataclass(frozen=True)
class Earlier:
    """`session` are the names of the commits that the session's own lines tell. Everything is computed when first asked for, and kept."""

    session: frozenset[str]
    snapshot: Snapshot
    work: BranchWork

    @cached_property
    def commits(self) -> tuple[Recorded[Commit], ...]:
        """Oldest first: the journal's facts where it has them, else what git says. An id of 0: the journal has none."""
        known = {seen.fact.new: seen for seen in self.work.commits}
        return tuple(known.get(one.oid) or as_seen(one) for one in self.snapshot.commits if one.oid not in self.session)

    @cached_property
    def reverted(self) -> tuple[Reverted, ...]:
        """Pairs of which both sides are of earlier sessions, oldest first; a revert that was itself taken back holds no more."""
        by_oid = {seen.fact.new: seen for seen in self.commits}
        void: set[str] = set()
        found = []
        for seen in reversed(self.commits):
            oid = seen.fact.reverts
            if oid and seen.fact.new not in void:
                void.add(oid)
                found.append(Reverted(seen, by_oid.get(oid), oid))
        return tuple(reversed(found))

    @cached_property
    def gone(self) -> frozenset[str]:
        """Names of the commits that left nothing: every revert, and what a revert took back."""
        reverts = {seen.fact.new for seen in self.commits if seen.fact.reverts}
        return frozenset(reverts | {pair.oid for pair in self.reverted})

    @cached_property
    def live(self) -> tuple[Recorded[Commit], ...]:
        """Those whose changes are still there, oldest first."""
        return tuple(seen for seen in self.commits if seen.fact.new not in self.gone)

    @cached_property
    def wip(self) -> tuple[Recorded[Commit], ...]:
        """Unfinished ones, oldest first."""
        return tuple(seen for seen in self.live if is_wip(seen.fact.subject))
