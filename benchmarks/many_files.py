"""The whole path of many changed files, from git's status to the document: is it linear, and how much memory does it take?

    python benchmarks/many_files.py                    7,500 files and 150,000, five times each
    python benchmarks/many_files.py --most 20000 --rounds 1

Each round commits so many files of one line, changes every one of them and flushes in a process of its own. The time is the flush's alone.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TIMES, MEGABYTES = 24.0, 300.0
FEW, MANY = 7_500, 150_000
# The process says itself what it took at most: what its parent is told takes in git's processes too.
_FLUSH = """
import resource, sys
from handoffd.cli.main import main
code = main(["flush"])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=open(sys.argv[1], "w"))
sys.exit(code)
"""
_IDENTITY = {f"GIT_{who}_{what}": f"{who.lower()}@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def main() -> int:
    asked = _arguments()
    few = [_flush(asked.few) for _ in range(asked.rounds)]
    many = [_flush(asked.most) for _ in range(asked.rounds)]
    ratio = statistics.median(seconds for seconds, _ in many) / statistics.median(seconds for seconds, _ in few)
    peak = max(megabytes for _, megabytes in many)
    allowed = TIMES * asked.most / asked.few * FEW / MANY
    for count, rounds in ((asked.few, few), (asked.most, many)):
        print(f"{count:,} files: {', '.join(f'{seconds:.2f} s {megabytes:.0f} MB' for seconds, megabytes in rounds)}")
    print(f"ratio {ratio:.1f}, at most {allowed:.1f}; peak {peak:.0f} MB, at most {MEGABYTES:.0f}")
    return 0 if ratio <= allowed and peak <= MEGABYTES else 1


def _flush(count: int) -> tuple[float, float]:
    """Seconds and the peak memory in MB of the flush of so many changed files, git's own processes not counted in the memory."""
    with tempfile.TemporaryDirectory() as top:
        home, tree = Path(top, "home"), Path(top, "tree")
        home.mkdir()
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", **_IDENTITY}
        _write(tree, count, "one\n")
        for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "chore: start")):
            subprocess.run(["git", *words], cwd=tree, env=env, check=True)
        ours = [sys.executable, "-I", "-m", "handoffd"]
        subprocess.run([*ours, "init"], cwd=tree, env=env, check=True, capture_output=True)
        _write(tree, count, "two words\n")
        peak = Path(top, "peak")
        began = time.perf_counter()
        code = subprocess.run([sys.executable, "-I", "-c", _FLUSH, str(peak)], cwd=tree, env=env, stdout=subprocess.DEVNULL, check=False).returncode
        seconds = time.perf_counter() - began
        if code or not list(tree.glob(".claude/handoff-*.md")):
            raise SystemExit(f"the flush of {count:,} files failed")
        return seconds, int(peak.read_text()) / 1024


def _write(tree: Path, count: int, text: str) -> None:
    """A hundred files to a folder."""
    for number in range(count):
        file = tree / f"d{number // 100:04d}" / f"f{number % 100:02d}.py"
        if number % 100 == 0:
            file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--most", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
