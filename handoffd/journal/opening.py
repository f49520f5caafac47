"""Opening the journal's file, for reading or writing, and telling damage from other trouble."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from handoffd.journal.lock import NotOurs
from handoffd.journal.schema import VERSION, empty, tables, version_of

BUSY = 5.0
_MAGIC = b"SQLite format 3\0"
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_SCHEMA})


class Damage(sqlite3.DatabaseError):
    """The file is no sound journal."""


def is_damage(fault: sqlite3.Error) -> bool:
    """True when the file is at fault, and not its rights, the disk or another process. Our own queries name only what is in the schema,
    so that a table or column that SQLite does not find is damage too."""
    code, said = primary(fault), str(fault)
    unknown = code == sqlite3.SQLITE_ERROR and ("no such" in said or "has no column" in said or "unsupported file format" in said)
    return isinstance(fault, Damage) or code in _DAMAGE or unknown


def connect(path: Path, query: str = "") -> sqlite3.Connection:
    """A connection that decodes what it must: a damaged text does not keep the others from being read. `query` is that of the file's URI."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}{query}", uri=True, timeout=BUSY, isolation_level=None)
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


def fault_in(connection: sqlite3.Connection) -> str:
    """'' when the journal is sound, else what is wrong with it."""
    said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if said != "ok":
        return said
    version = version_of(connection)
    if version == VERSION:
        with closing(empty()) as model:
            return "" if tables(connection) == tables(model) else "tables are not as they were made"
    return "tables without a version" if version == 0 and tables(connection) else ""


def sqlite_version() -> str:
    """The version of the SQLite library, `3.45.1`."""
    return sqlite3.sqlite_version


def make_file(path: Path) -> None:
    """An empty file that only its owner can read. What SQLite puts beside it gets the same rights."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def make_key(path: Path) -> None:
    """32 random bytes at `path`, whole or not at all; a key that is there stays."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    make_file(draft)
    draft.write_bytes(secrets.token_bytes(32))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


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


def open_writing(path: Path) -> sqlite3.Connection:
    """For a transaction under the lock."""
    connection = connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # A note, a test run or an agent's report is nowhere else: what was acknowledged outlives a power cut.
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def open_reading(path: Path) -> sqlite3.Connection:
    """Read-only; where there is no database yet, an empty one in memory."""
    if not path.is_file():
        return empty()
    check_header(path)
    connection = connect(path, "?mode=ro")
    try:
        if version_of(connection) > 0:
            return connection
    except sqlite3.OperationalError as fault:
        connection.close()
        if primary(fault) != sqlite3.SQLITE_CANTOPEN or path.with_name(f"{path.name}-wal").exists():
            raise
        # A folder that we may not write to, and nobody is writing: without a log the file alone is the whole journal.
        return connect(path, "?immutable=1")
    except BaseException:
        connection.close()
        raise
    connection.close()
    return empty()


def primary(fault: sqlite3.Error) -> int:
    """SQLite's primary result code, -1 for a fault that Python found."""
    code = getattr(fault, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF
