"""When a session is over: the arithmetic of idle and gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handoffd.model.events import MAKING, Event
from handoffd.model.facts import Test

# Start and end of something that goes on, epoch seconds.
Span = tuple[float, float]


def deadline(last: float, idle: float) -> float:
    """When a session whose last event was at `last` becomes idle. Both in epoch seconds or seconds."""
    return last + idle


def is_over(last: float, idle: float, now: float) -> bool:
    """True when a session with an event (`last` > 0) has been quiet for the idle time at `now`."""
    return last > 0 and now >= deadline(last, idle)


def split_at_gaps(events: Sequence[Event], last: float, idle: float, going: Iterable[Span] = ()) -> list[list[Event]]:
    """Cut new events where the session before them had ended: group 0 goes on with the open session (may be empty), each further one is new.

        last ──e1─e2────────gap > idle────────e3─e4──    ->  [[e1, e2], [e3, e4]]

    `last` is the time of the open session's last event that makes a session, 0 when there is none. Only such events make or bridge
    a gap, and test runs, from their start to their end: those that `events` tell of and those `going` on. The others stay with the group in which
    they came. Times never run backwards: a later event of an earlier time counts as now.
    """
    groups: list[list[Event]] = [[]]
    latest, spans = last, sorted([*going, *_spans(events)])
    for event in events:
        if event.kind in MAKING:
            if latest and event.at - _reached(latest, idle, spans) > idle:
                groups.append([])
            latest = max(latest, event.at)
        groups[-1].append(event)
    return groups


def _spans(events: Iterable[Event]) -> list[Span]:
    return [(event.fact.started, event.at) for event in events if isinstance(event.fact, Test) and event.fact.started]


def _reached(latest: float, idle: float, spans: Iterable[Span]) -> float:
    """How far the activity of `latest` goes on through runs, in the order of their starts, that began before it was idle."""
    for start, end in spans:
        if start - latest <= idle:
            latest = max(latest, end)
    return latest


def last_making(events: Iterable[Event]) -> float:
    """The time of the newest event that makes a session, 0 when there is none."""
    return max((event.at for event in events if event.kind in MAKING), default=0.0)
