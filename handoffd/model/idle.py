"""When a session is over: the arithmetic of idle and gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handoffd.model.events import MAKING, Event


def deadline(last: float, idle: float) -> float:
    """When a session whose last event was at `last` becomes idle. Both in epoch seconds or seconds."""
    return last + idle


def is_over(last: float, idle: float, now: float) -> bool:
    """True when a session with an event (`last` > 0) has been quiet for the idle time at `now`."""
    return last > 0 and now >= deadline(last, idle)


def split_at_gaps(events: Sequence[Event], last: float, idle: float) -> list[list[Event]]:
    """Cut new events where the session before them had ended: group 0 goes on with the open session (may be empty), each further one is new.

        last ──e1─e2────────gap > idle────────e3─e4──    ->  [[e1, e2], [e3, e4]]

    `last` is the time of the open session's last event that makes a session, 0 when there is none. Only such events make or bridge
    a gap; the others stay with the group in which they came. Times never run backwards: a later event of an earlier time counts as now.
    """
    groups: list[list[Event]] = [[]]
    latest = last
    for event in events:
        if event.kind in MAKING:
            if latest and event.at - latest > idle:
                groups.append([])
            latest = max(latest, event.at)
        groups[-1].append(event)
    return groups


def last_making(events: Iterable[Event]) -> float:
    """The time of the newest event that makes a session, 0 when there is none."""
    return max((event.at for event in events if event.kind in MAKING), default=0.0)
