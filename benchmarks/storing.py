"""The journal against bare SQLite, and what it takes to tell a session of many events."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp

import bars
from results import OURS, Case, Row

from handoffd.handoff.compose import compose
from handoffd.journal.row_codec import encode
from handoffd.journal.store import Journal
from handoffd.model.change import Change
from handoffd.model.events import Event
from handoffd.model.facts import Commit, File, Note
from handoffd.model.session import fold
from handoffd.model.snapshot import Snapshot
from handoffd.output.markdown import render

BEGAN = 1_700_000_000.0
SESSION = 2_000
"""Events of the session that is asked for."""
BATCH = 1_000
QUERIES = 9


def journal(count: int, rounds: int, top: Path) -> list[Row]:
    """`count` file events in transactions of a thousand, then the newest two thousand read, at a tenth of them and at all."""
    pairs = [(_raw(count // 10, top), _ours(count // 10, top)[0]) for _ in range(rounds)]
    _, size, small, big = _ours(count, top)
    inserts = (Case(OURS, tuple(own for _, own in pairs)), Case("executemany", tuple(raw for raw, _ in pairs)))
    return [
        Row(bars.JOURNAL_RATE, inserts, "executemany"),
        Row(bars.JOURNAL_SIZE, (Case(OURS, (size,)),)),
        Row(bars.JOURNAL_QUERY._replace(about=f"{bars.JOURNAL_QUERY.about}, {count:,}"), (Case(OURS, (big,)), Case("a tenth", (small,))), "a tenth"),
    ]


def composing(biggest: int, rounds: int) -> list[Row]:
    few = [_told(10_000) for _ in range(rounds)]
    many = _told(biggest)
    about = f"{bars.COMPOSE_LINEAR.about} ({biggest:,})"
    cases = (Case(OURS, (many * 1e6 / biggest,)), Case("10,000", (statistics.median(few) * 1e6 / 10_000,)))
    return [
        Row(bars.COMPOSE, (Case(OURS, tuple(seconds * 1000 for seconds in few)),)),
        Row(bars.COMPOSE_LINEAR._replace(about=about), cases, "10,000"),
    ]


def _file_events(count: int) -> Iterator[Event]:
    """As a look tells of them, each of another path."""
    for number in range(count):
        path, size, at = f"src/m{number % 997:03d}/f{number % 9973:04d}.py", number % 50_000, BEGAN + number + 0.123456
        key = f"file:.:{path}:{int(at * 1e9)}:{size}:{1_000_000 + number}:changed"
        yield Event("file", at, key, File(path, "changed", size=size, mtime=at), ".", "main")


def _ours(count: int, top: Path) -> tuple[float, float, float, float]:
    """Seconds to insert, bytes an event, milliseconds of a session query at a tenth and at the end."""
    held = Journal(Path(mkdtemp(dir=top)) / "handoffd", identity="bench")
    held.create("bench", BEGAN)
    empty, events, small, spent = held.size(), _file_events(count), 0.0, 0.0
    for done in range(0, count, BATCH):
        if done == count // 10:
            small = _query(held)
        batch = list(islice(events, BATCH))
        began = time.perf_counter()
        with held.write(BEGAN + done, "daemon") as writer:
            writer.append(batch)
        spent += time.perf_counter() - began
    return spent, (held.size() - empty) / count, small, _query(held)


def _query(held: Journal) -> float:
    times = []
    for _ in range(QUERIES):
        began = time.perf_counter()
        found = sum(1 for _ in held.events(".", after=held.last_id() - SESSION))
        times.append((time.perf_counter() - began) * 1000)
        assert found == min(SESSION, held.last_id())
    return statistics.median(times)


def _raw(count: int, top: Path) -> float:
    """Seconds of the same rows in a bare table with the same kind of index, in the same batches."""
    connection = sqlite3.connect(Path(mkdtemp(dir=top)) / "raw.db", isolation_level=None)
    connection.executescript(
        "pragma journal_mode=wal; pragma synchronous=normal;"
        "create table event (id integer primary key, kind text, at real, key text unique, data text, worktree text, branch text);"
        "create index by_kind on event (worktree, kind, id);"
    )
    values = [(event.kind, event.at, event.key, encode(event.fact), ".", "main") for event in _file_events(count)]
    began = time.perf_counter()
    for done in range(0, count, BATCH):
        connection.execute("begin immediate")
        connection.executemany("insert into event (kind, at, key, data, worktree, branch) values (?, ?, ?, ?, ?, ?)", values[done : done + BATCH])
        connection.execute("commit")
    spent = time.perf_counter() - began
    connection.close()
    return spent


def _told(count: int) -> float:
    """Seconds of CPU to fold, compose and render so many events: it waits for nothing, so that on an idle machine that is the time it takes."""
    events = list(session_events(count))
    began = time.process_time()
    session = fold(events)
    made = compose(session, Snapshot(head=f"{count:040x}", branch="main"), worktree="/r", trigger="flush", ended=session.ended)
    assert render(made)
    return time.process_time() - began


def session_events(count: int) -> Iterator[Event]:
    """Nine saved files to a commit, a note to a thousand events."""
    for number in range(1, count + 1):
        path = f"src/f{number % 2_000}.py"
        fact: File | Commit | Note = File(path, "modified")
        if number % 1_000 == 0:
            fact = Note("learning", f"note {number}")
        elif number % 10 == 0:
            change = Change(path, "changed", added=1, removed=1)
            fact = Commit(f"{number - 10:040x}", f"{number:040x}", "commit", subject=f"change {number}", changes=(change,), count=1)
        kind = type(fact).__name__.lower()
        yield Event(kind, BEGAN + number, f"{kind}:{number}", fact, ".", "main", number)
