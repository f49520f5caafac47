"""Shared by the benchmarks: cases measured in turns (A B C A B C), medians with quartiles, ratios to a floor measured in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

Times = dict[str, list[float]]
Calls = Mapping[str, Callable[[], object]]


def interleaved(cases: Calls, rounds: int, warm: int = 2, before: Calls | None = None) -> Times:
    """Milliseconds of each call, by case; the first `warm` rounds are not counted. The machine's moods fall on all cases alike.

    `before`: what is done before the call of a case and not counted.
    """
    times: Times = {name: [] for name in cases}
    for number in range(warm + rounds):
        for name, case in cases.items():
            if before and name in before:
                before[name]()
            began = time.perf_counter()
            case()
            if number >= warm:
                times[name].append((time.perf_counter() - began) * 1000)
    return times


def percentile(values: Sequence[float], which: int) -> float:
    """Of at least two values, between the lowest and the highest."""
    return statistics.quantiles(values, n=100, method="inclusive")[which - 1]


def spread(values: Sequence[float]) -> str:
    """`8.31 ms (8.12 to 8.90)`: median and quartiles."""
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.2f} ms ({low:.2f} to {high:.2f})"


def report(times: Times, floor: str, bars: Mapping[str, float]) -> None:
    """A line a case; those with a bar also as a ratio to the floor's median."""
    base = statistics.median(times[floor])
    for name, values in times.items():
        ratio = f"   {statistics.median(values) / base:.2f} x {floor}" if name != floor else ""
        bar = f" (bar {bars[name]:.2f})" if name in bars else ""
        print(f"{name:<28} {spread(values)}{ratio}{bar}")
