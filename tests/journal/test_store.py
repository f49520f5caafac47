from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoffd.journal.lock import Busy, lock
from handoffd.journal.reader import Answer
from handoffd.journal.schema import VERSION
from handoffd.journal.store import Journal, Newer, NotOurs, Unwritable, journal_folder
from handoffd.model.errors import UserError
from handoffd.model.events import STARTS_SESSION, Event
from handoffd.model.facts import Commit, Daemon, Handoff, Note
from handoffd.model.file_state import FileState
from tests.journal.conftest import identity, note
from tests.journal.test_row_codec import TEXT, facts

ROOT = os.getuid() == 0
SECRET = "ghp_" + "a1B2" * 9


def handoff(key: str, name: str, stage: str, through: int = 0, closes: bool = False, sha256: str = "ab", worktree: str = ".") -> Event:
    return Event("handoff", 5.0, key, Handoff(name, sha256, stage, through=through, closes=closes), worktree)


def add(journal: Journal, *events: Event) -> list[Event]:
    with journal.write(9.0, "cli") as writer:
        return writer.append(events)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(facts(), max_size=4), TEXT, TEXT)
def test_what_is_appended_is_read_back(journal: Journal, told: list[tuple[str, object]], branch: str, key: str) -> None:
    before = journal.last_id()
    events = [Event(kind, 3.5, f"{before}:{at}:{key}", fact, "worktrees/\udcff\\", branch) for at, (kind, fact) in enumerate(told)]  # type: ignore[arg-type]
    with journal.write(9.0, "daemon") as writer:
        new = writer.append(events)
        assert list(writer.events(None, after=before)) == new
    assert list(journal.events("worktrees/\udcff\\", after=before)) == new
    assert [replace(event, id=0, seen=0.0, by="") for event in new] == events
    assert all(event.seen == 9.0 and event.by == "daemon" for event in new)
    assert journal.has_keys([event.key for event in events] + ["other"]) == {event.key for event in events}


def test_the_same_fact_is_journalled_once(journal: Journal) -> None:
    first = add(journal, note("a"), note("b"), note("a", "again"))
    assert [event.id for event in first] == [1, 2]
    assert [event.key for event in add(journal, note("b"), note("c"), note("a"))] == ["c"]
    assert [event.key for event in journal.events(".")] == ["a", "b", "c"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=14), max_size=3))
def test_what_is_new_is_told_from_what_is_known(journal: Journal, batches: list[list[tuple[int, bool]]]) -> None:
    """Whatever is known already or stands twice in what is appended at once. Only secrets that were journalled are counted."""
    known: set[int] = set()
    begin = journal.last_id()
    for batch in batches:
        fresh = [(number, secret) for at, (number, secret) in enumerate(batch) if number not in known | {number for number, _ in batch[:at]}]
        known |= {number for number, _ in batch}
        with journal.write(9.0, "cli") as writer:
            before = writer.last_id()
            new = writer.append(note(f"{begin}:{number}:\\é", SECRET if secret else "text") for number, secret in batch)
            assert [event.key for event in new] == [f"{begin}:{number}:\\é" for number, _ in fresh]
            assert list(writer.events(None, after=before)) == new and writer.redacted == sum(secret for _, secret in fresh)


def test_more_events_than_one_statement_takes(journal: Journal) -> None:
    add(journal, *(note(str(number)) for number in range(0, 2000, 3)))
    new = add(journal, *(note(str(number)) for number in range(2000)))
    assert [event.key for event in new] == [str(number) for number in range(2000) if number % 3] and list(journal.events(".", after=667)) == new


def test_an_exception_takes_all_back(journal: Journal) -> None:
    with pytest.raises(ZeroDivisionError), journal.write(9.0, "cli") as writer:
        writer.append([note("a")])
        writer.set_cursor(".", "reflog", {"offset": 1})
        raise ZeroDivisionError
    assert list(journal.events(None)) == [] and journal.cursor(".", "reflog") is None


def test_what_was_committed_on_the_way_stays(journal: Journal) -> None:
    with pytest.raises(ZeroDivisionError), journal.write(9.0, "cli") as writer:
        writer.append([note("intent")])
        writer.commit()
        writer.append([note("later")])
        raise ZeroDivisionError
    assert [event.key for event in journal.events(None)] == ["intent"]


def test_questions(journal: Journal) -> None:
    add(journal, note("a"), note("b", worktree="worktrees/x"), Event("daemon", 1.0, "c", Daemon("start")), note("d"))
    assert [event.key for event in journal.events(".", after=1)] == ["c", "d"]
    assert [event.key for event in journal.events(None, until=3, kinds=["note"])] == ["a", "b"]
    last = journal.last(".", "note")
    assert last is not None and last.key == "d" and journal.last(".", "push") is None
    assert journal.worktrees() == [".", "worktrees/x"] and journal.last_id() == 4 and journal.version == VERSION and journal.size() > 0


def test_more_events_than_a_page(journal: Journal) -> None:
    add(journal, *(note(str(number)) for number in range(501)))
    assert [event.id for event in journal.events(".")] == list(range(1, 502))


def test_how_far_sessions_are_closed(journal: Journal) -> None:
    assert journal.closed_through(".") == 0
    add(
        journal,
        handoff("a", "1.md", "written", through=3, closes=True),
        handoff("b", "2.md", "written", through=7),
        handoff("c", "3.md", "intent", through=8, closes=True),
        handoff("d", "4.md", "written", through=9, closes=True, worktree="worktrees/x"),
    )
    assert journal.closed_through(".") == 3
    assert [event.key for event in journal.handoffs(".", 9)] == ["b", "a"]
    assert [event.key for event in journal.handoffs(None, 2)] == ["d", "b"]


def test_an_intent_stands_until_that_very_file_is_written(journal: Journal) -> None:
    add(journal, handoff("a", "1.md", "intent"), handoff("b", "1.md", "written", sha256="cd"), handoff("c", "2.md", "written"))
    assert [event.key for event in journal.intents(".")] == ["a"]
    add(journal, handoff("d", "1.md", "written"))
    assert journal.intents(".") == []


QUESTIONS: dict[str, Callable[[Journal], object]] = {
    "events": lambda journal: list(journal.events(".", after=5, until=9)),
    "events of a kind": lambda journal: list(journal.events(".", kinds=["test"])),
    "events of kinds": lambda journal: list(journal.events(".", kinds=["test", "file"])),
    "all events": lambda journal: list(journal.events(None, after=5)),
    "newest of a kind": lambda journal: journal.last(".", "push"),
    "newest file": lambda journal: journal.last(".", "file"),
    "count": lambda journal: journal.count(".", 5, STARTS_SESSION),
    "closed through": lambda journal: journal.closed_through("."),
    "handoffs": lambda journal: journal.handoffs(".", 5),
    "intents": lambda journal: journal.intents(".", 5),
    "worktrees": lambda journal: journal.worktrees(),
    "keys": lambda journal: journal.has_keys(["a", "b"]),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_questions_of_every_look_are_index_look_ups(journal: Journal, question: str) -> None:
    asked: list[tuple[str, Sequence[object]]] = []

    class Heard(Journal):
        def _ask(self, query: str, values: Sequence[object] = ()) -> Answer:
            asked.append((query, values))
            return super()._ask(query, values)

    QUESTIONS[question](Heard(journal.folder))
    with closing(sqlite3.connect(journal.path)) as connection:
        plans = [" ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", values)) for query, values in asked]
    assert plans and all("SEARCH" in plan and "TEMP B-TREE" not in plan and "SCAN event" not in plan for plan in plans), plans
    # What is asked at every look though it seldom happened is not looked for among all files.
    assert question not in ("newest of a kind", "events of a kind") or "event_of_kind (worktree=? AND kind=?" in plans[0]


def test_rows_and_cursors(journal: Journal) -> None:
    row = FileState("a\udc80", 3, 2**60, 2**64 - 5, "renamed", "old\udcff", True)
    with journal.write(9.0, "cli") as writer:
        writer.set_rows(".", {row.path: row, "b": FileState("b")}, [])
        writer.set_cursor(".", "refs", {"stashes": ["\udc80"], "at": 1.5})
        writer.set_meta("looked worktrees/\udc80", "1.5")
    with journal.write(9.0, "cli") as writer:
        writer.set_rows(".", {}, ["b", "never"])
    assert journal.rows(".") == {row.path: row} and journal.rows("other") == {}
    assert journal.cursor(".", "refs") == {"stashes": ["\udc80"], "at": 1.5}
    assert journal.meta("looked worktrees/\udc80") == "1.5"


def test_secrets_are_taken_out_before_the_database(journal: Journal) -> None:
    with journal.write(9.0, "cli") as writer:
        event = Event("note", 1.0, f"file:{SECRET}", Note("doing", f"use {SECRET}", path=SECRET), branch=f"fix/{SECRET}", extra={"more": [SECRET]})
        told = writer.append([event])
        assert writer.redacted >= 3 and writer.append([event]) == [] and writer.has_keys([event.key]) == {event.key}
    assert journal.has_keys([event.key]) == {event.key}
    assert SECRET not in repr(told) and list(journal.events(".")) == told
    assert all(SECRET.encode() not in file.read_bytes() for file in journal.folder.iterdir())


def test_only_the_owner_can_read(journal: Journal) -> None:
    old = os.umask(0)
    try:
        journal.path.unlink()
        with journal.write(9.0, "cli") as writer:
            writer.append([note("a")])
            modes = {file.name: file.stat().st_mode & 0o777 for file in journal.folder.iterdir()}
    finally:
        os.umask(old)
    assert set(modes) >= {"journal.db", "journal.db-wal", "journal.lock", "redaction.key"} and set(modes.values()) == {0o600}
    assert journal.folder.stat().st_mode & 0o777 == 0o700 and len(journal.redaction_key()) == 32


def test_create_leaves_what_is_there(journal: Journal) -> None:
    key = journal.redaction_key()
    add(journal, note("a"))
    journal.create(identity(journal.folder), 2.0)
    assert journal.redaction_key() == key and journal.last_id() == 1


def test_nothing_is_written_before_create(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "handoffd")
    assert not journal.exists and journal.last_id() == 0 and list(journal.events(None)) == []
    with pytest.raises(UserError), journal.write(1.0, "cli"):
        pass
    assert not journal.folder.exists()


def test_a_newer_journal_is_read_and_not_written(journal: Journal) -> None:
    add(journal, note("a"))
    connection = sqlite3.connect(journal.path)
    connection.execute("ALTER TABLE event ADD COLUMN mood TEXT")
    connection.execute("INSERT INTO migration VALUES (?, 'moods', 1.0)", (VERSION + 1,))
    connection.commit()
    connection.close()
    newer = Journal(journal.folder)
    assert [event.key for event in newer.events(".")] == ["a"] and newer.version == VERSION + 1
    with pytest.raises(Newer, match="newer handoffd"), newer.write(2.0, "cli"):
        pass
    assert [event.key for event in newer.events(".")] == ["a"] and not list(journal.folder.glob("*damaged*"))


def test_a_copied_repository_asks_for_init_and_then_keeps_its_history(journal: Journal, tmp_path: Path) -> None:
    add(journal, note("a"))
    shutil.copytree(journal.folder.parent, tmp_path / "copy")
    copy = Journal(tmp_path / "copy" / "handoffd")
    with pytest.raises(NotOurs) as told, copy.write(2.0, "cli"):
        pass
    assert told.value.hint == "handoffd init"
    copy.create(identity(copy.folder), 3.0)
    assert [event.key for event in add(copy, note("b"))] == ["b"] and [event.key for event in copy.events(".")] == ["a", "b"]
    assert [event.key for event in journal.events(".")] == ["a"]


def test_a_moved_repository_is_still_the_same(journal: Journal, tmp_path: Path) -> None:
    journal.folder.parent.rename(tmp_path / "moved")
    assert add(Journal(tmp_path / "moved" / "handoffd"), note("a"))


def test_another_device_number_is_no_copy(journal: Journal) -> None:
    with journal.write(2.0, "cli") as writer:
        writer.set_meta("identity", "999999:" + identity(journal.folder).partition(":")[2])
    assert add(journal, note("a"))


@pytest.mark.skipif(not ROOT, reason="needs root to give a file away")
def test_a_journal_of_another_user_is_never_written(journal: Journal) -> None:
    os.chown(journal.path, 12345, 12345)
    with pytest.raises(NotOurs), journal.write(2.0, "cli"):
        pass
    os.chown(journal.folder, 12345, 12345)
    with pytest.raises(NotOurs), journal.write(2.0, "cli"):
        pass


def test_a_journal_that_is_replaced_while_it_is_written_says_so(journal: Journal) -> None:
    with pytest.raises(Unwritable, match="replaced"), journal.write(2.0, "cli") as writer:
        writer.append([note("a")])
        journal.path.unlink()
    assert [event.key for event in add(journal, note("a"))] == ["a"]


def test_the_lock_excludes_other_holders_and_ends_with_its_block(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with lock(path, 0), pytest.raises(Busy), lock(path, 0.05):
        pass
    with lock(path, 0):
        path.unlink()
        with lock(path, 0):
            pass


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Unwritable), lock(tmp_path / "link", 0):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_where_the_journal_lies(tmp_path: Path) -> None:
    assert journal_folder(tmp_path / ".git", tmp_path / "state", False) == tmp_path / ".git" / "handoffd"
    far = journal_folder(tmp_path / ".git", tmp_path / "state", True)
    assert far.parent == tmp_path / "state" / "journals" and far != journal_folder(tmp_path / "b" / ".git", tmp_path / "state", True)


def test_keys_of_files_are_kept_short_and_others_as_they_are(journal: Journal) -> None:
    keys = ["file:.:a.py:1:2:3:changed", "file:.:a.py:1:2:4:changed", "note:file:.:a.py", "handoff:.:7:intent", "#abc"]
    told = add(journal, *(note(key) for key in keys))
    assert [len(event.key) for event in told[:2]] == [13, 13] and [event.key for event in told[2:]] == keys[2:]
    assert list(journal.events(None)) == told and journal.has_keys([*keys, "file:.:a.py:1:2:5:changed"]) == set(keys)
    assert add(journal, *(note(key) for key in keys), *told) == []


def test_commits_of_a_big_look(journal: Journal) -> None:
    events = [Event("commit", float(number), f"head:{number}", Commit("a", str(number), "commit")) for number in range(2000)]
    assert len(add(journal, *events)) == 2000
    assert journal.has_keys(event.key for event in events) == {event.key for event in events}
