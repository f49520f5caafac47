"""Which events of a long session are enough to fold it: a file that was saved a thousand times is told by its newest event.

fold(events) == fold(needed(events))
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handoffd.model.events import STARTS_SESSION, Event
from handoffd.model.facts import Daemon, File
from handoffd.model.kinds import DaemonAction, FactKind


def needed(events: Sequence[Event]) -> list[Event]:
    """Those events, in their order. The others are older events of files, and snapshots, which no fold reads."""
    last_of_path = {event.fact.path: event.id for event in events if isinstance(event.fact, File)}
    kept = {*last_of_path.values(), *_bounds(events), *(event.id for event in events[-1:])}
    return [event for event in events if event.id in kept or not (isinstance(event.fact, File) or event.kind == FactKind.SNAPSHOT)]


def _bounds(events: Iterable[Event]) -> set[int]:
    """The first and the last moment of the session, by each setting of the clock."""
    found: set[int] = set()
    first: Event | None = None
    last: Event | None = None
    for event in events:
        if event.kind in STARTS_SESSION:
            first = event if first is None or event.at < first.at else first
            last = event if last is None or event.at > last.at else last
        elif isinstance(event.fact, Daemon) and event.fact.action == DaemonAction.CLOCK:
            found |= {one.id for one in (first, last) if one is not None}
            first = last = None
    return found | {one.id for one in (first, last) if one is not None}
