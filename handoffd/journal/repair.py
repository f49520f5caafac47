"""A damaged journal: moved aside, and what can still be read of it brought over into a new one."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from handoffd.journal.connections import connect, make_file
from handoffd.journal.salvage import salvaged
from handoffd.journal.schema import VERSION, migrate, shorten_keys, version_of
from handoffd.journal.sqlite_errors import is_refused

# What is told again when its source is read from the start needs no rescue; the look at the working tree cannot be taken back in time.
_RESCUED = ("event", "meta", "look", "cursor WHERE source = 'worktree'")
_COMPANIONS = ("-wal", "-shm")


def replace_damaged(path: Path, now: float, why: str) -> None:
    """Put a new journal in the place of the one at `path`, with all that can be read of that. The old one is kept beside it under a name with
    the date, which the new one tells as `rebuilt` until that is journalled.

    At every moment there is a journal at `path`: the old one or, from one rename on, the new one. Raises OSError and sqlite3.Error with the old
    one untouched where the new one cannot be made: no room, no rights.
    """
    aside = _free(path, time.strftime("%Y-%m-%d-%H%M%S", time.gmtime(now)))
    fresh = path.with_name(f"{path.name}.new")
    _discard(fresh)
    try:
        make_file(fresh)
        with closing(connect(fresh)) as connection:
            _fill(connection, path, now, f"the journal was damaged ({why[:100]}), kept as {aside.name} and rebuilt")
        _set_aside(path, aside)
        fresh.replace(path)
    except BaseException:
        _discard(fresh)
        raise
    # Reading the old one made these; a log that holds something is kept with it.
    log = aside.with_name(f"{aside.name}-wal")
    aside.with_name(f"{aside.name}-shm").unlink(missing_ok=True)
    if log.is_file() and not log.stat().st_size:
        log.unlink()


def _free(path: Path, stamp: str) -> Path:
    names = [f"{path.name}.damaged-{stamp}"] + [f"{path.name}.damaged-{stamp}-{number}" for number in range(2, 100)]
    return next(path.with_name(name) for name in names if not os.path.lexists(path.with_name(name)))


def _discard(fresh: Path) -> None:
    for name in fresh, fresh.with_name(f"{fresh.name}-journal"):
        with suppress(OSError):
            name.unlink(missing_ok=True)


def _set_aside(path: Path, aside: Path) -> None:
    """A second name for the file; its log and index go along, so that they are not played into the new one."""
    if path.is_symlink() or not path.is_file():
        path.rename(aside)
    else:
        os.link(path, aside)
    try:
        for ending in _COMPANIONS:
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    except OSError:
        aside.unlink() if path.exists() else aside.rename(path)
        raise


def _fill(connection: sqlite3.Connection, damaged: Path, now: float, told: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    migrate(connection, now)
    connection.execute("INSERT INTO meta VALUES ('rebuilt', ?)", (told,))
    if damaged.is_file() and not damaged.is_symlink():
        for table, names, rows in _readable(damaged, connection):
            _bring(connection, table, names, rows)
        names = _columns(connection, "event")
        for row in salvaged(damaged):
            _bring(connection, "event", names[: len(row)], iter([row[: len(names)]]))
        shorten_keys(connection)
    connection.execute("COMMIT")


def _readable(path: Path, fresh: sqlite3.Connection) -> Iterator[tuple[str, list[str], Iterator[tuple[Any, ...]]]]:
    """Each table with the names of its columns and the rows that SQLite itself can reach."""
    try:
        with closing(connect(path, "?mode=ro")) as damaged:
            if version_of(damaged) > VERSION:
                return
            for source in _RESCUED:
                table = source.partition(" ")[0]
                names = [name for name in _columns(damaged, table) if name in _columns(fresh, table)]
                if names:
                    yield table, names, _rows(damaged, source, names)
    except sqlite3.DatabaseError as fault:
        if is_refused(fault):
            raise


def _rows(damaged: sqlite3.Connection, source: str, names: list[str]) -> Iterator[tuple[Any, ...]]:
    """From the start up to the damage, then from the end down to it."""
    for direction in "ASC", "DESC":
        order = "" if " " in source else f"NOT INDEXED ORDER BY rowid {direction}"
        try:
            yield from damaged.execute(f"SELECT {','.join(names)} FROM {source} {order}")  # noqa: S608
            return
        except sqlite3.DatabaseError as fault:
            if is_refused(fault):
                raise


def _bring(fresh: sqlite3.Connection, table: str, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """Ids stay: handoffs speak of events by id. A row that breaks the table's rules was not one."""
    insert = f"INSERT OR IGNORE INTO {table} ({','.join(names)}) VALUES ({','.join('?' * len(names))})"  # noqa: S608
    for row in rows:
        with suppress(sqlite3.IntegrityError):
            fresh.execute(insert, row)


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]
