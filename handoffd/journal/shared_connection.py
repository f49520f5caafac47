"""One read-only connection for all questions of a look, instead of one each: to open one takes ten times as long as what is asked.

It is held by the thread that asked for it, until its block ends, and never

- while this process writes: the writer's connection, as the last one that closes, folds the log back into the file
- longer than the file is the one that was opened: whether it was removed or replaced is looked at before each question
- over a fork: what a child does with SQLite's locks damages the parent's journal
- where SQLite would not see what others write: no database yet, or one that is read without its log
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from handoffd.journal.connections import follows, open_beside, open_reading, owned
from handoffd.journal.reader import Answer


class Held(threading.local):
    """Answers questions; each thread has a connection of its own, or none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._blocks = 0
        self._connection: sqlite3.Connection | None = None
        self._opened = (0, 0, 0)
        self._open = open_reading

    @contextmanager
    def block(self) -> Iterator[None]:
        """Hold one connection from the first question on; blocks may stand in one another."""
        self._blocks += 1
        try:
            yield
        finally:
            self._blocks -= 1
            if not self._blocks:
                self.let_go()

    @contextmanager
    def none(self) -> Iterator[None]:
        """Hold none meanwhile, and ask beside the connection that this process writes with."""
        blocks, self._blocks = self._blocks, 0
        self.let_go()
        self._open = open_beside
        try:
            yield
        finally:
            self._blocks, self._open = blocks, open_reading

    def let_go(self) -> None:
        """Close what is held. In a child of the process that opened it that would take the parent's locks: there it is kept and never used."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with owned(connection, self._opened[0]):
                pass

    def ask(self, query: str, values: Sequence[Any]) -> Answer:
        """All rows. After a fault nothing is held."""
        here = _here(self._path)
        if self._opened != here:
            self.let_go()
        try:
            return self._held(here, query, values)
        except BaseException:
            self.let_go()
            raise

    def _held(self, here: tuple[int, int, int], query: str, values: Sequence[Any]) -> Answer:
        if self._connection is not None:
            return self._connection.execute(query, values).fetchall()
        connection = self._open(self._path)
        if self._blocks and follows(connection):
            self._connection, self._opened = connection, here
            return connection.execute(query, values).fetchall()
        with owned(connection, here[0]):
            return connection.execute(query, values).fetchall()


def _here(path: Path) -> tuple[int, int, int]:
    """This process, and device and inode of the file; zeros when it is gone."""
    try:
        stat = path.stat()
    except OSError:
        return os.getpid(), 0, 0
    return os.getpid(), stat.st_dev, stat.st_ino
