"""Journals of every version that was ever released are brought up to date: nothing of them is lost, and nothing is told a second time.

`versions/N.sql` is a journal that version N itself wrote, as SQLite dumps it: a commit, saved and deleted files (a path that is no text, one with a
backslash, one with a secret), a new branch, a note and a handoff.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from handoffd.journal.schema import VERSION
from handoffd.journal.store import Journal
from handoffd.model.events import Event
from tests.journal.conftest import identity, overwrite
from tests.watched import Watched

VERSIONS = Path(__file__).parent / "versions"
OLD = range(1, VERSION)
LONG = "file:.:src/a.py:1795603391011835674:28:1491004:changed"
REDACTED = "file:.:notes token=[redacted:assigned:d76beba7]"


def run(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)


@pytest.fixture
def old(tmp_path: Path, version: int) -> Journal:
    """The journal of a version, in a git dir that is its own."""
    folder = tmp_path / ".git" / "handoffd"
    folder.mkdir(parents=True)
    (folder / "redaction.key").write_bytes(b"k" * 32)
    with closing(sqlite3.connect(folder / "journal.db")) as database:
        database.executescript((VERSIONS / f"{version}.sql").read_text(encoding="utf-8"))
    stat = folder.parent.stat()
    run(folder / "journal.db", f"UPDATE meta SET value = '{stat.st_dev}:{stat.st_ino}' WHERE name = 'identity'")  # noqa: S608
    return Journal(folder)


def upgraded(journal: Journal) -> list[Event]:
    """What it tells after its first write."""
    with Journal(journal.folder).write(2.0, "cli") as writer:
        assert writer.rebuilt == ""
    after = Journal(journal.folder)
    assert after.version == VERSION and after.problem() == "" and not list(journal.folder.glob("*.damaged-*"))
    return list(after.events(None))


@pytest.mark.parametrize("version", OLD)
def test_it_tells_the_same_before_and_after(old: Journal, version: int) -> None:
    before = list(old.events(None))
    assert old.version == version and len(before) == 15 and {"commit", "file", "note", "handoff"} <= {event.kind for event in before}
    assert upgraded(old) == before
    assert old.rows(".").keys() == {"src/é\\b.py", "src/\udcff.py", "src/a.py"} and old.cursor(".", "reflog")


@pytest.mark.parametrize("version", OLD)
def test_its_facts_are_still_known(old: Journal, version: int) -> None:
    upgraded(old)
    with closing(sqlite3.connect(old.path)) as database:
        keys = [key for (key,) in database.execute("SELECT key FROM event")]
    assert max(len(key) for key in keys if key.startswith("#")) == 13 and sum(key.startswith("#") for key in keys) == 6
    assert {"init:1795603390.9348726", "note:84450c8b35d68feb644f7e748db0ec65"} <= set(keys)
    odd = {"file:.:src/é\\b.py:1795603391011835674:1:1491038:untracked", "file:.:src/\udcff.py:1795603391011835674:1:1491039:untracked"}
    assert old.has_keys(keys) == set(keys)
    assert old.has_keys({LONG, REDACTED, LONG.replace("28", "29"), *odd}) == {LONG, REDACTED, *odd}


@pytest.mark.parametrize("version", OLD)
def test_a_key_that_was_damaged_does_not_keep_it_from_becoming_new(old: Journal, version: int) -> None:
    run(old.path, "UPDATE event SET key = CAST(x'66696c653aff' AS TEXT) WHERE id = 3", "UPDATE event SET key = 7 WHERE kind = 'note'")
    assert len(upgraded(old)) == 15


@pytest.mark.parametrize("version", OLD)
def test_a_damaged_one_is_rebuilt_as_the_newest(old: Journal, version: int) -> None:
    before = list(old.events(None))
    overwrite(old.path, 0, b"\0" * 4096)
    old.create(identity(old.folder), 2.0)
    assert "damaged" in (old.meta("rebuilt") or "") and old.version == VERSION
    assert list(old.events(None)) == before and old.has_keys([LONG]) == {LONG}


def test_an_old_journal_doubles_nothing_when_the_files_are_told_again(watched: Watched) -> None:
    """What the journal remembers of the last look is a short cut: without it each dirty file is told again, under the key that it had."""
    for name in ("a.py", "b c.py", "d/é.py"):
        watched.repo.write(name, "x = 1\n")
    watched.handoffd("log")
    _back_to_the_first(watched.repo.path(".git/handoffd/journal.db"))
    told = watched.events("file")
    assert len(told) == 3 and watched.journalled("file") == 3
    run(watched.repo.path(".git/handoffd/journal.db"), "DELETE FROM look")
    watched.daemon()
    assert watched.events("file") == told and "damaged" not in json.dumps(watched.events("daemon"))


def _back_to_the_first(path: Path) -> None:
    """Today's journal as version 1 kept it, without the last look."""
    kept = "'file:' || worktree || ':' || path || ':' || mtime_ns || ':' || size || ':' || inode || ':' || state"
    run(
        path,
        f"UPDATE event SET key = (SELECT {kept} FROM look WHERE look.path = json_extract(event.data, '$.path')) WHERE kind = 'file'",  # noqa: S608
        "DROP INDEX event_of_kind",
        "CREATE INDEX event_of_kind ON event (worktree, kind, id)",
        "DROP TABLE said",
        "DROP TABLE IF EXISTS words",
        "DELETE FROM cursor WHERE source = 'words'",
        "DELETE FROM migration WHERE version > 1",
        "DELETE FROM look",
    )
