from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from handoffd.journal.lock import Busy
from handoffd.journal.store import Damaged, Journal
from handoffd.model.events import Event
from handoffd.model.facts import Daemon, Handoff
from handoffd.model.file_state import FileState
from tests.journal.conftest import Start, identity, mislead_index, note, overwrite

MANY = 300
FIRST = 12
NEXT_DAY = 86402.0


@pytest.fixture
def full(journal: Journal) -> Journal:
    with journal.write(1.0, "cli") as writer:
        writer.append(note(f"key:{number}", "x" * 200) for number in range(MANY))
        writer.set_rows(".", {"a": FileState("a", 1)}, [])
        writer.set_cursor(".", "reflog", {"offset": 7})
        writer.set_cursor(".", "worktree", {"head": "a"})
        writer.set_meta("began", "1.0")
    return journal


def again(journal: Journal) -> Journal:
    """As another process finds it."""
    return Journal(journal.folder)


def overwrite_events(path: Path) -> None:
    """A page in the middle of the events' own."""
    data = path.read_bytes()
    overwrite(path, data.index(b"key:150", data.index(b"x" * 100)) // 4096 * 4096, b"\xff" * 4096)


def test_a_damaged_page_costs_what_stood_on_it_and_no_more(full: Journal) -> None:
    overwrite_events(full.path)
    with again(full).write(86400.0, "cli") as writer:
        assert "damaged" in writer.rebuilt and "\n" not in writer.rebuilt and "***" not in writer.rebuilt
        kept = [event.id for event in writer.events(".")]
        assert MANY - 60 < len(kept) < MANY and kept == sorted(kept) and kept[-1] == MANY
        assert writer.append([note("new")])[0].id == MANY + 1
        assert writer.meta("began") == "1.0" and writer.meta("identity") == identity(full.folder)
        assert writer.rows(".") == {"a": FileState("a", 1)} and writer.cursor(".", "worktree") == {"head": "a"}
        assert writer.cursor(".", "reflog") is None
    assert [file.name for file in full.folder.glob("*.damaged-*")] == ["journal.db.damaged-1970-01-02-000000"]
    assert again(full).problem() == ""


def misleading_index(journal: Journal) -> None:
    """A worktree's name in an index, which SQLite's quick check does not compare with the events: those after it are left out from then on."""
    mislead_index(journal.path)
    with closing(sqlite3.connect(journal.path)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    assert len(list(again(journal).events("."))) < 20


def test_an_index_that_leads_elsewhere_is_found_by_the_first_write_of_the_next_day(journal: Journal) -> None:
    with journal.write(1.0, "cli") as writer:
        writer.append(note(f"key:{number}") for number in range(20))
    misleading_index(journal)
    with again(journal).write(NEXT_DAY, "cli") as writer:
        assert "damaged" in writer.rebuilt
    assert [event.key for event in again(journal).events(".")] == [f"key:{number}" for number in range(20)]


def test_a_process_that_lives_for_days_finds_it_too(journal: Journal) -> None:
    with journal.write(1.0, "daemon") as writer:
        writer.append(note(f"key:{number}") for number in range(20))
    misleading_index(journal)
    with journal.write(NEXT_DAY, "daemon"):
        pass
    assert len(list(journal.events("."))) == 20


def test_what_is_asked_to_be_mended_is_looked_at_thoroughly(journal: Journal) -> None:
    with journal.write(1.0, "cli") as writer:
        writer.append(note(f"key:{number}") for number in range(20))
    misleading_index(journal)
    assert again(journal).problem()
    again(journal).repair()
    assert again(journal).problem() == "" and len(list(again(journal).events("."))) == 20


def test_a_database_of_somebody_elses_in_its_place_is_set_aside_with_all_it_holds(full: Journal) -> None:
    other = full.path.with_name("other.db")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE theirs AS SELECT 7 AS number")
        connection.commit()
    other.replace(full.path)
    with full.write(2.0, "daemon") as writer:
        assert "tables without a version" in writer.rebuilt
    (aside,) = full.folder.glob("journal.db.damaged-*")
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("SELECT * FROM theirs").fetchall() == [(7,)]


def test_the_rebuilding_is_told_until_it_is_journalled(full: Journal) -> None:
    overwrite(full.path, 0, b"\0" * 100)
    for _ in range(2):
        with again(full).write(2.0, "cli") as writer:
            assert "damaged" in writer.rebuilt
    with again(full).write(3.0, "cli") as writer:
        writer.append([Event("daemon", 3.0, "rebuilt", Daemon("rebuilt", writer.rebuilt))])
        assert writer.rebuilt == ""
    with again(full).write(4.0, "cli") as writer:
        assert writer.rebuilt == ""


@pytest.mark.parametrize("seed", range(60))
def test_any_flipped_bit_leaves_a_journal_that_works(full: Journal, seed: int) -> None:
    chance = random.Random(seed)
    size = full.path.stat().st_size
    at = chance.randrange(size) if seed % 2 else chance.randrange(min(size, 4096))
    byte = full.path.read_bytes()[at]
    overwrite(full.path, at, bytes([byte ^ (1 << chance.randrange(8))]))
    reader = again(full)
    seen = list(reader.events(None))
    reader.closed_through("."), reader.rows("."), reader.cursor(".", "reflog"), reader.worktrees(), reader.meta("began")
    with again(full).write(NEXT_DAY, "cli") as writer:
        writer.append([note("new")])
    after = again(full)
    assert {"new"} <= after.has_keys(["new"]) and after.problem() == ""
    # The first pages say what the tables are: without them nothing is readable, and the sources tell what they can.
    if at >= 4096 * FIRST:
        assert len(list(after.events(None))) > MANY - 80 and len(seen) > MANY - 80


@pytest.mark.parametrize("size", [0, 1, 50, 100, 4096, 20000])
def test_a_truncated_journal(full: Journal, size: int) -> None:
    with full.path.open("r+b") as file:
        file.truncate(size)
    list(again(full).events(None))
    with again(full).write(2.0, "cli") as writer:
        assert writer.rebuilt and writer.append([note("new")])
    assert again(full).has_keys(["new"]) and again(full).problem() == ""


@pytest.mark.parametrize("damage", [16, 4096], ids=["magic", "first page"])
@pytest.mark.parametrize("long", [0, 2000])
def test_what_is_in_the_log_alone_outlives_the_database(full: Journal, start: Start, damage: int, long: int) -> None:
    """A process that died right after its commit, or that reads on, keeps the log from being folded back."""
    writer = start(
        f"LONG = {long}"
        + """
import os, signal
for number in range(3):
    with journal.write(2.0, "cli") as writer:
        writer.append([note(f"log:{number} " + "long " * LONG)])
        writer.commit()
        if number == 2:
            writer.append([note("not committed")])
            os.kill(os.getpid(), signal.SIGKILL)
"""
    )
    assert writer.wait(30) == -9
    log = full.path.with_name(f"{full.path.name}-wal")
    assert log.stat().st_size > 4096
    overwrite(full.path, 0, b"\0" * damage)
    keys = [event.key.partition(" ")[0] for event in again(full).events(".")]
    assert keys == [*(f"key:{number}" for number in range(MANY)), *(f"log:{number}" for number in range(3))]


def test_what_was_pruned_does_not_come_back_out_of_free_pages(full: Journal) -> None:
    closing = Handoff("handoff-1970-01-01.md", "0" * 64, "written", closes=True, through=MANY)
    with full.write(6.0, "cli") as writer:
        writer.append([Event("handoff", 6.0, "closing", closing, "."), replace(note("open"), at=6.0)])
    with full.write(7.0, "cli") as writer:
        assert writer.prune(5.5) >= MANY
    assert b"key:150" not in full.path.read_bytes()
    overwrite(full.path, 0, b"\0" * 16)
    assert [event.key for event in again(full).events(".")] == ["closing", "open"]


def test_reading_mends_too(full: Journal) -> None:
    overwrite_events(full.path)
    assert len(list(again(full).events("."))) > MANY - 60
    assert list(full.folder.glob("*.damaged-*")) and again(full).problem() == ""


def test_damage_that_shows_inside_a_transaction(full: Journal) -> None:
    journal = again(full)
    with journal.write(2.0, "cli"):
        pass
    overwrite_events(full.path)
    with pytest.raises(Damaged), journal.write(2.0, "cli") as writer:
        list(writer.events("."))
    with journal.write(3.0, "cli") as writer:
        assert "damaged" in writer.rebuilt and len(list(writer.events("."))) > MANY - 60


@pytest.mark.parametrize("what", ["gone", "folder", "link", "empty", "text"])
def test_something_else_in_the_journals_place(full: Journal, tmp_path: Path, what: str) -> None:
    full.path.unlink()
    (tmp_path / "victim").write_text("mine")
    if what == "folder":
        full.path.mkdir()
    if what == "link":
        full.path.symlink_to(tmp_path / "victim")
    if what in ("empty", "text"):
        full.path.write_text("" if what == "empty" else "hello " * 100)
    assert list(again(full).events(None)) == []
    with again(full).write(2.0, "cli") as writer:
        assert writer.rebuilt and writer.append([note("new")])
        assert writer.meta("identity") == identity(full.folder)
    assert [event.key for event in again(full).events(None)] == ["new"]
    assert (tmp_path / "victim").read_text() == "mine"


def test_the_log_of_a_database_that_is_gone_is_not_played_into_the_new_one(full: Journal, start: Start) -> None:
    holder = start("with journal.write(5.0, 'cli') as w:\n    w.append([note('ghost')]); w.commit(); say('in'); time.sleep(60)")
    assert holder.stdout is not None and holder.stdout.readline() == "in\n"
    holder.kill()
    holder.wait()
    assert full.path.with_name("journal.db-wal").stat().st_size > 0
    full.path.unlink()
    with again(full).write(2.0, "cli") as writer:
        assert list(writer.events(None)) == []


@pytest.mark.parametrize("lost", ["-shm", "-wal"])
def test_a_lost_companion(full: Journal, start: Start, lost: str) -> None:
    holder = start("with journal.write(5.0, 'cli') as w:\n    w.append([note('late')]); w.commit(); say('in'); time.sleep(60)")
    assert holder.stdout is not None and holder.stdout.readline() == "in\n"
    holder.kill()
    holder.wait()
    full.path.with_name(f"journal.db{lost}").unlink()
    assert len(list(again(full).events("."))) == MANY + (lost == "-shm")
    with again(full).write(2.0, "cli") as writer:
        assert writer.rebuilt == "" and writer.append([note("new")])


def test_a_disk_without_room_or_rights_is_no_damage(full: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    page_size = 4096
    with pytest.raises(Busy), full.write(2.0, "cli") as writer:
        writer._connection.execute(f"PRAGMA max_page_count = {full.path.stat().st_size // page_size}")
        writer.append(note(f"big:{number}", "x" * 3000) for number in range(200))
    assert not list(full.folder.glob("*.damaged-*"))
    assert len(list(again(full).events("."))) == MANY


def test_prefixes_of_the_log(full: Journal, start: Start, tmp_path: Path) -> None:
    """What a power cut leaves: the database with the first bytes of its log."""
    code = "for n in range(30):\n        w.append([note(f'late:{n}')]); w.commit()"
    holder = start(f"with journal.write(5.0, 'cli') as w:\n    {code}\n    say('in'); time.sleep(60)")
    assert holder.stdout is not None and holder.stdout.readline() == "in\n"
    holder.kill()
    holder.wait()
    log = full.path.with_name("journal.db-wal").read_bytes()
    before = 0
    for at, size in enumerate([*range(0, len(log), len(log) // 12), len(log)]):
        folder = tmp_path / str(at) / "handoffd"
        folder.mkdir(parents=True)
        for name in ("journal.db", "redaction.key"):
            shutil.copy(full.folder / name, folder / name)
        (folder / "journal.db-wal").write_bytes(log[:size])
        copy = Journal(folder)
        copy.create(identity(folder), 1.0)
        kept = [event.key for event in copy.events(".")][MANY:]
        assert kept == [f"late:{number}" for number in range(len(kept))] and len(kept) >= before and copy.problem() == ""
        before = len(kept)
    assert before == 30
