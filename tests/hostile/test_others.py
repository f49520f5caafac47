"""What belongs to another user, or what others could have written: refused with a remedy, and nothing is written there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.hostile import verbs
from tests.support import OTHER_USER as US
from tests.support import Repo, cli, environment, other_user
from tests.watched import Watched

TOP = Path(__file__).resolve().parent.parent.parent
OWNER = 65533
Said = list[tuple[str, int, str]]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's files")


def asked(worktree: Path, *lines: str, by: Sequence[str] = (), env: Mapping[str, str] | None = None) -> Said:
    """Verbs over a worktree, `by` a program that becomes another user: the line, its exit code, what it said to the person."""
    command = [*by, sys.executable, "-P", verbs.__file__, str(worktree), *lines]
    own = {**os.environ, "PYTHONPATH": str(TOP), **(env or {})}
    done = subprocess.run(command, cwd="/", env=own, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    return [(line, code, said) for line, code, said in json.loads(done.stdout)]


def give(folder: Path, user: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Everything in it, with size and time of change."""
    return {str(path): (path.lstat().st_size, path.lstat().st_ctime_ns) for path in sorted(folder.rglob("*"))}


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder that every user can enter."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@as_root
def test_a_repository_of_another_user_is_refused_in_gits_words(ground: Path) -> None:
    repo = Repo.create(ground / "theirs")
    repo.commit("feat: begin", {"a.py": "a = 1\n"})
    assert cli("init", cwd=repo.root).returncode == 0
    repo.write("b.py", "b = 1\n")
    give(repo.root, OWNER)
    home = ground / "home"
    home.mkdir()
    give(home, US)
    by, env = other_user(), environment(home)
    before = tree(repo.root)
    for line, code, said in asked(repo.root, "init", "flush", "log", "resume", "show", "note todo x", by=by, env=env):
        assert (code, "dubious ownership" in said, "hint:" in said and "safe.directory" in said) == (1, True, True), (line, said)
    assert tree(repo.root) == before
    assert list(home.rglob("*.json")) == []


LINES = ("init", "status", "start", "stop", "flush", "log")


def refused(watched: Watched, what: Path, why: str) -> None:
    before = tree(watched.state.parent)
    watched.repo.write("b.py", "b = 1\n")
    for line, code, said in asked(watched.repo.root, *LINES):
        assert (code, f"{what} {why}" in said, "hint:" in said) == (1, True, True), (line, said)
    daemon = cli("daemon", cwd=watched.home)
    assert (daemon.returncode, f"{what} {why}" in daemon.stderr, "hint:" in daemon.stderr) == (1, True, True), daemon.stderr
    assert tree(watched.state.parent) == before


@pytest.mark.parametrize("mode", [0o777, 0o720])
@pytest.mark.parametrize("above", [False, True])
def test_a_state_folder_that_others_can_write_to_is_refused_until_it_is_mended(watched: Watched, mode: int, above: bool) -> None:
    what = watched.state.parent if above else watched.state
    what.chmod(mode)
    refused(watched, what, "can be written by others")
    asked(watched.repo.root, "doctor --fix")
    assert [code for _, code, _ in asked(watched.repo.root, "status", "flush")] == [0, 0]


def test_a_state_folder_that_others_can_only_read_is_used(watched: Watched) -> None:
    watched.state.chmod(0o755)
    assert [code for _, code, _ in asked(watched.repo.root, "init", "status", "flush", "log")] == [0, 0, 0, 0]


@as_root
@pytest.mark.parametrize("above", [False, True])
def test_a_state_folder_of_another_user_is_refused(watched: Watched, above: bool) -> None:
    what = watched.state.parent if above else watched.state
    os.chown(what, OWNER, OWNER)
    refused(watched, what, f"belongs to uid {OWNER}")
    assert f"{what.name} belongs to uid {OWNER}" in cli("doctor", cwd=watched.repo.root).stdout
    os.chown(what, 0, 0)
