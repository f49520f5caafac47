"""What a person waits for at the command line: the version, a note, a flush; and how long a flush stops the daemon's other threads."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

import bars
import process
from measure import interleaved
from mktree import git, tracked
from ours import HANDOFFD, Daemon, environment, handoffd, reset
from results import OURS, Case, Row

FLOOR = "python -c pass"
CHANGED, ADDED = 40, 5
# What a handoff has to ask of git: the working tree and what it follows, the lines of what differs, those files as they were, names of commits.
# That the repository may be read at all, and where it is, is not counted: whoever knows that asks nothing.
STATUS = ("status", "--porcelain=v2", "-z", "--branch", "--no-ahead-behind", "--untracked-files=all")
DIFF = ("diff", "--raw", "-p", "-z", "-M", "-U0", "HEAD", "--")
BEFORE = ("cat-file", "--batch")
NAMES = ("log", "-1", "--format=%H %h")
# Beside the daemon in its process: the longest time for which a thread that wants to run every millisecond did not.
GAPS = """
import sys, threading, time
from pathlib import Path
longest = 0.0
def watch():
    global longest
    before = time.monotonic()
    while True:
        time.sleep(0.001)
        now = time.monotonic()
        if now - before > longest or GAP.exists() is False:
            longest = now - before if GAP.exists() else 0.0
            GAP.write_text(str(longest))
            now = time.monotonic()
        before = now
GAP = Path(sys.argv.pop())
threading.Thread(target=watch, daemon=True).start()
from handoffd.__main__ import run
sys.exit(run())
"""


def quick(rounds: int, top: Path) -> list[Row]:
    """The console script, as people call it; a note in a small repository whose daemon runs."""
    home = Path(mkdtemp(dir=top))
    root = _small(home)
    program = Path(sys.executable).parent / "handoffd"
    calls = {FLOOR: [sys.executable, "-c", "pass"], "version": [str(program), "--version"], "note": [str(program), "note", "todo", "the rest"]}
    daemon = Daemon(home)
    try:
        daemon.said("READY=1")
        times = interleaved({name: partial(_call, words, root, home) for name, words in calls.items()}, rounds)
    finally:
        daemon.end()
    floor = Case(FLOOR, tuple(times[FLOOR]))
    return [Row(bar, (Case(OURS, tuple(times[name])), floor), FLOOR) for bar, name in ((bars.VERSION, "version"), (bars.NOTE, "note"))]


def flush(root: Path, files: int, rounds: int, top: Path) -> list[Row]:
    """No daemon: all the work is the command's own. Every flush has a note to tell."""
    home = Path(mkdtemp(dir=top))
    handoffd("init", str(root), home=home)
    _work(root, files)
    handoffd("flush", str(root), home=home)
    note = partial(_call, [*HANDOFFD, "note", "todo", "next"], root, home)
    cases = {OURS: partial(_call, [*HANDOFFD, "flush"], root, home), f"{FLOOR} and git": partial(_needed, _changed(files), root, home)}
    try:
        times = interleaved(cases, rounds, 1, {OURS: note})
        return [
            Row(bars.flush(files), tuple(Case(name, tuple(values)) for name, values in times.items()), f"{FLOOR} and git"),
            Row(bars.STALL._replace(about=f"{bars.STALL.about}, {files:,} files"), (Case(OURS, tuple(_stalls(root, home, rounds))),)),
        ]
    finally:
        handoffd("uninit", "--purge", str(root), home=home)
        reset(root)


def _stalls(root: Path, home: Path, rounds: int) -> list[float]:
    """Milliseconds, one value a flush that the daemon was asked for."""
    gap = home / "gap"
    daemon = Daemon(home, (sys.executable, "-c", GAPS, "daemon", str(gap)))
    found = []
    try:
        daemon.said("READY=1")
        for _ in range(min(rounds, 5)):
            _call([*HANDOFFD, "note", "todo", "more"], root, home)
            process.settled(daemon.pid, 1.0, 30)
            gap.unlink(missing_ok=True)
            time.sleep(0.05)
            daemon.process.send_signal(signal.SIGUSR1)
            time.sleep(0.5)
            process.settled(daemon.pid, 1.0, 60)
            found.append(float(gap.read_text()) * 1000)
    finally:
        daemon.end()
    return found


def _work(root: Path, files: int) -> None:
    for path in _changed(files):
        with (root / path).open("a") as file:
            file.write("def added():\n    return 1\n")
    for number in range(ADDED):
        (root / f"new{number}.txt").write_text("new\n")


def _changed(files: int) -> list[str]:
    paths = list(tracked(files))
    return paths[:: max(len(paths) // CHANGED, 1)][:CHANGED]


def _needed(changed: list[str], root: Path, home: Path) -> None:
    _call([sys.executable, "-c", "pass"], root, home)
    before = "".join(f"HEAD:{path}\n" for path in changed).encode()
    for words, said in ((STATUS, b""), ((*DIFF, *changed), b""), (BEFORE, before), (NAMES, b"")):
        _call(["git", "--no-optional-locks", "--no-pager", *words], root, home, said)


def _call(words: list[str], root: Path, home: Path, said: bytes = b"") -> None:
    subprocess.run(words, cwd=root, env=environment(home), check=True, input=said, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _small(home: Path) -> Path:
    root = home / "r"
    root.mkdir()
    git(root, "init", "-q", "-b", "main", "--template=")
    (root / "a.py").write_text("a = 1\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    handoffd("init", str(root), home=home)
    return root
