"""The daemon over every hostile repository, and over one that turns hostile while it is watched."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handoffd.git.repository import discover
from handoffd.journal.store import Journal
from handoffd.pipeline.workspace import worktree_id
from tests.hostile import verbs
from tests.hostile.arena import Arena, armed, sings, songs
from tests.hostile.ways import WAYS
from tests.support import wait_for

PATIENCE = 60
# Repositories that one daemon watches at a time: more only wait for each other.
BATCH = 12
BATCHES = [list(WAYS)[start : start + BATCH] for start in range(0, len(WAYS), BATCH)]


class Daemon:
    """A daemon in the foreground."""

    def __init__(self, home: Path) -> None:
        self.home, self.log = home, home / "daemon.err"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "-P", "-m", "handoffd", "daemon"], cwd=home, stdout=log, stderr=log)
        wait_for(lambda: self.runtime().get("pid") == self.process.pid, PATIENCE)

    def runtime(self) -> dict[str, Any]:
        file = next(self.home.glob(".local/state/handoffd/*/runtime.json"), None)
        return dict(json.loads(file.read_text() or "{}")) if file else {}

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@pytest.fixture
def daemon(home: Path) -> Iterator[Any]:
    """Starts one when called."""
    made: list[Daemon] = []

    def start() -> Daemon:
        made.append(Daemon(home))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def seen(root: Path, path: str) -> bool:
    """Whether the daemon has journalled a change of the file. The journal is read as it is: a verb would look at the files itself."""
    worktree = discover(root)
    events = Journal(worktree.common_dir / "handoffd").events(worktree_id(worktree))
    return any(event.by == "daemon" and getattr(event.fact, "path", "") == path for event in events)


def watched(*arenas: Arena) -> list[Path]:
    """Their worktrees, after `init` of each by one process."""
    lines = [f"-C {arena.watched} init" for arena in arenas]
    done = subprocess.run([sys.executable, "-P", verbs.__file__, "/", *lines], capture_output=True, text=True, timeout=20 * PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    assert [(line, said) for line, code, said in json.loads(done.stdout) if code != 0] == []
    return [arena.watched for arena in arenas]


def missing(roots: list[Path], there: Callable[[Path], object]) -> Callable[[], bool]:
    """Whether all of them are there by now; those that were seen are not asked about again. What lacks is named when the time is over."""
    end = time.monotonic() + 2 * PATIENCE

    def done() -> bool:
        roots[:] = [root for root in roots if not there(root)]
        assert time.monotonic() < end, f"not yet: {roots}"
        return not roots

    return done


@pytest.mark.parametrize("ways", BATCHES, ids=lambda ways: f"{ways[0]} and {len(ways) - 1} more")
def test_the_daemon_over_every_way(git: str, daemon: Any, tmp_path: Path, ways: list[str]) -> None:
    roots = watched(*(armed(tmp_path, way) for way in ways))
    one = daemon()
    for root in roots:
        (root / "b.txt").write_text("ONE\n")
    wait_for(missing(list(roots), lambda root: seen(root, "b.txt")), 3 * PATIENCE, every=0.5)
    one.process.send_signal(signal.SIGUSR1)
    wait_for(missing(list(roots), lambda root: list(root.glob(".claude/handoff-*.md"))), 3 * PATIENCE, every=0.2)
    for root in roots:
        (root / "new.txt").write_text("1\n")
    assert one.end() == 0
    assert songs(tmp_path) == set()
    assert "Traceback" not in one.log.read_text()


LATE = {
    "late filter": ("filter.late.clean", ".git/config"),
    "late fsmonitor": ("core.fsmonitor", ".git/config"),
    "late textconv": ("diff.late.textconv", ".git/config"),
    "late included": ("filter.included.clean", ".git/late.config"),
    "late worktree": ("filter.worktree.clean", ".git/config.worktree"),
}


def test_what_is_configured_after_the_daemon_started_does_not_run_either(git: str, daemon: Any, tmp_path: Path) -> None:
    arena = Arena(tmp_path, "late")
    (root,) = watched(arena)
    one = daemon()
    arena.repo.write("first.txt", "1\n")
    wait_for(lambda: seen(root, "first.txt"), PATIENCE, every=0.3)
    for canary, (name, file) in LATE.items():
        arena.config(name, arena.canary(canary), file)
        arena.control("git diff; git status", canary)
    arena.config("include.path", "late.config")
    arena.config("core.repositoryFormatVersion", "1")
    arena.config("extensions.worktreeConfig", "true")
    arena.attributes("a.txt filter=late diff=late\nb.txt filter=included\nc.txt filter=worktree")
    arena.edit()
    for path in ("b.txt", "c.txt"):
        arena.repo.write(path, "ONE\n")
    wait_for(lambda: seen(root, "b.txt") and seen(root, "a.txt"), PATIENCE, every=0.3)
    one.process.send_signal(signal.SIGUSR1)
    wait_for(lambda: list(root.glob(".claude/handoff-*.md")), PATIENCE)
    assert one.end() == 0
    assert songs(tmp_path) == set()
    assert [canary for canary in arena.controls if not sings(arena, canary)] == []
