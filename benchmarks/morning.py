"""The morning screen of fifty repositories: where nothing moved since the handoffs were written, and where git has to be asked of each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

import bars
from measure import interleaved
from mktree import git
from ours import HANDOFFD, environment, handoffd
from results import OURS, Case, Row

from handoffd.files.registry import Entry, Registry, state_dir

FLOOR = "git status of each"
REPOSITORIES = 50
FILES, COMMITS = 200, 50


def rows(rounds: int, top: Path) -> list[Row]:
    """The floor is what a person would type in a loop: it tells less, and no next step."""
    home = Path(mkdtemp(dir=top))
    roots = _repositories(home)
    cases = {OURS: partial(_screen, home, len(roots)), f"{OURS}, all moved": partial(_screen, home, len(roots)), FLOOR: partial(_each, home, roots)}
    times = interleaved(cases, rounds, 1, {OURS: partial(_touch, roots, 0.0), f"{OURS}, all moved": partial(_touch, roots, None)})
    floor = Case(FLOOR, tuple(times[FLOOR]))
    still, moved = (tuple(value / 1000 for value in times[name]) for name in (OURS, f"{OURS}, all moved"))
    return [
        Row(bars.MORNING, (Case(OURS, still),)),
        Row(bars.MORNING_MOVED, (Case(OURS, moved),)),
        Row(bars.MORNING_RATIO, (Case(OURS, tuple(times[OURS])), floor), FLOOR),
    ]


def _repositories(home: Path) -> list[Path]:
    """One with a TODO, commits that are not pushed and a stash, and its copies."""
    first = home / "p" / "r00"
    first.mkdir(parents=True)
    git(first, "init", "-q", "-b", "main", "--template=")
    for number in range(FILES):
        (first / f"f{number}.py").write_text(f"value = {number}\n")
    git(first, "add", "-A")
    git(first, "commit", "-qm", "chore: begin")
    git(first, "clone", "-q", "--bare", str(first), str(home / "origin"))
    git(first, "remote", "add", "origin", str(home / "origin"))
    git(first, "fetch", "-q", "origin")
    handoffd("init", str(first), home=home)
    git(first, "checkout", "-q", "-b", "feat/half")
    for number in range(COMMITS):
        (first / "work.py").write_text(f"# TODO: the rest\nvalue = {number}\n")
        git(first, "add", "-A")
        git(first, "commit", "-qm", f"feat: step {number}")
    (first / "f0.py").write_text("value = 7\n")
    git(first, "stash", "push", "-q")
    handoffd("flush", str(first), home=home)
    registry = Registry(state_dir(environment(home)))
    copies = [first.with_name(f"r{number:02}") for number in range(1, REPOSITORIES)]
    for copy in copies:
        shutil.copytree(first, copy, symlinks=True)
        registry.add(Entry(str(copy / ".git"), str(copy)))
    return [first, *copies]


def _touch(roots: list[Path], when: float | None) -> None:
    """Let the index of each look as if git wrote it then (None: now)."""
    for root in roots:
        os.utime(root / ".git" / "index", None if when is None else (when, when))


def _screen(home: Path, expected: int) -> None:
    done = subprocess.run([*HANDOFFD, "overview"], cwd=home, env=environment(home), check=True, capture_output=True)
    if len(done.stdout.splitlines()) != expected + 1:
        sys.exit(f"the screen does not tell of {expected} repositories: {done.stdout.decode()}")


def _each(home: Path, roots: list[Path]) -> None:
    for root in roots:
        words = ["git", "--no-optional-locks", "-C", str(root), "status", "--porcelain=v2", "--branch", "--show-stash"]
        subprocess.run(words, env=environment(home), check=True, stdout=subprocess.DEVNULL)
