"""What is older than `keep` goes, and does not come back."""

from __future__ import annotations

import time

from tests.watched import Watched


def test_old_closed_sessions_are_forgotten_and_not_read_again(watched: Watched) -> None:
    import sqlite3

    watched.repo.commit("feat: old", {"a.py": "x = 1\n"})
    watched.handoffd("flush")
    watched.repo.commit("feat: open", {"b.py": "x = 1\n"})
    watched.handoffd("log")
    journal = watched.repo.root / ".git/handoffd/journal.db"
    with sqlite3.connect(journal) as database:
        database.execute("UPDATE event SET at = at - 100 * 86400 WHERE id <= (SELECT max(through) FROM event)")
        database.execute("UPDATE meta SET value = ? WHERE name = 'pruned'", (repr(time.time() - 2 * 86400),))
    database.close()
    watched.repo.commit("feat: new")
    subjects = [event["data"]["subject"] for event in watched.events("commit")]
    assert subjects == ["feat: open", "feat: new"]
    assert [event["data"]["subject"] for event in watched.events("commit")] == subjects
