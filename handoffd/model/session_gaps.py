"""When a session is idle, and when it is over: the arithmetic of pauses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handoffd.model.events import STARTS_SESSION, Event
from handoffd.model.facts import Daemon, Test
from handoffd.model.kinds import DaemonAction

# Start and end of something that goes on, epoch seconds.
Span = tuple[float, float]


def deadline(last: float, pause: float) -> float:
    """When a session whose last event was at `last` has been quiet for the `pause`. Both in epoch seconds or seconds."""
    return last + pause


def is_over(last: float, pause: float, now: float) -> bool:
    """True when a session with an event (`last` > 0) has been quiet for the `pause` at `now`."""
    return last > 0 and now >= deadline(last, pause)


def split_at_gaps(events: Sequence[Event], last: float, gap: float, going: Iterable[Span] = ()) -> list[list[Event]]:
    """Cut new events where the session before them had ended: group 0 goes on with the open session (may be empty), each further one is new.

        last ──e1─e2──────longer than gap──────e3─e4──    ->  [[e1, e2], [e3, e4]]

    `last` is the time of the open session's last event that makes a session, 0 when there is none. Only such events make or bridge
    a gap, and test runs, from their start to their end: those that `events` tell of and those `going` on. The others stay with the group in which
    they came. Times never run backwards: a later event of an earlier time counts as now, unless it is told in between that the clock was set back.
    """
    groups: list[list[Event]] = [[]]
    latest, spans = last, sorted([*going, *_spans(events)])
    for event in events:
        if event.kind in STARTS_SESSION and latest and event.at - _reached(latest, gap, spans) > gap:
            groups.append([])
        latest = latest_after(latest, event)
        groups[-1].append(event)
    return groups


def latest_after(latest: float, event: Event) -> float:
    """When a session last moved, by today's clock, once this event is added; 0 while it has none that makes a session."""
    if event.kind in STARTS_SESSION:
        return max(latest, event.at)
    return by_the_clock_of(event, latest)


def by_the_clock_of(event: Event, at: float) -> float:
    """An earlier moment (0: none) by the clock as this event tells it was set."""
    fact = event.fact
    return at - fact.count if at and isinstance(fact, Daemon) and fact.action == DaemonAction.CLOCK else at


def _spans(events: Iterable[Event]) -> list[Span]:
    return [(event.fact.started, event.at) for event in events if isinstance(event.fact, Test) and event.fact.started]


def _reached(latest: float, gap: float, spans: Iterable[Span]) -> float:
    """How far the activity of `latest` goes on through runs, in the order of their starts, that began before it was over."""
    for start, end in spans:
        if start - latest <= gap:
            latest = max(latest, end)
    return latest


def last_session_event(events: Iterable[Event]) -> float:
    """When the newest event that makes a session was, by the clock as it was set last; 0 when there is none."""
    latest = 0.0
    for event in events:
        latest = latest_after(latest, event)
    return latest
