"""A source that cannot be read, by the command line and by a daemon: the others go on, it is said, and all is well by itself when it is over."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.support import cli, wait_for
from tests.watched import Watched

SAID = "the working tree could not be read"
# While git cannot read its index, the worktree cannot be watched either and is looked at by the clock.
LOOKS_OFTEN = """
import os
from handoffd.daemon.service import Service
Service(os.environ, lambda text: print(text, flush=True), {}, scan_every=0.5).run()
"""


class Index:
    """git's index, as it is and spoilt: then git's logs can be read and the files cannot."""

    def __init__(self, file: Path) -> None:
        self._file, self._sound = file, file.read_bytes()

    def write(self, data: bytes) -> None:
        """Written an hour ago: what was written this moment might still be under git's hands."""
        self._file.write_bytes(data)
        os.utime(self._file, (self._file.stat().st_mtime - 3600,) * 2)

    def spoil(self) -> None:
        self._sound = self._file.read_bytes()
        self.write(b"garbage" * 20)

    def mend(self) -> None:
        self.write(self._sound)


@pytest.fixture
def index(watched: Watched) -> Index:
    return Index(watched.repo.path(".git/index"))


def findings(watched: Watched) -> list[str]:
    """What `doctor` finds wrong with the sources."""
    lines = cli("doctor", cwd=watched.repo.root).stdout.splitlines()
    return [line for line in lines if line.startswith("WRONG") and " source " in line]


def reported(watched: Watched) -> int:
    return len([event for event in watched.events("daemon") if SAID in event["data"].get("text", "")])


def test_the_others_go_on_and_it_is_said_until_it_is_over(watched: Watched, index: Index) -> None:
    watched.repo.commit("feat: one", {"a.py": "1\n"})
    watched.repo.write("b.py", "2\n")
    index.spoil()
    log = cli("log", cwd=watched.repo.root)
    assert log.returncode == 0 and "feat: one" in log.stdout and SAID in log.stdout
    assert SAID in log.stderr and "hint: " in log.stderr
    assert SAID in watched.worktree_state() and cli("status", cwd=watched.repo.root).returncode == 1
    (finding,) = findings(watched)
    assert SAID in finding and reported(watched) == 1
    assert cli("note", "todo", "kept", cwd=watched.repo.root).returncode == 0
    index.mend()
    assert watched.worktree_state() == "" and findings(watched) == [] and SAID not in cli("log", cwd=watched.repo.root).stderr
    assert [event["data"]["path"] for event in watched.events("file")] == ["b.py"] and reported(watched) == 1
    assert [event["data"]["text"] for event in watched.events("note")] == ["kept"]


def test_no_handoff_is_written_from_files_that_cannot_be_read(watched: Watched, index: Index) -> None:
    watched.repo.commit("feat: one", {"a.py": "1\n"})
    index.spoil()
    refused = cli("flush", cwd=watched.repo.root)
    assert refused.returncode == 1 and "index" in refused.stderr and not watched.files()
    index.mend()
    assert "feat: one" in Path(watched.handoffd("flush").strip()).read_text()


def test_reading_goes_on_when_the_session_is_over_meanwhile(watched: Watched, index: Index) -> None:
    """It would be closed now, and git says nothing of the files for its handoff: it stays open."""
    watched.configure("idle: 2s\n")
    watched.handoffd("note", "todo", "words")
    over = time.time() + 2
    index.spoil()
    wait_for(lambda: time.time() > over)
    log = cli("log", cwd=watched.repo.root)
    assert log.returncode == 0 and SAID in log.stderr and not watched.files()
    index.mend()
    watched.handoffd("log")
    assert len(watched.files()) == 1


def test_a_daemon_says_it_once_and_again_when_all_is_well(watched: Watched, index: Index) -> None:
    watched.daemon(script=LOOKS_OFTEN)
    index.spoil()
    watched.repo.write("b.py", "2\n")
    wait_for(lambda: SAID in watched.said, seconds=30)
    wait_for(lambda: SAID in watched.worktree_state())
    oid = watched.repo.head
    watched.repo.git(
        "update-ref", "-m", "commit: by hand", "HEAD", watched.repo.git("commit-tree", f"{oid}^{{tree}}", "-p", oid, "-m", "feat: by hand")
    )
    wait_for(lambda: watched.seen_by_the_daemon(watched.repo.head), seconds=60)
    index.mend()
    wait_for(lambda: "all is well again" in watched.said, seconds=60)
    assert watched.said.count(SAID) == 1
    wait_for(lambda: watched.worktree_state() == "" and watched.file_seen_by_the_daemon("b.py"), seconds=30)
