"""What the hooks cost: commits and pushes with ours against the same without, the daemon alive, dead and stopped, and beside them hook managers
that run `true`. In turns, in one run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import bars
from contenders import Missing
from measure import Times, interleaved
from mktree import git
from ours import Daemon, handoffd
from results import OURS, Case, Row

FILES = 50
REST = 0.4
"""Seconds after a commit that a living daemon sees: its look must not fall on the next case."""
HUSKY = "9.1.7"


def repository(home: Path) -> Path:
    """Fifty files, one commit, a bare remote that main follows."""
    folder, remote = home / "r", home / "r.git"
    for place, words in ((folder, ()), (remote, ("--bare",))):
        place.mkdir(parents=True)
        git(place, "init", "-q", "-b", "main", "--template=", *words)
    for number in range(FILES):
        (folder / f"f{number}.txt").write_text("x\n" * 50)
    (folder / ".gitignore").write_text("node_modules/\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    git(folder, "remote", "add", "origin", str(remote))
    git(folder, "push", "-q", "-u", "origin", "main")
    return folder


def commit(folder: Path) -> None:
    _git(folder, "commit", "-q", "--allow-empty", "-m", "x")


def push(folder: Path) -> None:
    _git(folder, "push", "-q", "origin", "main")


def _git(folder: Path, *words: str) -> None:
    """Hook managers have much to say."""
    subprocess.run(["git", "-C", str(folder), *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def rows(rounds: int, top: Path) -> list[Row]:
    folders = {"no hook": repository(top / "none")}
    skipped = []
    with ExitStack() as stack:
        for state in STATES:
            folders[f"{OURS}, daemon {state}"] = _ours(top / state, state, stack)
        for name, install in MANAGERS.items():
            folder = repository(top / name)
            try:
                install(folder)
                folders[name] = folder
            except (Missing, OSError, subprocess.CalledProcessError) as fault:
                skipped.append(f"{name}: {fault}")
        commits = interleaved(*_calls(commit, folders, lambda folder: None, rounds))
        pushed = {name: folder for name, folder in folders.items() if name not in MANAGERS}
        pushes = interleaved(*_calls(push, pushed, commit, max(rounds // 3, 5)))
    return [*_rows(bars.HOOK, commits, tuple(skipped)), *_rows(bars.PUSH, pushes, ())]


def _calls(
    work: Callable[[Path], None], folders: dict[str, Path], prepare: Callable[[Path], None], rounds: int
) -> tuple[dict[str, Callable[[], None]], int, int, dict[str, Callable[[], None]]]:
    def rested(folder: Path) -> None:
        time.sleep(REST)
        prepare(folder)

    works = {name: partial(work, folder) for name, folder in folders.items()}
    return works, rounds, 2, {name: partial(rested, folder) for name, folder in folders.items()}


def _rows(bar: bars.Bar, times: Times, skipped: tuple[str, ...]) -> list[Row]:
    """A row for each state of the daemon, the managers in the first."""
    others = tuple(Case(name, tuple(values)) for name, values in times.items() if name in MANAGERS)
    found = []
    for at, state in enumerate(STATES):
        cases = (Case(OURS, tuple(times[f"{OURS}, daemon {state}"])), Case("no hook", tuple(times["no hook"])), *(() if at else others))
        found.append(Row(bar._replace(about=f"{bar.about}, daemon {state}"), cases, "no hook", () if at else skipped))
    return found


STATES = ("alive", "dead", "stopped")


def _ours(home: Path, state: str, stack: ExitStack) -> Path:
    folder = repository(home)
    handoffd("init", str(folder), home=home)
    if state != "dead":
        daemon = Daemon(home)
        stack.callback(daemon.end)
        daemon.said("READY=1")
        if state == "stopped":
            daemon.process.send_signal(signal.SIGSTOP)
    return folder


def _husky(folder: Path) -> None:
    if not shutil.which("npm"):
        raise Missing("no npm")
    (folder / "package.json").write_text("{}")
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-save", f"husky@{HUSKY}"]
    subprocess.run(npm, cwd=folder, check=True, capture_output=True, timeout=120)
    subprocess.run(["node_modules/.bin/husky"], cwd=folder, check=True, capture_output=True)
    (folder / ".husky" / "post-commit").write_text("true\n")


def _lefthook(folder: Path) -> None:
    (folder / "lefthook.yml").write_text("post-commit:\n  commands:\n    nothing:\n      run: 'true'\n")
    _run(folder, "lefthook", "install")


def _pre_commit(folder: Path) -> None:
    hook = "{id: nothing, name: nothing, entry: 'true', language: system, always_run: true, pass_filenames: false, stages: [post-commit]}"
    (folder / ".pre-commit-config.yaml").write_text(f"repos: [{{repo: local, hooks: [{hook}]}}]\n")
    git(folder, "add", "-A")
    _run(folder, "pre-commit", "install", "--hook-type", "post-commit")


def _run(folder: Path, *words: str) -> None:
    beside = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    program = shutil.which(words[0], path=beside)
    if not program:
        raise Missing(f"not installed (pip install {words[0]})")
    subprocess.run([program, *words[1:]], cwd=folder, check=True, capture_output=True)


MANAGERS: dict[str, Callable[[Path], None]] = {"husky": _husky, "lefthook": _lefthook, "pre-commit": _pre_commit}
