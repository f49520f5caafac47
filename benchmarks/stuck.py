"""What commits and pushes cost while the daemon is stopped: with handoffd's hooks against a repository without, interleaved, in one run.

Prints medians with quartiles, the 99th percentiles and their difference. The bar is 20 ms added at the 99th percentile.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hook import commit, push, repository
from measure import interleaved, percentile, spread

# Of twenty pushes the 99th percentile is the slowest, whatever the machine did then.
COMMITS, PUSHES = 100, 100
BAR = 20.0


def handoffd(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-I", "-m", "handoffd", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def measure(what: str, without: list[float], stopped: list[float]) -> None:
    print(f"{what}: without {spread(without)}, daemon stopped {spread(stopped)}")
    added = percentile(stopped, 99) - percentile(without, 99)
    median = statistics.median(stopped) - statistics.median(without)
    print(f"{what}: added {median:.2f} ms at the median, {added:.2f} ms at the 99th percentile (bar {BAR:.0f})")


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(HOME=home, XDG_STATE_HOME=f"{home}/state", XDG_CONFIG_HOME=f"{home}/config", GIT_CONFIG_NOSYSTEM="1")
        names = {f"GIT_{role}_{kind}": value for role in ("AUTHOR", "COMMITTER") for kind, value in (("NAME", "a"), ("EMAIL", "a@b"))}
        os.environ.update(names)
        plain, ours = repository(Path(home) / "plain"), repository(Path(home) / "ours")
        handoffd("init", str(ours)).wait()
        daemon = handoffd("daemon")
        time.sleep(3)  # it has looked by now; were it not, it would be stopped earlier
        daemon.send_signal(signal.SIGSTOP)
        try:
            commits = interleaved({"without": lambda: commit(plain), "stopped": lambda: commit(ours)}, COMMITS)
            measure("commit", commits["without"], commits["stopped"])
            pushes = interleaved({"without": lambda: (commit(plain), push(plain)), "stopped": lambda: (commit(ours), push(ours))}, PUSHES)
            measure("commit and push", pushes["without"], pushes["stopped"])
        finally:
            daemon.send_signal(signal.SIGCONT)
            daemon.terminate()
            daemon.wait()


if __name__ == "__main__":
    main()
