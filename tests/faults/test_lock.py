"""SQLite before 3.51.3 can lose a checkpoint when two processes make one at once: the database and its log are written under the lock alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import Repo

UNLOCKED = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("INSERT INTO meta VALUES ('foreign', '1')")
connection.commit()
"""


def start(faulty: dict[str, str], repo: Repo, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, *words], cwd=repo.root, env={**os.environ, **faulty}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def test_processes_that_write_at_once_checkpoint_one_by_one(ours: Repo, faulty: dict[str, str], home: Path) -> None:
    verbs = [("note", "todo", f"by {number}") for number in range(4)] + [("flush",), ("log",), ("flush",), ("status",)]
    for process in [start(faulty, ours, "-m", "handoffd", *verb) for verb in verbs]:
        _, said = process.communicate(timeout=120)
        assert process.returncode in (0, 1) and b"Traceback" not in said, said
    assert not (home / "unlocked").exists(), (home / "unlocked").read_text()


def test_the_check_itself_sees_a_writer_without_the_lock(ours: Repo, faulty: dict[str, str], home: Path) -> None:
    process = start(faulty, ours, "-c", UNLOCKED, str(ours.path(".git/handoffd/journal.db")))
    assert process.communicate(timeout=60) == (None, b"")
    assert "journal.db-wal" in (home / "unlocked").read_text()


@pytest.mark.parametrize("child", ["writer.append([note('child')])", "writer.commit()", "pass"])
def test_a_child_that_was_forked_inside_a_transaction_cannot_touch_it(ours: Repo, child: str) -> None:
    code = f"""
import os, sys
from pathlib import Path
from handoffd.journal.store import Journal
from handoffd.model.events import Event
from handoffd.model.facts import Note
def note(text): return Event("note", 5.0, text, Note("todo", text))
journal, parent, code = Journal(Path(sys.argv[1])), os.getpid(), 0
try:
    with journal.write(5.0, "cli") as writer:
        writer.append([note("parent")])
        pid = os.fork()
        if pid:
            status = os.waitpid(pid, 0)[1]
        else:
            {child}
except RuntimeError as refused:
    code = 7 if "fork" in str(refused) and os.getpid() != parent else 8
if os.getpid() != parent:
    os._exit(code)
print([event.key for event in journal.events(".", kinds=["note"])], os.waitstatus_to_exitcode(status), code)
"""
    done = subprocess.run([sys.executable, "-c", code, str(ours.path(".git/handoffd"))], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "['parent'] 7 0\n", done.stderr
