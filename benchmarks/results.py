"""What a benchmark says: cases with all their values, judged by a bar. Pure.

Case  one contender's values           Row  the cases of one question with its bar
ratio, met                             table, as_json  for people and programs
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from bars import Bar

OURS = "handoffd"


@dataclass(frozen=True)
class Case:
    """`values` of one contender, one a round, in the row's unit. `complete`: '' where that is no question, else what was asked for and found;
    `lacking`: it did not see everything, so its speed is not quoted."""

    name: str
    values: tuple[float, ...]
    complete: str = ""
    lacking: bool = False


@dataclass(frozen=True)
class Row:
    """One question. `floor` names the case that ours is measured against, '' where the bar is a value of its own. `skipped`: contenders that are
    not here, each with why."""

    bar: Bar
    cases: tuple[Case, ...]
    floor: str = ""
    skipped: tuple[str, ...] = ()

    def case(self, name: str) -> Case | None:
        """The contender of that name."""
        return next((case for case in self.cases if case.name == name), None)

    @property
    def reached(self) -> float | None:
        """What is held against the bar: a ratio of medians, or a median. None where one of the two is not there or did not see everything."""
        ours, floor = self.case(OURS), self.case(self.floor)
        if ours is None or not ours.values or ours.lacking:
            return None
        if not self.floor:
            return median(ours.values)
        if floor is None or not floor.values or not median(floor.values):
            return None
        return median(ours.values) / median(floor.values)

    @property
    def verdict(self) -> str:
        """met, missed, or why it cannot be said."""
        ours = self.case(OURS)
        if ours is not None and ours.lacking:
            return "missed: incomplete"
        if self.reached is None:
            return "not measured"
        return "met" if self.reached <= self.bar.limit else "missed"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def spread(values: Sequence[float]) -> str:
    """`8.3 (8.1 to 8.9)`: median, lowest and highest."""
    return short(values[0]) if len(values) == 1 else f"{short(median(values))} ({short(min(values))} to {short(max(values))})"


def short(value: float) -> str:
    """Three digits that say something."""
    if value and abs(value) < 0.01:
        return f"{value:.2g}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


HEAD = ("what", "contender", "median (low to high)", "to floor", "bar", "verdict", "complete")


def table(rows: Sequence[Row]) -> str:
    """Lines of columns, a row's first line ours with its verdict."""
    lines = [HEAD, *(line for row in rows for line in _lines(row))]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def _lines(row: Row) -> list[tuple[str, ...]]:
    floor, lines = row.case(row.floor), []
    for case in sorted(row.cases, key=lambda case: case.name != OURS):
        own = case.name == OURS
        quoted = spread(case.values) if case.values and not case.lacking else "-"
        against = floor and floor.values and case.values and not case.lacking and median(floor.values)
        ratio = f"{median(case.values) / median(floor.values):.2f}" if floor and against else ""
        bar = f"{row.bar.limit:g} {f'x {row.floor}' if row.floor else row.bar.unit}" if own else ""
        lines.append((f"{row.bar.about} [{row.bar.unit}]" if own else "", case.name, quoted, ratio, bar, row.verdict if own else "", case.complete))
    return lines + [("", name, "skipped", "", "", "", "") for name in row.skipped]


def as_json(rows: Sequence[Row], about: Mapping[str, str]) -> dict[str, object]:
    """Everything, for a program; `about` tells machine, date and versions."""
    return {"about": dict(about), "rows": [{**asdict(row), "reached": row.reached, "verdict": row.verdict} for row in rows]}
