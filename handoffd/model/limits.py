"""The clock's limits of one scan."""

from __future__ import annotations

from handoffd.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`now` and `previous` are this scan and the one before, `floor` is the oldest moment that the first scan reports. `pruned`: the journal may have
    had older events and forgotten them, so nothing older is read a second time. All epoch seconds."""

    now: float
    previous: float
    floor: float
    pruned: float = 0.0

    def clamp(self, at: float) -> float:
        """A source's own time, moved into (previous scan, this scan]."""
        return min(max(at, self.previous), self.now)
