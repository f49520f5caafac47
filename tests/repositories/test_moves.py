"""What happens to a watched repository as a whole: renamed, copied with its journal, unmounted; a branch that comes back under its name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import Repo, cli, wait_for
from tests.watched import Watched

BOUND = 60


def subjects(watched: Watched, root: Path | None = None) -> list[str]:
    return [event["data"]["subject"] for event in watched.events("commit", cwd=root)]


def test_a_renamed_repository_keeps_its_history_at_its_new_place(watched: Watched) -> None:
    watched.daemon()
    watched.repo.commit("feat: before")
    wait_for(lambda: watched.journalled("commit") == 2, seconds=BOUND, every=0.5)
    new = watched.repo.root.with_name("renamed")
    watched.repo.root.rename(new)
    watched.handoffd("init", cwd=new)
    oid = Repo(new).commit("feat: after", {"after.py": "x = 1\n"})
    told = wait_for(lambda: [one for one in watched.events("commit", cwd=new) if one["data"]["new"] == oid], seconds=BOUND)
    assert told and subjects(watched, new) == ["chore: start", "feat: before", "feat: after"]
    assert cli("log", cwd=new.parent).returncode == 1


def test_a_branch_that_is_deleted_and_made_again_is_another_branch(watched: Watched) -> None:
    repo = watched.repo
    watched.daemon()
    for turn in ("first", "second"):
        repo.git("checkout", "-q", "-b", "topic")
        repo.commit(f"feat: {turn}", {f"{turn}.py": "x = 1\n"})
        watched.handoffd("log")
        repo.git("checkout", "-q", "main")
        if turn == "first":
            repo.git("branch", "-q", "-D", "topic")
    repo.git("checkout", "-q", "topic")
    watched.handoffd("flush")
    text = watched.files()[-1].read_text()
    status = text.partition("## What's Done")[0]
    assert "feat: second" in status and "feat: first" not in status
    assert watched.movements() == watched.reflog()


def test_a_copy_and_its_original_go_apart(watched: Watched) -> None:
    watched.daemon()
    watched.repo.commit("feat: of both")
    wait_for(lambda: watched.journalled("commit") == 2, seconds=BOUND, every=0.5)
    copy = Repo(watched.repo.root.with_name("copy"))
    shutil.copytree(watched.repo.root, copy.root, symlinks=True)
    refused = cli("log", cwd=copy.root)
    assert refused.returncode == 1 and "copy" in refused.stderr and "hint: handoffd init" in refused.stderr
    watched.handoffd("init", cwd=copy.root)
    copy.commit("feat: of the copy")
    watched.repo.commit("feat: of the original")
    both = ["chore: start", "feat: of both"]
    wait_for(lambda: subjects(watched) == [*both, "feat: of the original"], seconds=BOUND, every=0.5)
    wait_for(lambda: subjects(watched, copy.root) == [*both, "feat: of the copy"], seconds=BOUND, every=0.5)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[list[str], Path]]:
    """A file system that only this test sees: the words that run a command where it is mounted, and its folder."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["unshare", "--mount", "--propagation", "private", "sh", "-c", 'mount -t tmpfs none "$0" && echo mounted && exec sleep 600', str(folder)]
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("nsenter"):
        pytest.skip("needs root, unshare and nsenter to mount a file system")
    holder = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert holder.stdout is not None
        if holder.stdout.readline() != b"mounted\n":
            pytest.skip("root may not mount a file system here")
        yield ["nsenter", "--target", str(holder.pid), "--mount", f"--wd={tmp_path}"], folder
    finally:
        holder.kill()
        holder.communicate()


def test_an_unmounted_repository_is_said_and_hurts_no_other(watched: Watched, disk: tuple[list[str], Path]) -> None:
    inside, folder = disk
    repository = str(folder / "repo")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*inside, *words], capture_output=True, text=True, check=False)

    def handoffd(*words: str) -> subprocess.CompletedProcess[str]:
        return run(sys.executable, "-m", "handoffd", *words)

    assert run("git", "init", "-q", "-b", "main", repository).returncode == 0
    assert handoffd("-C", repository, "init").returncode == 0
    watched.daemon(*inside)
    assert run("umount", "--lazy", str(folder)).returncode == 0
    said = handoffd("-C", repository, "flush")
    assert said.returncode == 1 and "handoffd:" in said.stderr and "Traceback" not in said.stderr
    wait_for(lambda: handoffd("status").returncode == 1 and repository in handoffd("status").stdout, seconds=BOUND, every=0.5)
    oid = watched.repo.commit("feat: on another disk")
    wait_for(lambda: watched.seen_by_the_daemon(oid), seconds=BOUND, every=0.5)
