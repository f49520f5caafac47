"""What a fault of SQLite or of the machine means: a damaged file, another process, a disk that refuses, or a bug of ours."""

from __future__ import annotations

import sqlite3

from handoffd.journal.lock import Busy, Unwritable
from handoffd.model.errors import UserError, refusal

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_SCHEMA})
_WAITING = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_RIGHTS = "free some space, mend the folder's rights, or close programs that hold many files open"
_REFUSED = {
    sqlite3.SQLITE_FULL: "free some space on that disk",
    sqlite3.SQLITE_IOERR: "the disk is full or failed: see the system's log",
    sqlite3.SQLITE_READONLY: _RIGHTS,
    sqlite3.SQLITE_CANTOPEN: _RIGHTS,
    sqlite3.SQLITE_PERM: _RIGHTS,
    sqlite3.SQLITE_AUTH: _RIGHTS,
}


class Damage(sqlite3.DatabaseError):
    """The file is no sound journal."""


class Unreadable(UserError):
    """The journal's file cannot be read now, though nothing says that it is damaged."""


def is_damage(fault: sqlite3.Error) -> bool:
    """True when the file is at fault, and not its rights, the disk or another process. Our own queries name only what is in the schema,
    so that a table or column that SQLite does not find is damage too."""
    code, said = primary(fault), str(fault)
    cut_short = getattr(fault, "sqlite_errorcode", None) == sqlite3.SQLITE_IOERR_SHORT_READ
    unknown = code == sqlite3.SQLITE_ERROR and ("no such" in said or "has no column" in said or "unsupported file format" in said)
    return isinstance(fault, Damage) or code in _DAMAGE or unknown or cut_short


def is_refused(fault: sqlite3.Error) -> bool:
    """True when disk, rights or another process keep SQLite from its work, whatever the file holds."""
    return not is_damage(fault) and (primary(fault) in _REFUSED or primary(fault) in _WAITING)


def primary(fault: sqlite3.Error) -> int:
    """SQLite's primary result code, -1 for a fault that Python found."""
    code = getattr(fault, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF


def unwritable(fault: Exception) -> Exception:
    """A fault of a write as the person is told; the fault itself when it is a bug of ours."""
    return _waiting(fault) or _told(fault, Unwritable, "written")


def unreadable(fault: Exception) -> Exception:
    """The same for a read."""
    return _waiting(fault) or _told(fault, Unreadable, "read")


def _waiting(fault: Exception) -> Busy | None:
    if isinstance(fault, sqlite3.Error) and primary(fault) in _WAITING:
        return Busy("another program holds the journal's database", hint="close what has journal.db open")
    return None


def _told(fault: Exception, kind: type[UserError], verb: str) -> Exception:
    hint = ""
    if isinstance(fault, sqlite3.Error):
        # Damage that a second look did not confirm: the disk gave no answer or a wrong one.
        hint = "the disk gave a wrong answer once: run it again" if is_damage(fault) else _REFUSED.get(primary(fault), "")
    elif isinstance(fault, OSError):
        refused = refusal(fault)
        hint = refused.hint if refused else ""
    return kind(f"the journal cannot be {verb}: {fault}", hint=hint) if hint else fault
