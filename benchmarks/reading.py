"""What it costs to read: `resume` against composing the same for a flush, `now` against git's own status, the morning screen of many repositories.

    python benchmarks/reading.py                         a repository of 2,000 files, 50 repositories for the screen
    python benchmarks/reading.py --clone PATH            `now` is measured in this clone, which is only read
    python benchmarks/reading.py --repositories 50 --rounds 9

Both sides of a ratio take turns in one run. Medians; in brackets the fastest and the slowest.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

RESUME, NOW, SCREEN = 1.2, 15.0, 1.0
"""Times `flush --dry-run`; times `git status`; seconds."""
_IDENTITY = {f"GIT_{who}_{what}": f"{who.lower()}@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
OURS = (sys.executable, "-I", "-m", "handoffd")


class Measured:
    """Commands that take turns in one folder."""

    def __init__(self, folder: Path, env: dict[str, str], *commands: Sequence[str]) -> None:
        self.seconds: list[list[float]] = [[] for _ in commands]
        self._folder, self._env, self._commands = folder, env, commands

    def run(self, rounds: int) -> Measured:
        # The first round warms what the system keeps of the files.
        for number in range(rounds + 1):
            for times, command in zip(self.seconds, self._commands, strict=True):
                began = time.perf_counter()
                subprocess.run(command, cwd=self._folder, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
                times += [time.perf_counter() - began] if number else []
        return self

    def median(self, number: int) -> float:
        return statistics.median(self.seconds[number])

    def said(self, number: int) -> str:
        times = self.seconds[number]
        return f"{self.median(number) * 1000:.0f} ms ({min(times) * 1000:.0f} to {max(times) * 1000:.0f})"


def main() -> int:
    asked = _arguments()
    with tempfile.TemporaryDirectory() as top:
        home = Path(top, "home")
        home.mkdir()
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", **_IDENTITY}
        first = _watched(home / "first", env, asked.files)
        resume = Measured(first, env, (*OURS, "resume"), (*OURS, "flush", "--dry-run")).run(asked.rounds)
        now = Measured(asked.clone or first, env, (*OURS, "now"), ("git", "status")).run(asked.rounds)
        for number in range(asked.repositories - 1):
            _watched(home / f"r{number}", env, 20)
        screen = Measured(home, env, (*OURS, "overview")).run(asked.rounds)
    rows = (
        ("resume", resume.said(0), f"flush --dry-run {resume.said(1)}", resume.median(0) / resume.median(1), RESUME),
        ("now", now.said(0), f"git status {now.said(1)}", now.median(0) / now.median(1), NOW),
        (f"overview of {asked.repositories} repositories", screen.said(0), "a second", screen.median(0), SCREEN),
    )
    for name, took, beside, ratio, most in rows:
        print(f"{name}: {took}, beside {beside}: {ratio:.2f}, at most {most}")
    return 0 if all(ratio <= most for *_, ratio, most in rows) else 1


def _watched(root: Path, env: dict[str, str], files: int) -> Path:
    """A watched repository with a branch, a handoff, and a change after it."""
    for number in range(files):
        file = root / f"d{number // 100:03d}" / f"f{number % 100:02d}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"def f{number}():\n    return {number}\n")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "chore: start"), ("checkout", "-q", "-b", "feat")):
        subprocess.run(["git", *words], cwd=root, env=env, check=True)
    for words in ("init", "flush"):
        # What was there before is a session of its own.
        subprocess.run([*OURS, words], cwd=root, env=env, check=True, capture_output=True)
    for step in ("one", "two"):
        (root / "d000" / "f00.py").write_text(f"def f0():\n    # TODO: {step}\n    return 0\n")
        subprocess.run(["git", "commit", "-qam", f"feat: {step}"], cwd=root, env=env, check=True)
        if step == "one":
            subprocess.run([*OURS, "flush"], cwd=root, env=env, check=True, capture_output=True)
    return root


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clone", type=Path, help="a clone in which `now` is measured")
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--repositories", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=9)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
