"""Why a handoff is written."""

from __future__ import annotations

from handoffd.model.records import dataclass


@dataclass(frozen=True, slots=True)
class HandoffRequest:
    """`trigger` is the text of a Trigger, or of one that another version wrote. `at` is the title's time (epoch seconds); `closes`: the session ends
    with the handoff; `reconstructed`: nobody wrote it in time."""

    trigger: str
    at: float
    closes: bool = True
    reconstructed: bool = False
