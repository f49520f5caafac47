"""A sound database with values that nobody wrote: SQLite keeps anything in any column, and no check of its own sees it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.journal.row_codec import iso, moment, number, seal, unseal
from tests.support import cli
from tests.watched import Watched

HARMS = [
    "UPDATE event SET at = 'abc'",
    "UPDATE event SET at = 9e999",
    "UPDATE event SET at = -1e300, seen = 1e300",
    "UPDATE event SET branch = x'ff00', by = 7",
    "UPDATE event SET data = 3",
    'UPDATE cursor SET value = \'{"offset": "x"}\'',
    "UPDATE cursor SET value = '{\"files\": [1]}'",
    "UPDATE cursor SET value = x'00'",
    "UPDATE look SET size = 'abc', mtime_ns = x'00', inode = 'z'",
    "UPDATE meta SET value = 'zz' WHERE name NOT IN ('identity')",
]
ANY = st.one_of(st.none(), st.text(), st.floats(), st.integers(), st.binary())


@pytest.mark.parametrize("harm", HARMS)
def test_no_value_makes_a_verb_fail_or_a_commit_doubled(watched: Watched, harm: str) -> None:
    watched.repo.commit("feat: one", {"a.py": "x = 1\n"})
    watched.repo.write("dirty.py", "x = 1\n")
    watched.handoffd("log")
    with closing(sqlite3.connect(watched.repo.root / ".git/handoffd/journal.db")) as database, database:
        database.execute(harm)
    watched.repo.commit("feat: two", {"b.py": "x = 1\n"})
    for verb in ("log", "flush", "resume", "status"):
        done = cli(verb, cwd=watched.repo.root)
        assert done.returncode == 0, f"{verb}: {done.stderr}"
    moves = watched.movements()
    assert moves[-1] == watched.reflog()[-1] and len(moves) == len(set(moves))


@given(ANY, ANY)
def test_a_moment_is_one_that_can_be_shown(at: object, seen: object) -> None:
    assert all(iso(told).endswith("Z") for told in moment(at, seen))


@given(ANY)
def test_a_number_is_finite_or_none(value: object) -> None:
    found = number(value)
    assert found is None or abs(found) < float("inf")


@given(st.dictionaries(st.text(), st.integers() | st.text()), st.integers(0, 10_000), st.characters())
def test_a_short_cut_is_what_was_written_or_none(value: dict[str, object], at: int, sign: str) -> None:
    text = seal(value)
    assert unseal(text) == value
    spoilt = text[: at % len(text)] + sign + text[at % len(text) + 1 :]
    assert unseal(spoilt) is None or spoilt == text


@given(ANY)
def test_what_was_not_sealed_is_no_short_cut(text: object) -> None:
    assert unseal(text) is None


def test_a_schema_whose_comments_were_reworded_is_the_same(watched: Watched) -> None:
    watched.handoffd("note", "todo", "one more")
    with closing(sqlite3.connect(watched.repo.root / ".git/handoffd/journal.db")) as database, database:
        database.execute("PRAGMA writable_schema = 1")
        database.execute("UPDATE sqlite_master SET sql = replace(sql, '-- the journal', '-- our journal')")
    watched.handoffd("flush")
    assert "damaged" not in watched.files()[0].read_text()
