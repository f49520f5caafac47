"""The journal file: opened for reading beside any writer, written by one process at a time under the lock.

SQLite before 3.51.3 can lose a checkpoint's work when two connections reset the WAL at once, so each write transaction, with the opening and
closing of its connection, stands under `journal.lock`. Readers are read-only connections: a plain one would checkpoint when it closes.
Connections live for one question, one scan (`shared_connection.py`) or one transaction, so that a file that was removed or replaced
meanwhile is noticed.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from handoffd.files.atomic_write import create_whole
from handoffd.files.crash_points import reached
from handoffd.files.layout import FOLDER, JOURNAL, JOURNAL_LOCK, JOURNALS, REDACTION_KEY
from handoffd.files.permissions import make_private
from handoffd.files.stamp import identity_of
from handoffd.journal.connections import connect, ensure_file, open_writing, owned
from handoffd.journal.integrity import DAY, THOROUGH, check_for, confirmed_damage, damage_of, fault_in, of_the_day
from handoffd.journal.lock import Busy, NotOurs, Unwritable, lock
from handoffd.journal.reader import Answer, Reader
from handoffd.journal.repair import replace_damaged
from handoffd.journal.schema import VERSION, migrate, version_of
from handoffd.journal.shared_connection import Held
from handoffd.journal.sqlite_errors import Damage, Unreadable, is_damage, unreadable, unwritable
from handoffd.journal.writer import Cleaner, Writer
from handoffd.model.errors import UserError
from handoffd.model.redact import Redactor

_NEVER = float("-inf")
__all__ = ["Busy", "Damaged", "Journal", "Newer", "NotOurs", "Unreadable", "Unwritable", "Writer", "journal_folder"]


class Newer(UserError):
    """A newer handoffd wrote the journal: it can be read, not written."""


class Damaged(UserError):
    """The journal turned out damaged in the middle of a transaction; it was rebuilt, what was being written was not."""


def journal_folder(common_dir: Path, state: Path, network: bool) -> Path:
    """Beside the repository; in the state folder, under a digest of its path, where the repository is on a network file system."""
    if not network:
        return common_dir / FOLDER
    return state / JOURNALS / hashlib.blake2b(os.fsencode(common_dir), digest_size=16).hexdigest()


class Journal(Reader):
    """The journal in `folder`. `redactor`: what takes secrets out of all that is appended, by default one with the folder's own key.
    `identity`: device:inode of the git dir, needed only where the folder does not lie in it. `known`: whether an object name is one of the
    repository's, which is no secret."""

    def __init__(self, folder: Path, redactor: Cleaner | None = None, identity: str = "", known: Callable[[str], bool] = lambda _: False) -> None:
        self.folder = folder
        self.path = folder / JOURNAL
        self._redactor = redactor
        self._identity = identity
        self._known = known
        self._inode, self._checked = 0, _NEVER
        self._daily = False
        self._writing = False
        self._held = Held(self.path)

    @property
    def exists(self) -> bool:
        """True once `create` was called, also when the database itself was lost since."""
        return (self.folder / REDACTION_KEY).is_file()

    @property
    def version(self) -> int:
        """Schema version of the file, 0 when there is none or it cannot be read."""
        try:
            with closing(connect(self.path, "?mode=ro")) as connection:
                return version_of(connection)
        except sqlite3.Error:
            return 0

    def create(self, identity: str, now: float) -> None:
        """Make folder (0700), key and database for the git dir that `identity` (device:inode) names; what is there stays and becomes its own."""
        make_private(self.folder)
        if not self.exists:
            create_whole(self.folder / REDACTION_KEY, os.urandom(32))
        with self._written(now, "cli", 2.0, creating=True) as writer:
            writer.set_meta("identity", identity)

    def named(self, worktree: str) -> str:
        """The worktree's id as the journal keeps it: without secrets, as any path."""
        return self._cleaner().text(worktree) if self.exists else worktree

    def redaction_key(self) -> bytes:
        """The 32 random bytes that keep a secret's identity without keeping the secret. Raises Unwritable: nothing is written unredacted."""
        try:
            return (self.folder / REDACTION_KEY).read_bytes()
        except FileNotFoundError:
            raise self._none() from None
        except OSError as fault:
            raise unwritable(fault) from fault

    def size(self) -> int:
        """Bytes of the database with its log."""
        return sum(file.stat().st_size for file in (self.path, self.folder / f"{JOURNAL}-wal") if file.is_file())

    def problem(self) -> str:
        """'' when the database is sound, else what is wrong with it. Reads all of it, indexes too."""
        try:
            return damage_of(self.path, THOROUGH)
        except (sqlite3.Error, OSError) as fault:
            return str(fault)

    def repair(self) -> None:
        """Replace a damaged file under the lock, where that can be done now."""
        self._check_owner()
        with lock(self.folder / JOURNAL_LOCK, 2.0):
            # The clock is not ours to read: the damaged file's own time dates it. One of a newer schema is not ours to judge.
            if os.path.lexists(self.path) and self.version <= VERSION:
                try:
                    self._replaced(self.path.lstat().st_mtime, "while it was read")
                except (OSError, sqlite3.DatabaseError) as fault:
                    raise unreadable(fault) from fault

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One connection for all that this thread asks in the block, as far as it does not write."""
        with self._held.block():
            yield

    @contextmanager
    def write(self, now: float, by: str, wait: float = 2.0) -> Iterator[Writer]:
        """One transaction under the lock; committed at the end, rolled back when anything is raised.

        Raises Busy after `wait` seconds (a process stopped inside its transaction holds the lock for as long), Unwritable (a kind of Busy)
        when disk or rights do not let us, Newer, NotOurs, Damaged.
        """
        with self._written(now, by, wait, creating=False) as writer:
            yield writer

    @contextmanager
    def _written(self, now: float, by: str, wait: float, creating: bool) -> Iterator[Writer]:
        self._check_owner()
        with self._held.none(), lock(self.folder / JOURNAL_LOCK, wait):
            self._writing = True
            reached("locked")
            try:
                with owned(self._open(now), os.getpid()) as connection:
                    yield from self._transaction(connection, now, by, creating)
            except sqlite3.DatabaseError as fault:
                if is_damage(fault) and self._replaced(now, str(fault)):
                    raise Damaged("the journal was damaged and has been rebuilt", hint="run it again") from fault
                raise unwritable(fault) from fault
            finally:
                self._writing = False

    def _transaction(self, connection: sqlite3.Connection, now: float, by: str, creating: bool) -> Iterator[Writer]:
        inode = _inode(self.path)
        writer = Writer(connection, self._cleaner(), now, by)
        connection.execute("BEGIN IMMEDIATE")
        reached("begun")
        try:
            self._prepare(connection, writer, now, creating)
            yield writer
            if _inode(self.path) != inode:
                raise Unwritable("the journal was replaced while it was written", hint="run it again")
            reached("committing")
            writer.finish()
            reached("committed")
        except BaseException:
            if writer.here and connection.in_transaction:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            raise

    def _prepare(self, connection: sqlite3.Connection, writer: Writer, now: float, creating: bool) -> None:
        """Version, migrations, identity and the day's check, all inside the transaction."""
        version = _known(connection)
        migrate(connection, now)
        own = self._identity or self._parent()
        if version == 0 and not creating:
            writer.set_meta("rebuilt", "the journal was missing and was begun anew")
        if writer.meta("identity") is None:
            writer.set_meta("identity", own)
        if not creating and not _same(writer.meta("identity") or "", own):
            raise NotOurs(f"{self.folder} was made for another repository, of which this is a copy", hint="handoffd init")
        if self._daily:
            writer.set_meta("checked", repr(now))
            self._daily = False

    def _open(self, now: float) -> sqlite3.Connection:
        try:
            return self._open_sound(now)
        except OSError as fault:
            raise unwritable(fault) from fault
        except sqlite3.DatabaseError as fault:
            if not is_damage(fault):
                raise
            self._replaced(now, str(fault))
            return self._open_sound(now)

    def _open_sound(self, now: float) -> sqlite3.Connection:
        ensure_file(self.path)
        connection = open_writing(self.path)
        try:
            _known(connection)
            self._check(connection, now)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check(self, connection: sqlite3.Connection, now: float) -> None:
        """Raises Damage. Once a day, and when another file stands there."""
        inode = _inode(self.path)
        if inode == self._inode and 0 <= now - self._checked <= DAY:
            return
        self._daily = of_the_day(connection, now)
        check = check_for(self.size(), self._daily)
        said = fault_in(connection, check) if check else ""
        if said:
            raise Damage(said)
        self._inode, self._checked = inode, now

    def _replaced(self, now: float, why: str) -> bool:
        """Put a new journal in the place of a damaged one, under the lock; False when a second look finds it sound."""
        try:
            damaged = bool(confirmed_damage(self.path))
            if damaged:
                replace_damaged(self.path, now, why)
        except OSError as fault:
            raise unwritable(fault) from fault
        self._checked = _NEVER
        return damaged

    def _ask(self, query: str, values: Sequence[Any] = ()) -> Answer:
        try:
            return self._held.ask(query, values)
        except OSError as fault:
            raise (unwritable if self._writing else unreadable)(fault) from fault
        except sqlite3.DatabaseError as fault:
            if self._writing:
                raise
            if not is_damage(fault):
                raise unreadable(fault) from fault
            self.repair()
        try:
            return self._held.ask(query, values)
        except (OSError, sqlite3.DatabaseError) as fault:
            raise Unreadable(f"the journal cannot be read: {fault}", hint="handoffd doctor") from fault

    def _redacted(self, key: str) -> str:
        return self._cleaner().text(key) if self.exists else key

    def _cleaner(self) -> Cleaner:
        if self._redactor is None:
            self._redactor = Redactor(self.redaction_key(), self._known)
        return self._redactor

    def _check_owner(self) -> None:
        if not self.exists:
            raise self._none()
        if self.folder.stat().st_uid != os.getuid():
            raise NotOurs(f"{self.folder} belongs to another user", hint="run handoffd as that user")

    def _none(self) -> UserError:
        return UserError(f"there is no journal in {self.folder}", hint="handoffd init")

    def _parent(self) -> str:
        """Device and inode of the git dir that the folder lies in, '' when it lies elsewhere."""
        if self.folder.name != FOLDER:
            return ""
        return identity_of(self.folder.parent)


def _known(connection: sqlite3.Connection) -> int:
    """The schema version; raises Newer for one that this program does not know."""
    version = version_of(connection)
    if version > VERSION:
        raise Newer(f"the journal was written by a newer handoffd (schema {version}, this one knows {VERSION})", hint="upgrade handoffd")
    return version


def _same(known: str, own: str) -> bool:
    """Whether both name one git dir. Device numbers are given anew at boot on some systems, so that the inode decides."""
    return not known or not own or known.rpartition(":")[2] == own.rpartition(":")[2]


def _inode(path: Path) -> int:
    """0 when the file is gone."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0
