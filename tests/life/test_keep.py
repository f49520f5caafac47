"""What is older than `keep` goes, and does not come back."""

from __future__ import annotations

import os
import shutil
import time

from tests.watched import Watched


def test_old_closed_sessions_are_forgotten_and_not_read_again(watched: Watched) -> None:
    import sqlite3

    watched.repo.commit("feat: old", {"a.py": "x = 1\n"})
    watched.handoffd("flush")
    watched.repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    watched.handoffd("note", "done", "talked to Kim")
    watched.handoffd("flush")
    watched.repo.commit("feat: open", {"b.py": "x = 1\n"})
    watched.handoffd("log")
    journal = watched.repo.root / ".git/handoffd/journal.db"
    with sqlite3.connect(journal) as database:
        database.execute("UPDATE event SET at = at - 100 * 86400 WHERE id <= (SELECT max(through) FROM event)")
        database.execute("INSERT OR REPLACE INTO meta VALUES ('pruned', ?)", (repr(time.time() - 2 * 86400),))
        database.execute("INSERT OR REPLACE INTO meta VALUES ('time confirmed', ?)", (repr(time.time() - 86400),))
    database.close()
    watched.repo.commit("feat: new")
    subjects = [event["data"]["subject"] for event in watched.events("commit")]
    assert subjects == ["feat: open", "feat: new"]
    assert [event["data"]["subject"] for event in watched.events("commit")] == subjects


def test_a_forgotten_note_does_not_come_back_with_a_spool_that_was_moved_to_another_disk(watched: Watched) -> None:
    watched.handoffd("log")
    watched.handoffd("note", "done", "long done")
    watched.handoffd("flush")
    watched.handoffd("note", "done", "and this")
    watched.handoffd("flush")
    watched.handoffd("prune", "--before", "0s")
    assert [event["data"]["text"] for event in watched.events("note")] == ["and this"], "the newest handoff rests on it"
    spool = watched.repo.root / ".git/handoffd/spool"
    copy = shutil.copy2(spool, spool.with_name("copy"))
    os.replace(copy, spool)
    watched.handoffd("note", "todo", "new")
    assert [event["data"]["text"] for event in watched.events("note")] == ["and this", "new"]
