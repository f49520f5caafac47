"""The clock's limits of one scan."""

from __future__ import annotations

from handoffd.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`now` and `previous` are this scan and the one before, `floor` is the oldest moment that the first scan reports; all epoch seconds."""

    now: float
    previous: float
    floor: float

    def clamp(self, at: float) -> float:
        """A source's own time, moved into (previous scan, this scan]."""
        return min(max(at, self.previous), self.now)
