"""From process start to watching, how many watches that takes, and how long an edit takes from there into the journal."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import bars
import process
from contenders import Fsmonitor, Missing, Script, Watchdog, Watcher, Watchfiles, Watchman, start
from measure import percentile
from mktree import folders
from ours import Ours
from results import Case, Row

from handoffd.daemon.watch_hints import QUIET

KINDS = (Ours, Watchdog, Watchfiles, Watchman, Fsmonitor)
PAUSE = 0.3
"""Seconds between two edits: each is a debounce of its own."""


def rows(root: Path, files: int, rounds: int, edits: int, top: Path) -> list[Row]:
    ready, watches, skipped = _ready(root, rounds, top)
    allowed = 1.02 * folders(root) + 40
    cases = tuple(Case(name, tuple(values)) for name, values in ready.items())
    counted = tuple(Case(name, (float(count),)) for name, count in watches.items() if count)
    found = [
        Row(bars.ready(files), cases, "watchdog", skipped),
        Row(bars.WATCHES, (*counted, Case("allowed", (allowed,))), "allowed"),
    ]
    return found + (_edits(root, edits, top) if edits else [])


def _ready(root: Path, rounds: int, top: Path) -> tuple[dict[str, list[float]], dict[str, int], tuple[str, ...]]:
    ready: dict[str, list[float]] = {}
    watches: dict[str, int] = {}
    skipped: dict[str, None] = {}
    for _ in range(rounds):
        for kind in KINDS:
            try:
                with start(kind, root, top) as watcher:
                    ready.setdefault(watcher.name, []).append(watcher.ready)
                    if isinstance(watcher, Ours):
                        ready.setdefault("(READY told)", []).append(watcher.told)
                    process.settled(watcher.pid, 1.0, 30)
                    watches[watcher.name] = process.watches(watcher.pid)
            except Missing as missing:
                skipped[str(missing)] = None
    return ready, watches, tuple(skipped)


def _edits(root: Path, edits: int, top: Path) -> list[Row]:
    middle: list[Case] = []
    late: list[Case] = []
    for kind, latencies in ((Ours, _journalled), (Watchdog, _handled), (Watchman, _answered)):
        try:
            with start(kind, root, top) as watcher:
                process.settled(watcher.pid, 1.5, 60)
                values = tuple(latencies(watcher, edits))
        except Missing:
            continue
        middle.append(Case(watcher.name, values))
        late.append(Case(watcher.name, (percentile(values, 99),)))
    return [Row(bars.EDIT_MEDIAN, tuple(middle), "watchdog"), Row(bars.EDIT_LATE, tuple(late), "watchman")]


def _write(watcher: Watcher, number: int) -> tuple[str, float]:
    """Make a file; its path and when."""
    path = f"edit{number:04d}.txt"
    began = time.monotonic()
    (watcher.root / path).write_text("x\n")
    return path, began


def _each(watcher: Watcher, edits: int, seen: Callable[[str], float]) -> list[float]:
    """Milliseconds from each edit until `seen`."""
    found = []
    for number in range(edits):
        path, began = _write(watcher, number)
        # An edit that falls into the wait of the one before it waits less than a whole debounce.
        found.append(max(0.0, seen(path) - began) * 1000)
        time.sleep(PAUSE)
    for number in range(edits):
        (watcher.root / f"edit{number:04d}.txt").unlink()
    return found


def _journalled(watcher: Watcher, edits: int) -> list[float]:
    assert isinstance(watcher, Ours)
    place = watcher.place()

    def seen(path: str) -> float:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            newest = place.journal.last(place.id, "file")
            if newest is not None and getattr(newest.fact, "path", "") == path:
                return time.monotonic() - QUIET
            time.sleep(0.001)
        raise TimeoutError(f"{path} is not journalled")

    return _each(watcher, edits, seen)


def _handled(watcher: Watcher, edits: int) -> list[float]:
    assert isinstance(watcher, Script)
    written: dict[str, float] = {}
    for number in range(edits):
        path, began = _write(watcher, number)
        written[str(watcher.root / path)] = began
        time.sleep(PAUSE)
    seen = watcher.seen()
    for path in written:
        Path(path).unlink()
    return [(seen[path] - began) * 1000 for path, began in written.items() if path in seen]


def _answered(watcher: Watcher, edits: int) -> list[float]:
    """watchman tells subscribers after it has settled; a synchronised query is its quickest answer."""
    assert isinstance(watcher, Watchman)

    def seen(path: str) -> float:
        while path not in watcher.paths():
            pass
        return time.monotonic()

    return _each(watcher, edits, seen)
