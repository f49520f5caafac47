from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from handoffd.files.layout import JOURNAL_LOCK
from handoffd.journal.lock import Busy, lock
from handoffd.journal.store import Journal
from tests.journal.conftest import Start, note

IN_A_TRANSACTION = """
with journal.write(5.0, "daemon") as writer:
    writer.append([note("held")])
    say("inside")
    time.sleep(0.2)
say("done")
time.sleep(60)
"""


def keys(journal: Journal) -> list[str]:
    return [event.key for event in journal.events(".")]


def test_processes_that_append_at_once_lose_and_double_nothing(journal: Journal, start: Start) -> None:
    code = """
for number in range(40):
    with journal.write(5.0, "cli", wait=60.0) as writer:
        writer.append([note(f"{NAME}:{number}"), note(f"both:{number}")])
"""
    workers = [start(f"NAME = {name!r}\n{code}") for name in ("a", "b", "c")]
    for worker in workers:
        worker.communicate(timeout=60)
        assert worker.returncode == 0
    own = [[key for key in keys(journal) if key.startswith(f"{name}:")] for name in ("a", "b", "c")]
    assert own == [[f"{name}:{number}" for number in range(40)] for name in ("a", "b", "c")]
    assert sorted(key for key in keys(journal) if key.startswith("both")) == sorted(f"both:{number}" for number in range(40))
    assert journal.problem() == ""


def test_a_process_stopped_inside_its_transaction_keeps_nobody_from_reading(journal: Journal, start: Start) -> None:
    with journal.write(1.0, "cli") as writer:
        writer.append([note("before")])
    holder = start(IN_A_TRANSACTION)
    assert holder.stdout is not None and holder.stdout.readline() == "inside\n"
    holder.send_signal(signal.SIGSTOP)
    assert keys(journal) == ["before"] and journal.closed_through(".") == 0 and journal.cursor(".", "reflog") is None
    began = time.monotonic()
    with pytest.raises(Busy), journal.write(2.0, "cli", wait=0.5):
        pass
    assert 0.5 <= time.monotonic() - began < 3
    holder.send_signal(signal.SIGCONT)
    assert holder.stdout.readline() == "done\n"
    with journal.write(2.0, "cli") as writer:
        writer.append([note("after")])
    assert keys(journal) == ["before", "held", "after"]


def test_a_process_killed_inside_its_transaction_leaves_nothing_of_it(journal: Journal, start: Start) -> None:
    with journal.write(1.0, "cli") as writer:
        writer.append([note("before")])
    for _ in range(3):
        holder = start(IN_A_TRANSACTION.replace("0.2", "60"))
        assert holder.stdout is not None and holder.stdout.readline() == "inside\n"
        holder.kill()
        holder.wait()
        assert keys(journal) == ["before"]
    with Journal(journal.folder).write(2.0, "cli") as writer:
        assert writer.rebuilt == "" and writer.append([note("held")])
    assert keys(journal) == ["before", "held"]


def test_what_was_committed_before_a_kill_is_there(journal: Journal, start: Start) -> None:
    code = """
for number in range(10**6):
    with journal.write(5.0, "cli") as writer:
        writer.append([note(str(number))])
    say(number)
"""
    for _ in range(3):
        done = len(keys(journal))
        worker = start(f"import itertools\n{code}".replace("range(10**6)", f"itertools.count({done})"))
        assert worker.stdout is not None
        told = [int(worker.stdout.readline()) for _ in range(20)]
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        assert told[-1] == done + 19 and len(keys(journal)) >= done + 20
    assert keys(journal) == [str(number) for number in range(len(keys(journal)))]


def test_a_reader_in_the_middle_of_its_pages_holds_nobody_up(journal: Journal) -> None:
    with journal.write(1.0, "cli") as writer:
        writer.append(note(str(number)) for number in range(300))
    reading = journal.events(".")
    next(reading)
    with journal.write(2.0, "cli", wait=0) as writer:
        writer.append([note("late")])
    assert not journal.path.with_name("journal.db-wal").exists()
    assert [event.key for event in reading][-1] == "late"


def test_reading_leaves_the_log_to_the_writers(journal: Journal, start: Start) -> None:
    """A plain connection would fold the log back when it closes, beside a writer that may do the same."""
    holder = start("with journal.write(5.0, 'cli') as w:\n    w.append([note('a')]); w.commit(); say('in'); time.sleep(60)")
    assert holder.stdout is not None and holder.stdout.readline() == "in\n"
    holder.kill()
    holder.wait()
    log = journal.path.with_name("journal.db-wal")
    before, database = log.read_bytes(), journal.path.read_bytes()
    assert before and keys(journal) == ["a"]
    assert log.read_bytes() == before and journal.path.read_bytes() == database


def test_a_foreign_program_in_the_database_is_busy(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handoffd.journal.connections.BUSY", 0.1)
    other = sqlite3.connect(journal.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy), journal.write(2.0, "cli"):
        pass
    other.execute("ROLLBACK")
    other.close()
    with journal.write(2.0, "cli") as writer:
        assert writer.append([note("a")])


def test_a_lock_file_that_was_removed_meanwhile_lets_nobody_in_beside_the_new_ones_holder(tmp_path: Path) -> None:
    """Whoever waited for the old file gets that when its holder ends, and must not take it for the lock."""
    path, inside, entered = tmp_path / JOURNAL_LOCK, threading.Event(), threading.Event()

    def wait_and_enter() -> None:
        inside.set()
        with lock(path, 30):
            entered.set()

    with lock(path, 1):
        late = threading.Thread(target=wait_and_enter)
        late.start()
        inside.wait(30)
        time.sleep(0.1)  # it stands before the old file now
        path.unlink()
        fresh = lock(path, 1)
        fresh.__enter__()
    assert not entered.wait(0.5)
    fresh.__exit__(None, None, None)
    assert entered.wait(30)
    late.join()
