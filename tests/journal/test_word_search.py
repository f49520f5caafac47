"""What was said is found: ranked, filtered, whatever signs the words hold; and the index is only a short cut."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoffd.journal.store import Journal
from handoffd.journal.word_index import BEHIND, WordIndex
from handoffd.journal.word_search import Asked, Hit, NoSearch, behind, catch_up, query_of, searched
from handoffd.model.change import Change
from handoffd.model.events import Event
from handoffd.model.facts import Branch, Commit, Failure, Handoff, Note, Test
from handoffd.model.kinds import BranchAction
from tests.journal.conftest import identity

SECRET = "ghp_" + "a1B2" * 9
NOW = 9_000.0


def commit(number: int, subject: str, body: str = "", branch: str = "main", **more: object) -> Event:
    return Event("commit", float(number), f"c{number}", Commit("a", "b", "commit", subject=subject, body=body, **more), ".", branch)  # type: ignore[arg-type]


def note(number: int, kind: str, text: str, path: str = "", branch: str = "main") -> Event:
    return Event("note", float(number), f"n{number}", Note(kind, text, path=path), ".", branch)  # type: ignore[arg-type]


def add(journal: Journal, *events: Event) -> None:
    with journal.write(NOW, "cli") as writer:
        writer.append(events)


def ask(journal: Journal, *words: str, **more: object) -> list[str]:
    return [hit.text.partition("\n")[0] for hit in hits(journal, *words, **more)]


def hits(journal: Journal, *words: str, **more: object) -> list[Hit]:
    return searched(journal, Asked(words, **more), NOW)  # type: ignore[arg-type]


def damage(journal: Journal, *statements: str) -> None:
    with closing(sqlite3.connect(journal.path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_everything_that_was_said_is_found(journal: Journal) -> None:
    failure = Failure("t::test_backoff", "test_backoff", "tests/test_retry.py", 3, "assert waits == 4")
    trailers = (("Decision", "Raise after three tries"), ("Signed-off-by", "Ada"))
    add(
        journal,
        commit(
            1, "Add retry logic", "It waits.\n\nDecision: Raise after three tries", trailers=trailers, changes=(Change("src/retry.py", "changed"),)
        ),
        note(2, "gotcha", "The proxy strips the header"),
        Event("test", 3.0, "t", Test("pytest", 1, 1, failures=(failure,)), ".", "main"),
        Event("branch", 4.0, "b", Branch("feat/backoff", "c" * 40, action=BranchAction.CREATED), ".", "feat/backoff"),
    )
    assert ask(journal, "proxy") == ["The proxy strips the header"]
    assert {(hit.kind, hit.text) for hit in hits(journal, "backoff")} == {("branch", "feat/backoff"), ("test", "test_backoff — assert waits == 4")}
    assert {hit.kind for hit in hits(journal, "three", "tries")} == {"commit", "decision"} and not ask(journal, "Signed-off-by", "Ada")
    assert [hit.paths for hit in hits(journal, "retry", kinds=("commit",))] == [("src/retry.py",)]
    assert [(hit.event, hit.at, hit.branch) for hit in hits(journal, "proxy")] == [(2, 2.0, "main")]


def test_all_words_have_to_be_in_it_and_a_phrase_as_it_stands(journal: Journal) -> None:
    add(journal, commit(1, "Add retry to the client"), commit(2, "Add client"), commit(3, "client retry_count"))
    assert set(ask(journal, "client", "retry")) == {"Add retry to the client", "client retry_count"}
    assert ask(journal, "retry_count") == ["client retry_count"] and ask(journal, "add client") == ["Add client"]
    assert ask(journal, "retr") and ask(journal, "ount") == []


def test_what_holds_the_word_as_a_whole_comes_before_what_only_begins_with_it(journal: Journal) -> None:
    add(journal, commit(1, "retrying"), commit(2, "retry"))
    assert ask(journal, "retry") == ["retry"] and set(ask(journal, "retryi")) == {"retrying"}


def test_filters_leave_out_all_others(journal: Journal) -> None:
    add(
        journal,
        note(1, "decision", "wait longer", "src/a.py"),
        note(2, "gotcha", "wait less", "src/a.py/odd", branch="side"),
        note(3, "todo", "wait", "src/ab.py"),
        note(4, "todo", "wait for it", "src/\udcff\\x.py"),
    )
    assert ask(journal, "wait", kinds=("gotcha", "decision"), branch="side") == ["wait less"]
    assert set(ask(journal, "wait", path="src/a.py")) == {"wait longer", "wait less"} and len(ask(journal, "wait", path="src")) == 4
    assert ask(journal, "wait", path="src/\udcff\\x.py") == ["wait for it"] and ask(journal, "wait", path="a.py") == []
    assert set(ask(journal, "wait", since=3.0)) == {"wait", "wait for it"} and len(ask(journal, "wait", limit=2)) == 2


def test_the_same_words_said_a_thousand_times_are_one_hit_and_hide_no_other(journal: Journal) -> None:
    failure = Failure("t", "test_a", "t.py", 1, "needle needle needle")
    add(journal, *(Event("test", float(at), f"t{at}", Test("pytest", 1, 1, failures=(failure,)), ".", "main") for at in range(1, 1001)))
    add(journal, commit(2000, "the needle in a very long subject of many words that ranks below all runs of the test"))
    found = hits(journal, "needle")
    assert [(hit.kind, hit.times) for hit in found] == [("test", 1000), ("commit", 1)] and found[0].at == 1000.0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=8) | st.sampled_from(['"', "NEAR(", "a*", "text:", "^a", "AND", "-x", "\udcff", "\0a", "{a}"]), max_size=5))
def test_no_word_is_taken_for_a_question_of_another_kind(journal: Journal, words: list[str]) -> None:
    if not journal.last_id() > 0:
        add(journal, commit(1, "a text AND near x"))
    assert isinstance(hits(journal, *words), list)
    assert query_of(["..."]) == "" and query_of(['say "a"']) == '"say ""a"""'


def test_secrets_are_not_in_the_index(journal: Journal) -> None:
    add(journal, note(1, "gotcha", f"use token {SECRET} there"))
    assert ask(journal, "token") and ask(journal, SECRET) == []
    assert SECRET.encode() not in journal.path.read_bytes() + journal.path.with_name("journal.db-wal").read_bytes()


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE words_data SET block = x'00ff' WHERE id > 10"],
        ["DELETE FROM words_data", "DELETE FROM words_config"],
        ["DELETE FROM words_idx", "DELETE FROM words_docsize"],
        ["DROP TABLE words"],
        ["DELETE FROM cursor WHERE source = 'words'"],
    ],
    ids=lambda statements: statements[0],
)
def test_a_damaged_index_is_made_again_and_the_journal_stays(journal: Journal, statements: list[str]) -> None:
    add(journal, commit(1, "Add retry logic"), commit(2, "Fix retry"))
    assert len(ask(journal, "retry")) == 2
    damage(journal, *statements)
    again = Journal(journal.folder)
    add(again, *(commit(number, f"more {number}") for number in range(10, 10 + BEHIND)), commit(5000, "retry once more"))
    assert len(list(again.events(None))) == BEHIND + 3 and again.meta("rebuilt") is None and again.problem() == ""
    assert [hit.times for hit in hits(again, "retry")] == [1, 1, 1]
    assert not list(journal.folder.glob("*damaged*"))


def test_it_is_found_whoever_indexes_it_and_in_whatever_steps(journal: Journal) -> None:
    add(journal, commit(1, "retry one"))
    assert behind(journal)
    assert ask(journal, "retry") == ["retry one"] and not behind(journal)
    add(journal, *(commit(number, f"retry {number}") for number in range(2, BEHIND + 10)))
    assert not behind(journal)
    add(journal, commit(5000, "retry last"))
    assert len(ask(journal, "retry", limit=5000)) == BEHIND + 10


def test_what_is_pruned_is_not_found_and_not_on_the_disk(journal: Journal) -> None:
    add(journal, commit(1, "an oldwordxyz"), Event("handoff", 2.0, "h", Handoff("n", "s", "written", through=1, closes=True)), commit(3, "a newword"))  # type: ignore[arg-type]
    assert ask(journal, "oldwordxyz") and ask(journal, "newword")
    with journal.write(NOW, "cli") as writer:
        assert writer.prune(2.5, kept=(2,)) == 1
    assert not ask(journal, "oldwordxyz") and ask(journal, "newword") and journal.problem() == ""
    with closing(sqlite3.connect(journal.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"oldword" not in journal.path.read_bytes()


def test_a_journal_that_replaces_a_damaged_one_is_indexed_anew(journal: Journal) -> None:
    add(journal, commit(1, "Add retry logic"))
    assert ask(journal, "retry")
    data = bytearray(journal.path.read_bytes())
    data[:100] = bytes(100)
    journal.path.write_bytes(bytes(data))
    journal.create(identity(journal.folder), NOW)
    assert "damaged" in (journal.meta("rebuilt") or "") and ask(Journal(journal.folder), "retry") == ["Add retry logic"]


class WithoutFullText(sqlite3.Connection):
    """As of a SQLite that was built without FTS5."""

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:  # type: ignore[override]
        if "USING fts5" in sql:
            raise sqlite3.OperationalError("no such module: fts5")
        return super().execute(sql.replace("name = 'fts5'", "name = 'no such module'"), *values)  # type: ignore[arg-type]


def test_without_full_text_search_the_journal_is_the_same_and_search_says_so(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    add(journal, *(commit(number, f"retry {number}") for number in range(1, BEHIND + 10)))
    with closing(sqlite3.connect(journal.path, factory=WithoutFullText, isolation_level=None)) as bare:
        bare.execute("DELETE FROM cursor WHERE source = 'words'")
        index = WordIndex(bare)
        assert not index.step() and index.through == 0 and bare.execute("SELECT count(*) FROM event").fetchone() == (BEHIND + 9,)
        index.prune()
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *words, **more: real(*words, **{"factory": WithoutFullText, **more}))
    with pytest.raises(NoSearch, match="no full-text search"):
        ask(journal, "retry")
    catch_up(journal, NOW)
    monkeypatch.undo()
    assert len(ask(journal, "retry", limit=5000)) == BEHIND + 9
