"""Silence, and many worktrees: what a daemon costs when nobody works."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp

import bars
import process
from contenders import Fsmonitor, Missing, Watchdog, Watcher, Watchfiles, Watchman, start
from mktree import git, make
from ours import Daemon, Ours, handoffd
from results import OURS, Case, Row

KINDS = (Ours, Watchdog, Watchfiles, Watchman, Fsmonitor)


def rows(root: Path, seconds: float, top: Path) -> list[Row]:
    """All side by side over the same tree and the same seconds: they do not disturb each other when nothing happens."""
    skipped: list[str] = []
    with ExitStack() as stack:
        watchers: list[Watcher] = []
        for kind in KINDS:
            try:
                watchers.append(stack.enter_context(start(kind, root, top)))
            except Missing as missing:
                skipped.append(str(missing))
        time.sleep(8)
        before = [(process.wakes(watcher.pid), process.run_ns(watcher.pid)) for watcher in watchers]
        time.sleep(seconds)
        after = [(process.wakes(watcher.pid), process.run_ns(watcher.pid)) for watcher in watchers]
        memory = tuple(Case(watcher.name, (process.pss(watcher.pid),)) for watcher in watchers)
    wakes = _rates([watcher.name for watcher in watchers], [(new[0] - old[0]) / seconds for old, new in zip(before, after, strict=True)])
    cpu = _rates([watcher.name for watcher in watchers], [(new[1] - old[1]) / 1e6 * 60 / seconds for old, new in zip(before, after, strict=True)])
    return [
        Row(bars.IDLE_WAKES, wakes, "", tuple(skipped)),
        Row(bars.IDLE_CPU, cpu),
        Row(bars.IDLE_MEMORY, memory, "watchman"),
    ]


def _rates(names: list[str], values: list[float]) -> tuple[Case, ...]:
    return tuple(Case(name, (value,)) for name, value in zip(names, values, strict=True))


def many(count: int, top: Path) -> list[Row]:
    """`count` worktrees of one repository."""
    home = Path(mkdtemp(dir=top))
    root = make(home / "r", 200, ())
    for number in range(1, count):
        git(root, "worktree", "add", "-q", f"../w{number}", "-b", f"b{number}")
    handoffd("init", str(root), home=home)
    daemon = Daemon(home)
    try:
        ready = daemon.said("READY=1")
        process.settled(daemon.pid, 2.0, 120)
        memory, threads = process.pss(daemon.pid), process.threads(daemon.pid)
        first = Case("(first start)", (ready,))
    finally:
        daemon.end()
    again = Daemon(home)
    try:
        ready = again.said("READY=1")
    finally:
        again.end()
    return [
        Row(bars.MANY_THREADS, (Case(OURS, (float(threads),)),)),
        Row(bars.MANY_MEMORY, (Case(OURS, (memory,)),)),
        Row(bars.MANY_READY, (Case(OURS, (ready,)), first)),
    ]
