"""Words among a million commits: the search itself against SQLite's own question, and what the index costs whoever journals."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp

import bars
from results import OURS, Case, Row
from storing import BATCH, BEGAN, session_events

from handoffd.journal.store import Journal
from handoffd.journal.word_search import Asked, catch_up, searched
from handoffd.journal.writer import Writer
from handoffd.model.change import Change
from handoffd.model.events import Event
from handoffd.model.facts import Commit

ROUNDS = 9
HITS = 10_000
"""Commits that hold the word which is searched."""
NEEDLE = "needle"
_BARE = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 20"


def rows(count: int, rounds: int, top: Path) -> list[Row]:
    """`count` commits, of which 10,000 hold the word."""
    held = _journal(count, top)
    catch_up(held, BEGAN)
    asked = Asked((NEEDLE,))
    with closing(sqlite3.connect(held.path)) as bare, held.reading():
        floor = _times(lambda: len(bare.execute(_BARE, (f'"{NEEDLE}"',)).fetchall()) == 20)
        ours = _times(lambda: len(searched(held, asked, BEGAN)) == 20)
        narrow = _times(lambda: len(searched(held, Asked((NEEDLE,), ("commit",), branch="main"), BEGAN)) == 20)
    pairs = [(_spent(top, without=True), _spent(top, without=False)) for _ in range(rounds)]
    inserts = (Case(OURS, tuple(own for _, own in pairs)), Case("without words", tuple(bare for bare, _ in pairs)))
    about = f"{count:,} commits, {min(HITS, count):,} hits"
    return [
        Row(bars.SEARCH._replace(about=f"{bars.SEARCH.about}, {about}"), (Case(OURS, ours),)),
        Row(bars.SEARCH_NARROW._replace(about=f"{bars.SEARCH_NARROW.about}, {about}"), (Case(OURS, narrow),)),
        Row(bars.SEARCH_RATIO, (Case(OURS, ours), Case("FTS5 alone", floor)), "FTS5 alone"),
        Row(bars.WORDS_RATE, inserts, "without words"),
    ]


def _times(search: Callable[[], bool]) -> tuple[float, ...]:
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        assert search()
        found.append((time.perf_counter() - began) * 1000)
    return tuple(found)


def _commits(count: int) -> Iterator[Event]:
    """Subjects of eight words of 20,000; the needle in as many as are wanted, evenly. No two are the same."""
    every = max(count // HITS, 1)
    for number in range(count):
        words = [f"word{(number * 7919 + at * 104_729) % 20_000}" for at in range(8)]
        words += [NEEDLE] if number % every == 0 else []
        change = Change(f"src/m{number % 97}/f{number % 9973}.py", "changed", added=1, removed=1)
        fact = Commit(f"{number:040x}", f"{number + 1:040x}", "commit", subject=f"{' '.join(words)} {number}", changes=(change,), count=1)
        yield Event("commit", BEGAN + number, f"commit:{number}", fact, ".", "main")


def _journal(count: int, top: Path) -> Journal:
    held = Journal(Path(mkdtemp(dir=top)) / "handoffd", identity="bench")
    held.create("bench", BEGAN)
    events = _commits(count)
    while batch := list(islice(events, BATCH)):
        with held.write(BEGAN, "daemon") as writer:
            writer.append(batch)
    return held


def _spent(top: Path, without: bool) -> float:
    """Seconds of CPU to journal twenty thousand events, of which one in ten is a commit: nine saved files to a commit, as people work."""
    kept = Writer._index
    try:
        if without:
            Writer._index = lambda _: None  # type: ignore[method-assign]
        return _mixed(top)
    finally:
        Writer._index = kept  # type: ignore[method-assign]


def _mixed(top: Path) -> float:
    held = Journal(Path(mkdtemp(dir=top)) / "handoffd", identity="bench")
    held.create("bench", BEGAN)
    events = list(session_events(20_000))
    began = time.process_time()
    for at in range(0, len(events), BATCH):
        with held.write(BEGAN + at, "daemon") as writer:
            writer.append(events[at : at + BATCH])
    return time.process_time() - began
