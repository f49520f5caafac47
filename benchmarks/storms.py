"""Bursts: appends to every tracked file, an archive unpacked into new folders, and one into a folder that git ignores.

Completeness first: what a watcher told of must be what `git status` tells.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import bars
import process
from contenders import Missing, Watchdog, Watcher, Watchfiles, Watchman, start
from mktree import archive, tracked
from ours import Ours, differing, reset
from results import OURS, Case, Row

KINDS = (Ours, Watchdog, Watchfiles, Watchman)
QUIET = 2.5
"""Longer than the longest that handoffd waits for an edit's successor."""


class Storm(NamedTuple):
    """What one burst cost a watcher. It told of `told` of the `asked` paths and of `more` that it should not have; `took` seconds of the burst
    itself."""

    cpu: float
    peak: float
    told: int
    asked: int
    more: int
    took: float
    rows: int = 0

    @property
    def lacking(self) -> bool:
        return self.told < self.asked or self.more > 0


def rows(root: Path, files: int, unpacked: tuple[int, int], rounds: int, top: Path) -> list[Row]:
    """`unpacked`: files and folders of the archive."""
    appends, skipped = _all(root, top, rounds, lambda: append(root, files))
    tar = archive(top / "unpacked.tar", *unpacked)
    untars, _ = _all(root, top, rounds, lambda: untar(tar, root))
    ignored = [_ignored(root, top, tar) for _ in range(rounds)]
    return [
        Row(bars.APPENDS_CPU, _cases(appends, "cpu"), "watchman", skipped),
        Row(bars.UNTAR_MEMORY, _cases(untars, "peak"), "watchman", skipped),
        Row(bars.IGNORED_ROWS, (Case(OURS, tuple(float(storm.rows) for storm in ignored)),)),
        Row(bars.IGNORED_CPU, (Case(OURS, tuple(storm.cpu / storm.took for storm in ignored)),)),
    ]


def append(root: Path, files: int) -> None:
    """A line to every tracked file."""
    for path in tracked(files):
        handle = os.open(root / path, os.O_WRONLY | os.O_APPEND)
        os.write(handle, b"# more\n")
        os.close(handle)


def untar(tar: Path, into: Path) -> None:
    subprocess.run(["tar", "-xf", str(tar), "-C", str(into)], check=True)


Storms = dict[str, list[Storm]]


def _all(root: Path, top: Path, rounds: int, act: Callable[[], None]) -> tuple[Storms, tuple[str, ...]]:
    found: Storms = {}
    skipped: dict[str, None] = {}
    for _ in range(rounds):
        for kind in KINDS:
            try:
                with start(kind, root, top) as watcher:
                    found.setdefault(watcher.name, []).append(_one(watcher, act))
            except Missing as missing:
                skipped[str(missing)] = None
            finally:
                reset(root)
    return found, tuple(skipped)


def _one(watcher: Watcher, act: Callable[[], None]) -> Storm:
    process.settled(watcher.pid, QUIET, 60)
    before = process.cpu(watcher.pid)
    process.reset_peak(watcher.pid)
    began = time.monotonic()
    act()
    took = time.monotonic() - began
    process.settled(watcher.pid, QUIET, 180)
    cpu, peak = process.cpu(watcher.pid) - before, process.peak(watcher.pid)
    asked = differing(watcher.root)
    told = watcher.paths()
    # The others do not ask git, so they tell more than it; ours must tell the very set.
    more = len(told - asked) if watcher.name == OURS else 0
    return Storm(cpu, peak, len(asked & told), len(asked), more, took)


def _ignored(root: Path, top: Path, tar: Path) -> Storm:
    with start(Ours, root, top) as ours:
        assert isinstance(ours, Ours)
        process.settled(ours.pid, QUIET, 60)
        before, events = process.run_ns(ours.pid), ours.events()
        began = time.monotonic()
        untar(tar, root / "node_modules")
        took = time.monotonic() - began
        process.settled(ours.pid, QUIET, 60)
        cpu = (process.run_ns(ours.pid) - before) / 1e9
        new = ours.events() - events
    subprocess.run(["rm", "-rf", str(root / "node_modules" / "unpacked")], check=True)
    return Storm(cpu, 0.0, 0, 0, 0, took, new)


def _cases(found: Storms, field: str) -> tuple[Case, ...]:
    return tuple(_case(name, storms, field) for name, storms in found.items())


def _case(name: str, storms: Sequence[Storm], field: str) -> Case:
    worst = max(storms, key=lambda storm: (storm.asked - storm.told, storm.more))
    complete = f"{worst.told:,} of {worst.asked:,}" + (f" and {worst.more:,} more" if worst.more else "")
    return Case(name, tuple(getattr(storm, field) for storm in storms), complete, worst.lacking)
