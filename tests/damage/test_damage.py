"""A damaged journal: every verb works on, what git and the files hold comes back, notes on readable pages are kept, the handoff says so."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from handoffd.journal.schema import VERSION
from handoffd.journal.store import Journal, Newer
from tests.journal.conftest import identity, journal, note, overwrite  # noqa: F401
from tests.support import Repo, cli
from tests.watched import Watched

NIGHTLY = bool(os.environ.get("HANDOFFD_NIGHTLY"))
SEEDS = 5000 if NIGHTLY else 40
PREFIXES = 5000 if NIGHTLY else 60
PAGE = 4096
NOTES = 400
NEXT_DAY = 86402.0
"""The first write of a day finds what leaves every page readable: an index that leads elsewhere."""


@pytest.fixture
def notes(journal: Journal) -> Journal:  # noqa: F811
    with journal.write(1.0, "cli") as writer:
        writer.append(note(f"key:{number}", f"note {number} " + "x" * 150) for number in range(NOTES))
    return journal


def pages_of(path: Path) -> dict[int, set[str]]:
    """Which notes stand on which page of the table's leaves, told by SQLite's own list of cells where it is built in, else by their text."""
    data = path.read_bytes()
    found: dict[int, set[str]] = {}
    for number in range(NOTES):
        text = f'"text":"note {number} x'.encode()
        found.setdefault(data.index(text) // PAGE, set()).add(f"key:{number}")
    return found


def survivors(journal: Journal) -> set[str]:  # noqa: F811
    with Journal(journal.folder).write(2.0, "cli") as writer:
        assert "damaged" in writer.rebuilt
        return {event.key for event in writer.events(".", kinds=["note"])}


def test_one_zeroed_page_costs_exactly_the_notes_on_it(notes: Journal) -> None:
    pages = pages_of(notes.path)
    assert len(pages) > 10
    page = sorted(pages)[len(pages) // 2]
    overwrite(notes.path, page * PAGE, b"\0" * PAGE)
    assert survivors(notes) == {f"key:{number}" for number in range(NOTES)} - pages[page]


def test_several_zeroed_pages_cost_no_note_between_them(notes: Journal) -> None:
    pages = pages_of(notes.path)
    gone = sorted(pages)[2 : len(pages) - 2 : 3]
    for page in gone:
        overwrite(notes.path, page * PAGE, b"\0" * PAGE)
    assert survivors(notes) == {f"key:{number}" for number in range(NOTES)}.difference(*(pages[page] for page in gone))


@pytest.mark.parametrize("lost", ["first page", "magic", "root of the table", "every interior page"])
def test_without_the_way_to_them_the_notes_are_found_all_the_same(notes: Journal, lost: str) -> None:
    with closing(sqlite3.connect(notes.path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event'").fetchone()[0] - 1
    data = notes.path.read_bytes()
    interior = [page for page in range(1, len(data) // PAGE) if data[page * PAGE] == 5]
    pages = {"first page": [0], "magic": [0], "root of the table": [root], "every interior page": interior}[lost]
    assert root in interior
    for page in pages:
        overwrite(notes.path, page * PAGE, b"not a database!!" if lost == "magic" else b"\0" * PAGE)
    assert survivors(notes) == {f"key:{number}" for number in range(NOTES)}


def test_a_long_note_goes_on_over_many_pages(journal: Journal) -> None:  # noqa: F811
    with journal.write(1.0, "cli") as writer:
        writer.append([note("long", "y" * 50_000), note("short")])
    overwrite(journal.path, 0, b"\0" * PAGE)
    with Journal(journal.folder).write(2.0, "cli") as writer:
        texts = {event.key: len(event.fact.text) for event in writer.events(".")}  # type: ignore[union-attr]
    assert texts == {"long": 50_000, "short": 5}


DAMAGES: dict[str, Callable[[random.Random, bytes], bytes]] = {
    "bits": lambda chance, data: _flipped(chance, data, 4),
    "cut": lambda chance, data: data[: chance.randrange(len(data))],
    "zeroed": lambda chance, data: _zeroed(chance, data),
    "noise": lambda chance, data: _noise(chance, data),
}


def _flipped(chance: random.Random, data: bytes, count: int) -> bytes:
    raw = bytearray(data)
    for _ in range(count):
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(raw)


def _zeroed(chance: random.Random, data: bytes) -> bytes:
    page = chance.randrange(len(data) // PAGE)
    return data[: page * PAGE] + bytes(PAGE) + data[(page + 1) * PAGE :]


def _noise(chance: random.Random, data: bytes) -> bytes:
    page = chance.randrange(len(data) // PAGE)
    return data[: page * PAGE] + chance.randbytes(PAGE) + data[(page + 1) * PAGE :]


@pytest.mark.parametrize("kind", DAMAGES)
def test_any_damage_leaves_a_journal_that_works(notes: Journal, kind: str) -> None:
    sound = notes.path.read_bytes()
    for seed in range(SEEDS // len(DAMAGES)):
        print("seed", seed)
        notes.path.write_bytes(DAMAGES[kind](random.Random(f"{kind}{seed}"), sound))
        with Journal(notes.folder).write(NEXT_DAY, "cli") as writer:
            writer.append([note("new")])
        after = Journal(notes.folder)
        kept = [event.key for event in after.events(".")]
        assert kept[-1] == "new" and after.problem() == ""
        # A page or four hit bits cost a page each; a cut costs what stood behind it.
        assert kind == "cut" or len(kept) > NOTES - 4 * 30
        for file in notes.folder.glob("journal.db*"):
            file.unlink()


def test_database_and_log_cut_at_any_byte_are_sound(notes: Journal, tmp_path: Path) -> None:
    """What a power cut may leave of the log: the database is consistent, and holds the first so many of the transactions."""
    database, log = _with_log(notes, 40)
    chance, folder = random.Random(7), tmp_path / "cut" / "handoffd"
    folder.mkdir(parents=True)
    shutil.copy(notes.folder / "redaction.key", folder / "redaction.key")
    for size in [*(chance.randrange(len(log)) for _ in range(PREFIXES - 1)), len(log)]:
        for file in folder.glob("journal.db*"):
            file.unlink()
        (folder / "journal.db").write_bytes(database)
        (folder / "journal.db-wal").write_bytes(log[:size])
        copy = Journal(folder, identity=identity(notes.folder))
        with copy.write(3.0, "cli") as writer:
            late = [event.key for event in writer.events(".")][NOTES:]
            assert late == [f"late:{number}" for number in range(len(late))] and writer.rebuilt == ""
        with closing(sqlite3.connect(copy.path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert len(late) == 40


def _with_log(journal: Journal, count: int) -> tuple[bytes, bytes]:  # noqa: F811
    """A database and its write-ahead log of so many transactions, none of which is folded back: a reader holds the first state."""
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM event").fetchone()
        for number in range(count):
            with journal.write(2.0, "cli") as writer:
                writer.append([note(f"late:{number}")])
        return journal.path.read_bytes(), journal.path.with_name("journal.db-wal").read_bytes()


def test_a_newer_journal_is_read_and_left_as_it_is(notes: Journal) -> None:
    with closing(sqlite3.connect(notes.path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO migration VALUES (?, 'from_the_future', 0)", (VERSION + 1,))
    before = notes.path.read_bytes()
    assert len(list(Journal(notes.folder).events("."))) == NOTES
    with pytest.raises(Newer), Journal(notes.folder).write(2.0, "cli"):
        pass
    assert notes.path.read_bytes() == before and not list(notes.folder.glob("*.damaged-*"))


def _spoil(repo: Repo, what: str) -> None:
    path = repo.path(".git/handoffd/journal.db")
    if what == "zeroed page":
        overwrite(path, PAGE, bytes(PAGE))
    elif what == "wrong magic":
        overwrite(path, 0, b"SQLITE FORMAT 9\0")
    elif what == "cut":
        os.truncate(path, PAGE + 100)
    else:
        path.unlink()
        if what == "folder":
            path.mkdir()


@pytest.mark.parametrize("what", ["zeroed page", "wrong magic", "cut", "gone", "folder"])
def test_the_next_handoff_tells_of_it_and_git_tells_the_rest_again(watched: Watched, what: str) -> None:
    watched.repo.commit("feat: before the damage", {"a.py": "def a():\n    pass\n"})
    watched.handoffd("note", "todo", "kept if its page is")
    _spoil(watched.repo, what)
    done = cli("flush", cwd=watched.repo.root)
    assert done.returncode == 0, done.stderr
    text = Path(done.stdout.strip()).read_text()
    gotchas = text.partition("## Gotchas")[2].partition("## Resume")[0]
    assert "feat: before the damage" in text and ("damaged" in gotchas or "missing" in gotchas)
    assert watched.movements() == watched.reflog()
    aside = list(watched.repo.path(".git/handoffd").glob("journal.db.damaged-2*"))
    assert len(aside) == (what != "gone")
    if what == "wrong magic":
        assert "kept if its page is" in text


def test_a_journal_deleted_while_the_daemon_has_it_is_begun_anew(watched: Watched) -> None:
    watched.daemon()
    for file in watched.repo.path(".git/handoffd").glob("journal.db*"):
        file.unlink()
    watched.repo.commit("feat: after the deletion", {"b.py": "b = 1\n"})
    text = Path(watched.handoffd("flush").strip()).read_text()
    assert "feat: after the deletion" in text and "missing" in text
    assert watched.movements() == watched.reflog()
