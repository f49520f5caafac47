"""Everything that is to be reached, measured in one run on one machine: a table, and if asked JSON and an SVG chart.

    python benchmarks/bench.py                        1,000 files; some minutes
    python benchmarks/bench.py --size 10k             1k, 10k or 100k tracked files, 57,000 ignored ones beside them
    python benchmarks/bench.py --only hook,idle       these parts alone
    python benchmarks/bench.py --json FILE --svg FILE

Storms run on a file system in memory where there is one, so that the disk does not hide what is lost. Ratios hold; times are this machine's.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import chart
import commands
import hook
import idle
import mktree
import morning
import results
import searching
import storing
import storms
import watching

from handoffd.model.errors import UserError

MEMORY = Path("/dev/shm")


class Size(NamedTuple):
    """How much: tracked files, files and folders of the archive, rounds in turns, edits, seconds of silence, worktrees, events in the journal and in
    the biggest session."""

    files: int
    archive: tuple[int, int]
    rounds: int
    edits: int
    silence: float
    worktrees: int
    journal: int
    session: int


SIZES = {
    "1k": Size(1_000, (5_000, 700), 5, 40, 60.0, 100, 100_000, 100_000),
    "10k": Size(10_000, (50_000, 7_000), 5, 100, 60.0, 1_000, 1_000_000, 1_000_000),
    "100k": Size(100_000, (50_000, 7_000), 3, 100, 60.0, 1_000, 10_000_000, 1_000_000),
}
Part = Callable[[Size, Path, Callable[[], Path]], list[results.Row]]
"""Given the size, a folder for its own things and the tree, made when first asked for."""

PARTS: dict[str, Part] = {
    "watching": lambda size, top, tree: watching.rows(tree(), size.files, size.rounds, size.edits, top),
    "storms": lambda size, top, tree: storms.rows(tree(), size.files, size.archive, min(size.rounds, 3), top),
    "idle": lambda size, top, tree: idle.rows(tree(), size.silence, top),
    "many": lambda size, top, tree: idle.many(size.worktrees, top),
    "hook": lambda size, top, tree: hook.rows(size.rounds * 6, top),
    "commands": lambda size, top, tree: commands.quick(size.rounds * 6, top),
    "flush": lambda size, top, tree: commands.flush(tree(), size.files, size.rounds, top),
    "journal": lambda size, top, tree: storing.journal(size.journal, size.rounds, top),
    "search": lambda size, top, tree: searching.rows(size.journal, size.rounds, top),
    "morning": lambda size, top, tree: morning.rows(size.rounds * 2, top),
    "composing": lambda size, top, tree: storing.composing(size.session, size.rounds),
}


def main() -> int:
    args = _arguments()
    _alone()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as home:
        found, failed = _measure(Path(home), SIZES[args.size], args.only)
    about = _about(args.size)
    print("\n".join(f"{name}: {text}" for name, text in about.items()), results.table(found), *failed, sep="\n\n")
    if args.json:
        args.json.write_text(json.dumps(results.as_json(found, about), indent=1) + "\n")
    if args.svg:
        args.svg.write_text(chart.svg(found, f"handoffd, {args.size} files, {about['date']}: how much of each limit is used"))
    return 1 if failed else 0


def _measure(top: Path, size: Size, parts: Sequence[str]) -> tuple[list[results.Row], list[str]]:
    """The rows of all parts, and what failed: a long run is not lost for one of them."""
    found: list[results.Row] = []
    failed = []
    made: list[Path] = []

    def tree() -> Path:
        if not made:
            made.append(mktree.make(top / "tree", size.files))
        return made[0]

    for name in parts:
        print(f"{name} ...", flush=True)
        (top / name).mkdir()
        try:
            rows = PARTS[name](size, top / name, tree)
        except (OSError, subprocess.SubprocessError, UserError) as fault:
            failed.append(f"{name} failed: {fault}")
            traceback.print_exc()
            continue
        print(f"{results.table(rows)}\n", flush=True)
        found += rows
    return found, failed


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="1k")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(PARTS), metavar="PART,...", help=", ".join(PARTS))
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--svg", type=Path, metavar="FILE")
    args = parser.parse_args()
    unknown = set(args.only) - PARTS.keys()
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return args


def _alone() -> None:
    """Nothing of the user's has a say: git's configuration, Python's switches."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "PYTHON", "COV_"))]:
        del os.environ[name]
    os.environ.update(GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL=os.devnull, **mktree.IDENTITY)


def _about(size: str) -> dict[str, str]:
    """Where and what was measured."""
    commit = subprocess.run(["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    versions = [f"Python {platform.python_version()}"]
    for tool in ("git", "watchman"):
        if shutil.which(tool):
            versions.append(f"{tool} {subprocess.run([tool, '--version'], capture_output=True, text=True, check=False).stdout.split()[-1]}")
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "commit": commit.stdout.strip(),
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, load {os.getloadavg()[0]:.1f} at the end",
        "versions": ", ".join(versions),
        "size": size,
    }


if __name__ == "__main__":
    sys.exit(main())
