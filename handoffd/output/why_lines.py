"""The events behind a line on a terminal: when, what, who told of it, and what each says of the line. Pure."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from handoffd.model.change import Change
from handoffd.model.events import Event
from handoffd.model.facts import Commit, Note, Test
from handoffd.model.kinds import FactKind
from handoffd.model.text import terminal
from handoffd.output.columns import fit
from handoffd.output.terminal import Style, described

# Who tells of a kind of event.
SOURCES = {
    FactKind.COMMIT: "git's log of HEAD",
    FactKind.CHECKOUT: "git's log of HEAD",
    FactKind.RESET: "git's log of HEAD",
    FactKind.STASH: "git's stashes",
    FactKind.PUSH: "git's log of a remote branch",
    FactKind.BRANCH: "git's log of a branch",
    FactKind.FILE: "the working tree",
    FactKind.SNAPSHOT: "git and the files, asked",
    FactKind.HANDOFF: "handoffd",
    FactKind.DAEMON: "handoffd",
}
_MOST_DETAILS = 8
_LONG = 400


def source_of(event: Event) -> str:
    """Who told of the event, in words."""
    fact = event.fact
    if isinstance(fact, Note):
        return fact.agent or "a person"
    if isinstance(fact, Test):
        return f"report {fact.report}" if fact.report else f"run of {fact.command}" if fact.command else fact.runner or "a test run"
    return SOURCES.get(FactKind(event.kind), event.kind) if event.kind in set(FactKind) else event.kind


def details_of(event: Event, path: str = "", names: Sequence[str] = ()) -> Iterator[str]:
    """What the event says of the line: the file's hunks, the failing tests (those `names` where there are any), the reason of a note."""
    fact = event.fact
    if isinstance(fact, Commit):
        yield from (_hunks(change) for change in fact.changes if path in (change.path, change.old_path))
    elif isinstance(fact, Test):
        failing = [one for one in fact.failures if one.id in names] or [one for one in fact.failures if path in ("", one.path)] or list(fact.failures)
        yield from (f"failed: {one.name}" + (f" — {one.message}" if one.message else "") for one in failing)
    elif isinstance(fact, Note):
        yield from (f"{name}: {said}" for name, said in (("why", fact.why), ("trade-off", fact.tradeoff), ("on the line then", fact.quote)) if said)


def _hunks(change: Change) -> str:
    places = ", ".join(f"{place.line}-{place.last}" if place.last > place.line else str(place.line) for place in change.places[:_MOST_DETAILS])
    names = ", ".join((*change.adds, *change.names)[:_MOST_DETAILS])
    parts = [f"{change.kind} +{change.added} −{change.removed}", f"lines {places}" if places else "", names]
    return f"{change.path}: {'; '.join(filter(None, parts))}"


def why_lines(
    head: str, place: str, events: Sequence[tuple[Event, Sequence[str]]], checks: Sequence[tuple[str, str]], asked: str, style: Style
) -> str:
    """The line in bold, then its events with their details, then what was looked up now. `asked`: what was asked where no event says it."""
    left = max(style.width - 23, 20)
    lines = [style.paint(fit(terminal(f"{place} — {head}" if place and head else place or head, _LONG), style.width), "bold")]
    for event, details in events:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(event.at))
        lines.append(_row(when, f"{event.kind}: {described(event)}", left, style))
        more = [f"+{len(details) - _MOST_DETAILS} more"] if len(details) > _MOST_DETAILS else []
        lines += [" " * 23 + _cut(one, left) for one in (f"told by {source_of(event)}, event {event.id}", *details[:_MOST_DETAILS], *more)]
    lines += [_row("now", asked, left, style)] if asked else []
    lines += [_row("checked now", f"{verdict}: {said}", left, style) for said, verdict in checks]
    return "\n".join(lines)


def _row(when: str, said: str, left: int, style: Style) -> str:
    return f"  {style.paint(when.ljust(19), 'dim')}  {_cut(said, left)}"


def _cut(text: str, left: int) -> str:
    return fit(terminal(text, _LONG), left)
