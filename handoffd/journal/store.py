"""The journal file: opened for reading beside any writer, written by one process at a time under the lock.

SQLite before 3.51.3 can lose a checkpoint's work when two connections reset the WAL at once, so each write transaction, with the opening and
closing of its connection, stands under `journal.lock`. Readers are read-only connections: a plain one would checkpoint when it closes.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from handoffd.journal.codec import encode, escape
from handoffd.journal.lock import Busy, lock
from handoffd.journal.reader import Reader
from handoffd.journal.schema import VERSION, migrate, version_of
from handoffd.model.errors import UserError
from handoffd.model.events import Event
from handoffd.model.facts import Handoff
from handoffd.model.redact import Redactor
from handoffd.model.rows import Row

NAME = "journal.db"
LOCK = "journal.lock"
KEY = "redaction.key"
BUSY = 5.0
__all__ = ["Busy", "Journal", "Writer", "journal_folder"]


def journal_folder(common_dir: Path, state: Path, network: bool) -> Path:
    """Beside the repository, or in the state folder where the repository is on a network file system."""
    if not network:
        return common_dir / "handoffd"
    return state / "journals" / urllib.parse.quote(str(common_dir), safe="").replace("%", "_")[-150:]


class Journal(Reader):
    """The journal in `folder`. Each question opens its own connection, so that a file replaced meanwhile is noticed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / NAME
        self._checked = False
        self._rebuilt = ""

    @property
    def exists(self) -> bool:
        """True once `create` was called, also when the database itself was lost since."""
        return (self.folder / KEY).exists()

    def create(self, identity: str, now: float) -> None:
        """Make folder (0700), key and database; what is there stays."""
        self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        if not self.exists:
            handle = os.open(self.folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(handle, secrets.token_bytes(32))
            os.close(handle)
        with self.write(now, "cli") as writer:
            if writer.meta("identity") is None:
                writer.set_meta("identity", identity)

    def redaction_key(self) -> bytes:
        """The key that keeps a secret's identity without keeping the secret."""
        return (self.folder / KEY).read_bytes()

    def size(self) -> int:
        """Bytes of the database with its log."""
        return sum(file.stat().st_size for file in self.folder.glob(f"{NAME}*") if file.is_file())

    def trouble(self) -> str:
        """'' when the database is sound, else what SQLite says."""
        try:
            with self._connection() as connection:
                said = str(connection.execute("PRAGMA quick_check").fetchone()[0])
        except sqlite3.Error as fault:
            return str(fault)
        return "" if said == "ok" else said

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Read-only. Where there is no database yet, or a damaged one, an empty one in memory answers: the next write mends it."""
        try:
            connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY, isolation_level=None)
            with closing(connection):
                if version_of(connection) > 0:
                    yield connection
                    return
        except sqlite3.DatabaseError as fault:
            if not _is_damage(fault) and self.path.exists():
                raise
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as empty:
            migrate(empty, 0.0)
            yield empty

    @contextmanager
    def write(self, now: float, by: str, wait: float = 2.0) -> Iterator[Writer]:
        """One transaction under the lock; committed at the end, rolled back when anything is raised. Raises Busy, UserError."""
        if not self.folder.is_dir():
            raise UserError(f"{self.folder} is gone", hint="handoffd init")
        if self.folder.stat().st_uid != os.getuid():
            raise UserError(f"{self.folder} belongs to another user", hint="run handoffd as that user")
        with lock(self.folder / LOCK, wait):
            connection = self._open_writing(now)
            with closing(connection):
                yield from self._transaction(connection, now, by)

    def _transaction(self, connection: sqlite3.Connection, now: float, by: str) -> Iterator[Writer]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            migrate(connection, now)
            yield Writer(connection, self, now, by)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _open_writing(self, now: float) -> sqlite3.Connection:
        try:
            return self._open_checked()
        except sqlite3.DatabaseError as fault:
            if not _is_damage(fault):
                raise
            self._set_aside(now, str(fault))
            return self._open_checked()

    def _open_checked(self) -> sqlite3.Connection:
        if self.path.is_dir():
            raise sqlite3.DatabaseError("file is not a database: a folder")
        umask = os.umask(0o077)
        try:
            connection = sqlite3.connect(self.path, timeout=BUSY, isolation_level=None)
        finally:
            os.umask(umask)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            self._check(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check(self, connection: sqlite3.Connection) -> None:
        version = version_of(connection)
        if version > VERSION:
            raise UserError(f"the journal was written by a newer handoffd (schema {version}, this one knows {VERSION})", hint="upgrade handoffd")
        if not self._checked:
            said = str(connection.execute("PRAGMA quick_check").fetchone()[0])
            if said != "ok":
                raise sqlite3.DatabaseError(f"malformed: {said}")
            self._checked = True

    def _set_aside(self, now: float, why: str) -> None:
        """Move a damaged database away, dated; a new one is filled from the sources."""
        aside = self.folder / f"{NAME}.damaged-{int(now)}"
        for ending in ("", "-wal", "-shm"):
            file = self.folder / f"{NAME}{ending}"
            if file.exists():
                shutil.move(file, f"{aside}{ending}")
        self._rebuilt = f"the journal was damaged ({why[:100]}), set aside as {aside.name} and rebuilt"

    def take_rebuilt(self) -> str:
        """What was rebuilt since this was last asked, ''."""
        said, self._rebuilt = self._rebuilt, ""
        return said


class Writer(Reader):
    """Inside a write transaction: all questions, and appending."""

    def __init__(self, connection: sqlite3.Connection, journal: Journal, now: float, by: str) -> None:
        self._open = connection
        self._now, self._by = now, by
        self._redactor = Redactor(journal.redaction_key())
        self.rebuilt = journal.take_rebuilt()

    def _connection(self) -> AbstractContextManager[sqlite3.Connection]:
        return nullcontext(self._open)

    def append(self, events: Iterable[Event]) -> list[Event]:
        """Journal what is not there yet, redacted; returns exactly those, with their ids."""
        return [event for event in map(self._insert, events) if event is not None]

    def _insert(self, event: Event) -> Event | None:
        clean = self._redactor.data(event.fact)
        handoff = clean if isinstance(clean, Handoff) else None
        row = (
            event.at,
            self._now,
            self._by,
            event.kind,
            escape(event.worktree),
            escape(self._redactor.text(event.branch)),
            escape(event.key),
            encode(clean),
            handoff.stage if handoff else None,
            int(handoff.closes) if handoff else None,
            handoff.through if handoff else None,
        )
        names = "at, seen, by, kind, worktree, branch, key, data, stage, closes, through"
        done = self._open.execute(f"INSERT OR IGNORE INTO event ({names}) VALUES (?,?,?,?,?,?,?,?,?,?,?)", row)  # noqa: S608
        if not done.rowcount:
            return None
        return replace(event, id=int(done.lastrowid or 0), seen=self._now, by=self._by, fact=clean)

    def set_cursor(self, worktree: str, source: str, value: Mapping[str, Any]) -> None:
        self._open.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?, ?)", (escape(worktree), source, json.dumps(value)))

    def set_rows(self, worktree: str, changed: Mapping[str, Row], gone: Iterable[str]) -> None:
        """Write rows of dirty paths and remove those of clean ones."""
        self._open.executemany("DELETE FROM look WHERE worktree = ? AND path = ?", [(escape(worktree), escape(path)) for path in gone])
        values = [
            (escape(worktree), escape(path), row.size, row.mtime_ns, row.inode, row.state, escape(row.old_path), int(row.baseline))
            for path, row in changed.items()
        ]
        self._open.executemany("INSERT OR REPLACE INTO look VALUES (?,?,?,?,?,?,?,?)", values)

    def set_meta(self, name: str, value: str) -> None:
        self._open.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def commit(self) -> None:
        """Make what was written so far durable and go on, still under the lock."""
        self._open.execute("COMMIT")
        self._open.execute("BEGIN IMMEDIATE")


def _is_damage(fault: sqlite3.Error) -> bool:
    """True for what SQLite says of a file that is no sound database."""
    said = str(fault).lower()
    return any(word in said for word in ("malformed", "not a database", "unable to open", "disk image", "no such table", "no such column"))
