"""Questions through one connection: the same answers as with one each, whatever happens to the file, and nothing held when it is over."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from handoffd.journal.store import Journal
from tests.journal.conftest import Start, identity, note, overwrite

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="what is held open is told by /proc")


def add(journal: Journal, *keys: str) -> None:
    with journal.write(9.0, "cli") as writer:
        writer.append(note(key) for key in keys)


def keys(journal: Journal) -> list[str]:
    return [event.key for event in journal.events(None)]


def held(journal: Journal) -> int:
    """How many connections this process has, told by the log that each has open. SQLite keeps the file's own descriptors for later."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            found.append(link.readlink().name)
        except OSError:  # that of the listing itself
            continue
    return sum(name.split(" ")[0] == f"{journal.path.name}-wal" for name in found)


def test_one_connection_serves_a_block_and_none_is_left(journal: Journal) -> None:
    add(journal, "a")
    assert keys(journal) == ["a"] and held(journal) == 0
    with journal.reading():
        assert held(journal) == 0
        with journal.reading():
            assert keys(journal) == ["a"] and journal.last_id() == 1
        assert journal.meta("identity") and held(journal) == 1
    assert held(journal) == 0


def test_it_ends_with_the_block_that_fails(journal: Journal) -> None:
    with pytest.raises(ZeroDivisionError), journal.reading():
        journal.last_id()
        raise ZeroDivisionError
    assert held(journal) == 0


def test_after_a_fault_it_is_opened_anew(journal: Journal) -> None:
    add(journal, "a")
    with journal.reading():
        journal.last_id()
        with pytest.raises(OverflowError):
            list(journal.events(".", after=2**70))
        assert held(journal) == 0 and keys(journal) == ["a"] and held(journal) == 1


def test_what_others_write_meanwhile_is_seen(journal: Journal, start: Start) -> None:
    with journal.reading():
        assert keys(journal) == []
        for number in range(3):
            writer = start(f"with journal.write(5.0, 'cli') as w: w.append([note('{number}')])")
            assert writer.wait(30) == 0 and keys(journal) == [str(one) for one in range(number + 1)]
        assert held(journal) == 1


def test_nobody_is_kept_from_folding_the_log_back(journal: Journal) -> None:
    with journal.reading(), closing(sqlite3.connect(journal.path)) as other:
        add(Journal(journal.folder), "a")
        assert keys(journal) == ["a"]
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def test_nothing_is_held_while_it_writes(journal: Journal) -> None:
    log = journal.path.with_name(f"{journal.path.name}-wal")
    with journal.reading():
        journal.last_id()
        with journal.write(9.0, "cli") as writer:
            assert held(journal) == 1
            writer.append([note("a")])
            assert keys(journal) == [] and keys(writer) == ["a"] and held(journal) == 1  # type: ignore[arg-type]
        assert not log.exists() and held(journal) == 0, "the writer was the last to close, and folded the log back"
        assert keys(journal) == ["a"] and held(journal) == 1


def test_a_question_beside_the_writer_leaves_it_its_locks(journal: Journal) -> None:
    """Else any program that opens the database and closes it would take itself for the last one, and remove the log that is written to."""
    look = "import sqlite3, sys; file = sqlite3.connect(sys.argv[1]); file.execute('SELECT count(*) FROM event'); file.close()"
    with journal.write(9.0, "cli") as writer:
        writer.append([note("a")])
        assert keys(journal) == []
        with journal.reading():
            assert journal.last_id() == 0
        subprocess.run([sys.executable, "-c", look, str(journal.path)], check=True)
        assert journal.path.with_name(f"{journal.path.name}-wal").exists()
    assert keys(journal) == ["a"]


def test_a_file_that_was_replaced_or_removed_is_noticed(journal: Journal, tmp_path: Path) -> None:
    add(journal, "a")
    shutil.copy(journal.path, tmp_path / "kept")
    add(journal, "b")
    with journal.reading():
        assert keys(journal) == ["a", "b"]
        (tmp_path / "kept").replace(journal.path)
        assert keys(journal) == ["a"]
        journal.path.unlink()
        assert keys(journal) == [] and held(journal) == 0
        add(Journal(journal.folder), "c")
        assert keys(journal) == ["c"]


def test_a_database_that_is_made_meanwhile_is_noticed(journal: Journal) -> None:
    journal.path.unlink()
    with journal.reading():
        assert keys(journal) == []
        journal.path.touch(0o600)
        assert keys(journal) == [] and held(journal) == 0
        with Journal(journal.folder).write(9.0, "cli") as writer:
            writer.append([note("a")])
            writer.commit()
            assert keys(journal) == ["a"], "though it stands in the log alone"


def test_damage_is_mended(journal: Journal) -> None:
    add(journal, *(f"key:{number}" for number in range(400)))
    with journal.reading():
        assert len(keys(journal)) == 400
        overwrite(journal.path, 0, b"\xff" * 200)
        (fresh := Journal(journal.folder)).last_id()
        assert fresh.meta("rebuilt") and len(keys(journal)) == 400 and journal.meta("rebuilt")
        journal.create(identity(journal.folder), 2.0)
    assert journal.problem() == "" and held(journal) == 0


def test_each_thread_has_its_own(journal: Journal) -> None:
    add(journal, "a")
    told: list[tuple[list[str], int]] = []
    with journal.reading():
        journal.last_id()
        other = threading.Thread(target=lambda: told.append((keys(journal), held(journal))))
        other.start()
        other.join()
        assert told == [(["a"], 1)] and held(journal) == 1 and keys(journal) == ["a"]
    assert held(journal) == 0


def test_a_child_does_not_use_its_parents(journal: Journal, start: Start) -> None:
    """Nor closes it: that would take the parent's locks away."""
    code = """
import os
from tests.journal.test_shared_connection import held, keys
with journal.reading():
    assert keys(journal) == []
    child = os.fork()
    if not child:
        told = keys(journal), held(journal)
        with journal.write(5.0, "cli") as writer:
            writer.append([note("child")])
        os._exit(0 if told == ([], 2) and keys(journal) == ["child"] else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert keys(journal) == ["child"] and held(journal) == 1
say("well")
"""
    process = start(code)
    assert process.stdout is not None and process.stdout.readline() == "well\n"
    assert keys(journal) == ["child"] and journal.problem() == ""
