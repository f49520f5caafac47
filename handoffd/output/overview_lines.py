"""The morning screen's lines: place, branch, next step, what is red, not pushed or stashed, age."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from handoffd.model.ages import age
from handoffd.model.counts import plural
from handoffd.model.local_time import day, minute
from handoffd.model.text import terminal
from handoffd.output.columns import columns, fit, pad
from handoffd.output.terminal import Style

# Columns that are left for the next step before places and branches are cut, and that each of these keeps.
_STEP, _FEW = 24, 10
_MINUTE = 60


class OverviewRow(Protocol):
    """What a line is made of (reading/overview.py)."""

    @property
    def repository(self) -> str: ...
    @property
    def root(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def branch(self) -> str: ...
    @property
    def next_step(self) -> str: ...
    @property
    def red(self) -> int: ...
    @property
    def unpushed(self) -> int: ...
    @property
    def stashes(self) -> int: ...
    @property
    def at(self) -> float: ...
    @property
    def as_of(self) -> float: ...
    @property
    def written(self) -> bool: ...
    @property
    def beside(self) -> str: ...


def overview_lines(rows: Sequence[OverviewRow], now: float, home: Path, style: Style) -> list[str]:
    """One line a worktree. The place and the branch give way where the window is narrow, then the next step."""
    places = [terminal(_place(row, home), 400) for row in rows]
    branches = [terminal(row.branch or "detached", 200) for row in rows]
    ages = [age(now - row.at) if now - row.at >= _MINUTE else "now" for row in rows]
    old = max(map(columns, ages), default=0)
    ends = [_state(row, now) for row in rows]
    room = style.width - old - max(map(columns, ends), default=0) - 8 - _STEP
    place, branch = _shared(room, max(map(columns, places), default=0), max(map(columns, branches), default=0))
    lines = []
    for row, where, named, when, end in zip(rows, places, branches, ages, ends, strict=True):
        cells = [pad(_tail(where, place), place), style.paint(pad(fit(named, branch), branch), "bold"), style.paint(pad(when, old), "dim")]
        left = style.width - place - branch - old - 6 - (columns(end) + 2 if end else 0)
        step = terminal(row.next_step, 400) if row.written else _unwritten(row)
        cells += [fit(step, max(left, 1))] if step and left > 1 else []
        cells += [style.paint(end, "yellow")] if end else []
        lines.append("  ".join(cells).rstrip())
    return lines


def _unwritten(row: OverviewRow) -> str:
    """Why there is no next step."""
    here = "no handoff of this branch yet" if row.branch else "no handoff of this detached HEAD yet"
    return f"{here}; {terminal(row.beside, 200)} is open" if row.beside else here


def _shared(room: int, place: int, branch: int) -> tuple[int, int]:
    """Columns for the places and the branches, which want so many: the longer gives way first, each keeps a few."""
    branch = min(branch, max(room // 2, room - place, _FEW))
    return min(place, max(room - branch, _FEW)), branch


def _tail(place: str, most: int) -> str:
    """The end of a path says more than its beginning."""
    while columns(place) > most:
        place = "…" + place[2:] if place.startswith("…") else "…" + place[1:]
    return place


def _place(row: OverviewRow, home: Path) -> str:
    if not row.root:
        return f"{Path(row.repository).parent.name}, removed: {row.name.partition('/')[2].partition('@')[0] or row.name}"
    return f"~/{row.root.removeprefix(f'{home}/')}" if row.root.startswith(f"{home}/") else row.root


def _state(row: OverviewRow, now: float) -> str:
    """`1 red, 2 not pushed, 1 stash; as of 08:10`."""
    parts = [f"{row.red} red"] if row.red else []
    parts += [f"{row.unpushed} not pushed"] if row.unpushed else []
    parts += [plural(row.stashes, "stash", "stashes")] if row.stashes else []
    said = f"({', '.join(parts)})" if parts else ""
    when = minute(row.as_of) if day(row.as_of) == day(now) else f"{day(row.as_of)} {minute(row.as_of)}"
    return f"{said} as of {when}".strip() if row.as_of else said
