"""What the kernel tells of a process: CPU, memory, threads, wake-ups, inotify watches. Linux."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
_LOOK, _BUSY = 0.1, 0.2
"""Seconds between two looks at a process, and the share of a core from which on it is busy: less is the measuring itself."""


def cpu(pid: int) -> float:
    """Seconds of CPU of a process with the children that it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return run_ns(pid) / 1e9 + sum(map(int, fields[13:15])) / TICK


def run_ns(pid: int) -> int:
    """Nanoseconds that its threads ran; children are not in it, nor a thread that ends meanwhile."""
    return sum(int(text.split()[0]) for text in _of_threads(pid, "schedstat"))


def _of_threads(pid: int, name: str) -> Iterator[str]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            yield (task / name).read_text()


def wakes(pid: int) -> int:
    """How often its threads went to sleep by themselves."""
    return sum(int(found[1]) for text in _of_threads(pid, "status") if (found := re.search(r"^voluntary_ctxt_switches:\s+(\d+)", text, re.M)))


def threads(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/task"))


def peak(pid: int) -> float:
    """Highest resident memory so far, MB."""
    return _kb(Path(f"/proc/{pid}/status").read_text(), "VmHWM") / 1024


def pss(pid: int) -> float:
    """Memory of its own with its share of what it shares, MB."""
    return _kb(Path(f"/proc/{pid}/smaps_rollup").read_text(), "Pss") / 1024


def reset_peak(pid: int) -> None:
    """Let `peak` begin anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def watches(pid: int) -> int:
    """How many inotify watches it holds."""
    found = 0
    for info in Path(f"/proc/{pid}/fdinfo").iterdir():
        try:
            found += info.read_text().count("inotify wd:")
        except OSError:
            continue  # closed meanwhile
    return found


def settled(pid: int, quiet: float, most: float) -> None:
    """Wait until a process has been busy at no look for `quiet` seconds; at most `most` seconds."""
    end, since, before = time.monotonic() + most, time.monotonic(), cpu(pid)
    while time.monotonic() < end and time.monotonic() - since < quiet:
        time.sleep(_LOOK)
        now = cpu(pid)
        if now - before > _LOOK * _BUSY:
            since = time.monotonic()
        before = now


def _kb(text: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.M)
    return int(found[1]) if found else 0
