"""A damaged journal: moved aside, and what can still be read of it brought over into a new one."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from handoffd.journal.opening import connect, make_file
from handoffd.journal.schema import VERSION, migrate, version_of

# What is told again when its source is read from the start needs no rescue; the look at the working tree cannot be taken back in time.
_RESCUED = ("event", "meta", "look", "cursor WHERE source = 'worktree'")


def replace_damaged(path: Path, now: float) -> str:
    """Put a new journal in the place of the one at `path`, with all that can be read of that; returns the name under which the old one is kept.

    At every moment there is a journal at `path`: the old one or, from one rename on, the new one.
    """
    aside = _free(path, time.strftime("%Y-%m-%d-%H%M%S", time.gmtime(now)))
    if path.is_symlink() or not path.is_file():
        path.rename(aside)
    else:
        os.link(path, aside)
    for ending in "-wal", "-shm":
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    make_file(fresh)
    with closing(connect(fresh)) as connection:
        _fill(connection, aside, now)
    fresh.replace(path)
    # Reading the old one made these; a log that holds something is kept with it.
    log = aside.with_name(f"{aside.name}-wal")
    aside.with_name(f"{aside.name}-shm").unlink(missing_ok=True)
    if log.is_file() and not log.stat().st_size:
        log.unlink()
    return aside.name


def _free(path: Path, stamp: str) -> Path:
    names = [f"{path.name}.damaged-{stamp}"] + [f"{path.name}.damaged-{stamp}-{number}" for number in range(2, 100)]
    return next(path.with_name(name) for name in names if not os.path.lexists(path.with_name(name)))


def _fill(connection: sqlite3.Connection, aside: Path, now: float) -> None:
    connection.execute("BEGIN IMMEDIATE")
    migrate(connection, now)
    if aside.is_file() and not aside.is_symlink():
        with suppress(sqlite3.Error), closing(connect(aside, "?mode=ro")) as damaged:
            if version_of(damaged) <= VERSION:
                for source in _RESCUED:
                    _rescue(damaged, connection, source)
    connection.execute("COMMIT")


def _rescue(damaged: sqlite3.Connection, fresh: sqlite3.Connection, source: str) -> None:
    """Rows from the start up to the damage, then from the end down to it. Ids stay: handoffs speak of events by id."""
    table = source.partition(" ")[0]
    names = [name for name in _columns(damaged, table) if name in _columns(fresh, table)]
    insert = f"INSERT OR IGNORE INTO {table} ({','.join(names)}) VALUES ({','.join('?' * len(names))})"  # noqa: S608
    for direction in "ASC", "DESC":
        with suppress(sqlite3.Error):
            order = f"NOT INDEXED ORDER BY rowid {direction}" if source == table else ""
            for row in damaged.execute(f"SELECT {','.join(names)} FROM {source} {order}"):  # noqa: S608
                with suppress(sqlite3.Error):
                    fresh.execute(insert, row)
            return


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]
