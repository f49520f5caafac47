"""Opening the journal's file, for reading or writing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from handoffd.files.atomic_write import make_empty
from handoffd.journal.lock import NotOurs
from handoffd.journal.schema import empty, version_of
from handoffd.journal.sqlite_errors import Damage, is_refused

BUSY = 5.0
_MAGIC = b"SQLite format 3\0"
# Connections that came over a fork: kept, as dropping one closes it.
_CARRIED: list[sqlite3.Connection] = []


class _Connection(sqlite3.Connection):
    """SQLite quotes a damaged schema in its messages, and Python cannot read what is no text. `follows`: what others write is seen."""

    follows = True

    def execute(self, *args: Any) -> sqlite3.Cursor:
        try:
            return super().execute(*args)
        except UnicodeDecodeError as fault:
            raise Damage("the schema is no text") from fault

    def executemany(self, *args: Any) -> sqlite3.Cursor:
        try:
            return super().executemany(*args)
        except UnicodeDecodeError as fault:
            raise Damage("the schema is no text") from fault


def connect(path: Path, query: str = "") -> _Connection:
    """A connection that decodes what it must: a damaged text does not keep the others from being read. `query` is that of the file's URI."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}{query}", uri=True, timeout=BUSY, isolation_level=None, factory=_Connection)
    connection.text_factory = _decode
    return connection


def _decode(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def check_header(path: Path) -> None:
    """Raise Damage for what SQLite would take for an empty or read-only database. An empty file is a journal that was never written to."""
    with path.open("rb") as file:
        head = file.read(20)
    if head and (not head.startswith(_MAGIC) or len(head) < 20 or not {head[18], head[19]} <= {1, 2}):
        raise Damage("file is not a database")


def sqlite_version() -> str:
    """The version of the SQLite library, `3.45.1`."""
    return sqlite3.sqlite_version


def make_file(path: Path) -> None:
    """An empty file that only its owner can read. What SQLite puts beside it gets the same rights."""
    os.close(make_empty(path))


def ensure_file(path: Path) -> None:
    """A regular file of ours at `path`, made when missing. Raises NotOurs, Damage."""
    try:
        stat = path.lstat()
    except FileNotFoundError:
        make_file(path)
        return
    if stat.st_uid != os.getuid():
        raise NotOurs(f"{path} belongs to another user", hint="run handoffd as that user")
    if path.is_symlink() or not path.is_file():
        raise Damage("file is not a database")
    check_header(path)


@contextmanager
def owned(connection: sqlite3.Connection, pid: int) -> Iterator[sqlite3.Connection]:
    """Closes the connection of the process `pid` at the end, but not in one that was forked from it: closing works on locks and a log that are the
    parent's."""
    try:
        yield connection
    finally:
        if os.getpid() == pid:
            connection.close()
        else:
            _CARRIED.append(connection)


def open_writing(path: Path) -> sqlite3.Connection:
    """For a transaction under the lock."""
    connection = connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # A note, a test run or an agent's report is nowhere else: what was acknowledged outlives a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        # What is forgotten leaves the disk: a rescue reads every page, and a page that is free still has its rows otherwise.
        connection.execute("PRAGMA secure_delete = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def open_reading(path: Path) -> sqlite3.Connection:
    """Read-only; where there is no database yet, an empty one in memory."""
    if path.is_file():
        check_header(path)
    return open_beside(path)


def open_beside(path: Path) -> sqlite3.Connection:
    """The same beside a connection of this process, without a check of the header: that check opens and closes the file, and with the close a process
    loses all its locks on it."""
    if not path.is_file():
        return empty()
    connection = connect(path, "?mode=ro")
    try:
        if version_of(connection) > 0:
            return connection
    except sqlite3.OperationalError as fault:
        connection.close()
        if not is_refused(fault) or _size(path.with_name(f"{path.name}-wal")):
            raise
        # No rights or no room for the log's index, and nobody is writing: without a log the file alone is the whole journal.
        alone = connect(path, "?immutable=1")
        alone.follows = False
        return alone
    except BaseException:
        connection.close()
        raise
    connection.close()
    return empty()


def follows(connection: sqlite3.Connection) -> bool:
    """Whether a connection of `open_reading` sees what others write after it was opened."""
    return isinstance(connection, _Connection) and connection.follows


def _size(path: Path) -> int:
    """Bytes of a file, 0 where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
