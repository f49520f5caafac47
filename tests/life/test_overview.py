"""The morning screen over several repositories: whole runs of the command line."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from handoffd.files.registry import Entry, Registry
from handoffd.output.columns import columns
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


def row(repo: Repo) -> dict[str, Any]:
    """The one line of a worktree."""
    (found,) = [one for one in rows("--all", cwd=repo.root) if one["path"] == str(repo.root)]
    return found


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


def test_what_git_says_now_stands_in_the_line_and_the_rest_says_of_when_it_is(second: Repo) -> None:
    seen = row(second)
    assert (seen["branch"], seen["unpushed"], seen["stashes"], seen["as_of"]) == ("feat", 1, 1, 0.0)
    second.commit("feat: more", {"g.py": "g = 1\n"})
    seen = row(second)
    assert seen["unpushed"] == 2 and seen["as_of"] > 0 and seen["next_step"].startswith("TODO at f.py:2")
    second.git("checkout", "-q", "main")
    seen = row(second)
    assert (seen["branch"], seen["unpushed"], seen["next_step"], seen["open"]) == ("main", 0, "", True)
    assert "no handoff of this branch yet; feat is open" in cli(cwd=second.root).stdout


@pytest.mark.parametrize(
    ("words", "unpushed", "stashes"),
    [
        (("push", "-q", "origin", "feat"), 0, 1),
        (("push", "-q", "origin", "feat:deep/er/feat"), 0, 1),
        (("stash", "drop", "-q"), 1, 0),
        (("branch", "-q", "deep/er/other"), 1, 1),
        (("update-ref", "refs/heads/feat", "main"), 0, 1),
    ],
)
def test_each_movement_of_git_is_seen_by_the_times_of_its_files(second: Repo, words: tuple[str, ...], unpushed: int, stashes: int) -> None:
    assert row(second)["as_of"] == 0
    second.git(*words)
    seen = row(second)
    assert (seen["unpushed"], seen["stashes"]) == (unpushed, stashes) and seen["as_of"] > 0


def test_an_edit_that_nobody_watched_makes_the_line_old(second: Repo) -> None:
    second.write("f.py", "def f():\n    return 1\n")
    seen = row(second)
    assert seen["as_of"] > 0 and " as of " in cli(cwd=second.root).stdout
    assert cli("flush", cwd=second.root).returncode == 0
    assert row(second)["as_of"] == 0


def test_what_is_pushed_needs_no_push(second: Repo) -> None:
    second.git("push", "-q", "-u", "origin", "feat")
    second.commit("fix: whole", {"f.py": "def f():\n    return 1\n"})
    assert cli("flush", cwd=second.root).returncode == 0
    assert row(second)["next_step"].startswith("Push 1 commit (")
    second.git("push", "-q")
    seen = row(second)
    assert (seen["next_step"], seen["unpushed"]) == ("", 0)


def test_a_branch_that_was_left_and_is_back_has_its_own_handoff(second: Repo) -> None:
    second.git("checkout", "-q", "-b", "other", "main")
    second.commit("feat: other", {"o.py": "# TODO: other\n"})
    assert cli("flush", cwd=second.root).returncode == 0
    assert row(second)["next_step"].startswith("TODO at o.py:1")
    second.git("checkout", "-q", "feat")
    assert (row(second)["branch"], row(second)["next_step"]) == ("feat", "TODO at f.py:2: the rest")


def test_a_worktree_without_a_handoff_is_told_as_git_sees_it(watched: Watched, tmp_path: Path) -> None:
    watched.repo.commit("feat: new", {"n.py": "n = 1\n"})
    watched.handoffd("log")
    lines = cli(cwd=tmp_path).stdout.splitlines()
    assert lines[0].startswith(str(watched.repo.root)) and lines[0].endswith("no handoff of this branch yet") and row(watched.repo)["as_of"] == 0


def test_it_writes_nothing_and_waits_for_no_lock(second: Repo, tmp_path: Path) -> None:
    def state() -> dict[str, int]:
        folder = second.root / ".git/handoffd"
        return {file.name: file.stat().st_mtime_ns for file in folder.iterdir() if not file.name.endswith(("-shm", "-wal"))}

    before = state()
    with (second.root / ".git/handoffd/journal.lock").open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert len(rows(cwd=tmp_path)) == 2
    assert state() == before


def test_a_removed_worktree_is_still_told(second: Repo, tmp_path: Path) -> None:
    second.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Repo(tmp_path / "side")
    side.commit("feat: aside", {"s.py": "# TODO: aside\n"})
    assert cli("flush", cwd=side.root).returncode == 0
    shutil.rmtree(side.root)
    gone = [row for row in rows(cwd=tmp_path) if row["path"] is None]
    assert [(row["branch"], row["open"], row["unpushed"]) for row in gone] == [("side", True, 2)] and "removed: side" in cli(cwd=tmp_path).stdout
    second.git("push", "-q", "origin", "side")
    assert [row["unpushed"] for row in rows(cwd=tmp_path) if row["path"] is None] == [0]


def test_a_stash_is_told_once_of_its_repository(second: Repo, tmp_path: Path) -> None:
    second.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Repo(tmp_path / "side")
    side.commit("feat: aside", {"s.py": "# TODO: aside\n"})
    assert cli("flush", cwd=side.root).returncode == 0
    assert (row(side)["stashes"], row(second)["stashes"]) == (0, 1)
    side.write("s.py", "# TODO: aside, more\n")
    side.git("stash", "push", "-q")
    assert (row(side)["stashes"], row(second)["stashes"]) == (1, 2)


def test_the_registered_worktree_was_removed_and_the_others_are_told(second: Repo, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    second.git("clone", "-q", "--bare", str(second.root), str(bare))
    second.git("-C", str(bare), "worktree", "add", "-q", str(tmp_path / "one"), "main")
    second.git("-C", str(bare), "worktree", "add", "-q", str(tmp_path / "two"), "feat")
    for name in ("one", "two"):
        there = Repo(tmp_path / name)
        assert cli("init", cwd=there.root).returncode == 0
        there.commit(f"feat: {name}", {f"{name}.py": "# TODO: more\n"})
        assert cli("flush", cwd=there.root).returncode == 0
    shutil.rmtree(tmp_path / "one")
    found = {one["branch"]: one for one in rows(cwd=tmp_path) if one["repository"] == str(bare)}
    assert found["feat"]["path"] == str(tmp_path / "two") and found["main"]["path"] is None


def test_a_repository_that_is_gone_or_broken_hides_no_other(watched: Watched, second: Repo, tmp_path: Path) -> None:
    shutil.rmtree(watched.repo.root)
    assert "1 repository cannot be read (handoffd status)" in cli(cwd=tmp_path).stdout
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
    assert str(second.root) in cli("status", cwd=second.root).stdout, "one is there"
    watched.daemon()
    assert str(second.root) not in cli("status", cwd=watched.repo.root).stdout, "watched, and asleep"
    shutil.rmtree(second.root)
    assert str(second.root) in cli("status", cwd=watched.repo.root).stdout, "what is gone is told"


def test_names_of_others_are_one_plain_line_each(watched: Watched, tmp_path: Path) -> None:
    name = "a\nb\x1b[31m \u202e$(touch run)"
    hostile = Repo.create(tmp_path / name)
    hostile.commit("chore: begin", {"a.py": "a = 1\n"})
    assert cli("init", cwd=hostile.root).returncode == 0
    hostile.git("checkout", "-q", "-b", "x\u202e$(touch${IFS}run);|`id`")
    hostile.commit("feat: \x1b]0;owned\x07 half", {"\x1b[2Jf.py": "# TODO: \x1b[31m red \u202e\n"})
    assert cli("flush", cwd=hostile.root).returncode == 0
    plain = cli(cwd=tmp_path).stdout
    assert len(plain.splitlines()) == 3 and not {"\x1b", "\x07", "\u202e"} & set(plain)
    assert row(hostile)["path"] == str(hostile.root) and not list(tmp_path.rglob("run"))


def test_fifty_repositories_are_told_without_asking_git(watched: Watched, second: Repo, tmp_path: Path) -> None:
    """Where nothing moved no program is started: it costs no more for fifty."""
    watched.handoffd("flush")
    for number in range(48):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(second.root, copy, symlinks=True)
        _register(watched.state, copy)
    log = tmp_path / "asked"
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(f'#!/bin/sh\necho "$*" >>{log}\nexec {shutil.which("git")} "$@"\n')
    (folder / "git").chmod(0o755)
    path = {"PATH": f"{folder}:{os.environ['PATH']}"}
    done = cli("overview", "--json", cwd=tmp_path, env=path)
    assert len(done.stdout.splitlines()) == 49 and not log.exists()
    os.utime(tmp_path / "copy7/.git/index")
    assert len(cli("overview", "--json", cwd=tmp_path, env=path).stdout.splitlines()) == 49
    asked = log.read_text().splitlines()
    assert asked and all(f"-C {tmp_path}/copy7 " in line for line in asked)


def _register(state: Path, root: Path) -> None:
    Registry(state).add(Entry(str(root / ".git"), str(root)))


@pytest.mark.parametrize(("plain", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_has_colours_where_they_are_wanted(second: Repo, plain: dict[str, str], coloured: bool) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 80, 0, 0))
    env = {**{name: value for name, value in os.environ.items() if name != "NO_COLOR"}, "TERM": "xterm", **plain}
    subprocess.run([sys.executable, "-I", "-m", "handoffd"], cwd=second.root, env=env, stdout=theirs, stdin=subprocess.DEVNULL, check=True)
    os.close(theirs)
    said = os.read(ours, 65536).decode()
    os.close(ours)
    assert ("\x1b[" in said) is coloured and "feat" in said
    assert all(columns(re.sub(r"\x1b\[[0-9;]*m", "", line)) <= 80 for line in said.splitlines())
