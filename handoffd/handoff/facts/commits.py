"""The session's commits: which count, which were reverted, which are pushed. Each question is answered here once."""

from __future__ import annotations

from functools import cached_property

from handoffd.handoff.facts.history import History, Reverted, history
from handoffd.handoff.words import is_wip
from handoffd.model.facts import Commit
from handoffd.model.open_work import BranchWork
from handoffd.model.records import dataclass
from handoffd.model.session import Recorded, Session
from handoffd.model.snapshot import Snapshot

BULK = 20


@dataclass(frozen=True)
class Commits:
    """What became of the session's commits, by the refs of the snapshot. Everything is computed when first asked for, and kept."""

    session: Session
    snapshot: Snapshot
    work: BranchWork = BranchWork()

    @cached_property
    def history(self) -> History:
        return history(self.session, self.work, self.snapshot)

    @property
    def counted(self) -> tuple[Recorded[Commit], ...]:
        """The session's commits that HEAD reaches, oldest first."""
        return self.history.counted

    @cached_property
    def reverts(self) -> tuple[Reverted, ...]:
        """Reverts that hold: not those that were themselves reverted. Oldest first."""
        void: set[str] = set()
        holding = []
        for pair in reversed(self.history.reverted):
            if pair.revert.fact.new not in void:
                void.add(pair.oid)
                holding.append(pair)
        return tuple(reversed(holding))

    @cached_property
    def reverted(self) -> frozenset[str]:
        """Names of the commits that left nothing: every revert, and each commit that a revert that holds took back."""
        return frozenset({pair.oid for pair in self.reverts} | {pair.revert.fact.new for pair in self.history.reverted})

    @cached_property
    def live(self) -> tuple[Recorded[Commit], ...]:
        """Counted commits whose changes are still there, oldest first."""
        return tuple(seen for seen in self.counted if seen.fact.new not in self.reverted)

    @cached_property
    def wip(self) -> tuple[Recorded[Commit], ...]:
        """Live work-in-progress commits, oldest first."""
        return tuple(seen for seen in self.live if is_wip(seen.fact.subject))

    @cached_property
    def unpushed(self) -> tuple[str, ...]:
        """Commits of HEAD that no remote-tracking ref reaches, whatever session made them, oldest first; none where a base holds the branch's
        changes."""
        if self.snapshot.merged:
            return ()
        return tuple(commit.oid for commit in self.snapshot.unpushed)

    def pushed(self, oid: str) -> bool:
        """A remote-tracking ref reaches this commit of the session."""
        return oid in self.snapshot.on_remotes

    def waits(self, oid: str) -> bool:
        """No remote-tracking ref reaches this commit of the branch, and there is a remote that could."""
        return self.snapshot.has_remote and any(commit.oid == oid for commit in self.snapshot.unpushed)

    def is_bulk(self, seen: Recorded[Commit]) -> bool:
        """A commit of more than BULK files."""
        return max(seen.fact.count, len(seen.fact.changes)) > BULK

    def trailers(self, *keys: str) -> tuple[tuple[Recorded[Commit], str], ...]:
        """(commit, value) of live commits' trailers with one of `keys` (lower case), oldest first."""
        return tuple((seen, value) for seen in self.live for key, value in seen.fact.trailers if key.lower() in keys and value.strip())
