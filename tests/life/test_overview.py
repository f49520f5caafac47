"""The morning screen over several repositories: whole runs of the command line."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support import Repo, cli
from tests.watched import Watched


@pytest.fixture
def second(watched: Watched, tmp_path: Path) -> Repo:
    """Another watched repository, with a TODO, a commit that is not pushed and a stash."""
    repo = Repo.create(tmp_path / "second")
    repo.git("init", "-q", "--bare", str(tmp_path / "origin"))
    repo.git("remote", "add", "origin", str(tmp_path / "origin"))
    repo.commit("chore: begin", {"a.py": "a = 1\n"})
    repo.git("push", "-q", "-u", "origin", "main")
    assert cli("init", cwd=repo.root).returncode == 0
    repo.git("checkout", "-q", "-b", "feat")
    repo.commit("feat: half", {"f.py": "def f():\n    # TODO: the rest\n    return 1\n"})
    repo.write("a.py", "a = 2\n")
    repo.git("stash", "push", "-q")
    assert cli("flush", cwd=repo.root).returncode == 0
    return repo


def rows(*words: str, cwd: Path) -> list[dict[str, Any]]:
    done = cli("overview", "--json", *words, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_nothing_watched_names_now_and_init(home: Path, tmp_path: Path) -> None:
    for words in ((), ("overview",)):
        done = cli(*words, cwd=tmp_path)
        assert done.returncode == 0 and len(done.stdout.splitlines()) == 2 and "handoffd now" in done.stdout and "handoffd init" in done.stdout
    assert cli("overview", "--json", cwd=tmp_path).stdout == ""


def test_each_worktree_with_open_work_is_a_line_from_anywhere(watched: Watched, second: Repo, tmp_path: Path) -> None:
    watched.handoffd("flush")
    done = cli(cwd=tmp_path)
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and str(second.root) in lines[0] and "feat" in lines[0]
    assert "TODO at f.py:2: the rest" in lines[0] and "(1 not pushed, 1 stash)" in lines[0]
    assert lines[-2].startswith("+1 where nothing is open") and lines[-1].startswith("daemon: not running")
    everything = cli("--all", cwd=tmp_path).stdout
    assert str(watched.repo.root) in everything


def test_what_git_says_now_stands_in_the_line_and_the_rest_says_of_when_it_is(second: Repo, tmp_path: Path) -> None:
    (row,) = rows(cwd=tmp_path)
    assert (row["branch"], row["unpushed"], row["stashes"], row["as_of"]) == ("feat", 1, 1, 0.0)
    later = time.time() + 2
    second.commit("feat: more", {"g.py": "g = 1\n"})
    os.utime(second.root / ".git/index", (later, later))
    (row,) = rows(cwd=tmp_path)
    assert row["unpushed"] == 2 and row["as_of"] > 0 and row["next_step"].startswith("TODO at f.py:2")
    second.git("checkout", "-q", "main")
    os.utime(second.root / ".git/index", (later, later))
    (row,) = rows(cwd=tmp_path)
    assert (row["branch"], row["unpushed"], row["next_step"]) == ("main", 0, "")


def test_it_writes_nothing_and_waits_for_no_lock(second: Repo, tmp_path: Path) -> None:
    import fcntl

    def state() -> dict[str, int]:
        folder = second.root / ".git/handoffd"
        return {file.name: file.stat().st_mtime_ns for file in folder.iterdir() if not file.name.endswith(("-shm", "-wal"))}

    before = state()
    with (second.root / ".git/handoffd/journal.lock").open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert len(rows(cwd=tmp_path)) == 1
    assert state() == before


def test_a_removed_worktree_is_still_told(second: Repo, tmp_path: Path) -> None:
    second.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Repo(tmp_path / "side")
    side.commit("feat: aside", {"s.py": "# TODO: aside\n"})
    assert cli("flush", cwd=side.root).returncode == 0
    shutil.rmtree(side.root)
    gone = [row for row in rows(cwd=tmp_path) if row["path"] is None]
    assert [(row["branch"], row["open"]) for row in gone] == [("side", True)] and "removed: side" in cli(cwd=tmp_path).stdout


def test_a_repository_that_is_gone_or_broken_hides_no_other(watched: Watched, second: Repo, tmp_path: Path) -> None:
    shutil.rmtree(watched.repo.root)
    assert [row["path"] for row in rows("--all", cwd=tmp_path)] == [str(second.root)]
    (second.root / ".git/handoffd/journal.db").write_bytes(b"no database")
    assert cli(cwd=tmp_path).returncode == 0


def test_status_lists_what_is_awake(watched: Watched, second: Repo, set_clock: Any) -> None:
    set_clock(8 * 86400)
    watched.repo.commit("feat: awake", {"w.py": "w = 1\n"})
    watched.handoffd("log")
    done = cli("status", cwd=watched.repo.root)
    assert str(watched.repo.root) in done.stdout and str(second.root) not in done.stdout
    assert "+1 where nothing happened for 7 days (handoffd status --all)" in done.stdout
    assert str(second.root) in cli("status", "--all", cwd=watched.repo.root).stdout
