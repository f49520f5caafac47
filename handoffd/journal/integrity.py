"""Is the journal sound? Asked by the first write of a process and of a day, by `doctor`, and before a journal is given up."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from handoffd.journal.connections import check_header, connect
from handoffd.journal.schema import VERSION, empty, tables, version_of
from handoffd.journal.sqlite_errors import is_damage, is_refused
from handoffd.model.lazy import lazy

QUICK, THOROUGH = "quick_check", "integrity_check"
"""The pages, 2 GB/s; and whether the indexes lead to the rows that they should, 200 MB/s. Without the second a bit that flipped in an index has
events left out and nobody notices."""
DAY = 86400.0
# A bigger journal is checked by the first write of a day instead of that of each process; the biggest are not checked thoroughly, which would keep
# others from writing for longer than they wait.
_SMALL, _LARGE = 16 * 1024 * 1024, 128 * 1024 * 1024
_PIECE = 1024 * 1024
_CODE = lazy(r"error code=(\d+)")
_CHECKED = "SELECT 1 FROM meta WHERE name = 'checked' AND CAST(value AS REAL) BETWEEN ? AND ?"


def of_the_day(connection: sqlite3.Connection, now: float) -> bool:
    """Whether no process has checked the journal within a day."""
    return version_of(connection) == 0 or not connection.execute(_CHECKED, (now - DAY, now)).fetchone()


def check_for(size: int, daily: bool) -> str:
    """The check that a journal of `size` bytes is due at a process's first write, '' for none."""
    if daily and size <= _LARGE:
        return THOROUGH
    return QUICK if daily or size <= _SMALL else ""


def damage_of(path: Path, check: str = QUICK) -> str:
    """'' when there is a sound database or none, else what is wrong. Raises OSError and sqlite3.OperationalError where the disk gives no answer."""
    try:
        if not path.exists():
            return ""
        check_header(path)
        with closing(connect(path, "?mode=ro")) as connection:
            return fault_in(connection, check)
    except sqlite3.DatabaseError as fault:
        if not is_damage(fault):
            raise
        return str(fault)


def confirmed_damage(path: Path) -> str:
    """The same at a second, thorough look: a disk that gave no answer once looks like damage, and one that gives none is no reason to give up
    a journal."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        return "no file"
    if path.exists():
        with path.open("rb") as file:
            while file.read(_PIECE):
                pass
    return damage_of(path, THOROUGH)


def fault_in(connection: sqlite3.Connection, check: str = QUICK) -> str:
    """'' when the journal is sound, else what is wrong with it. Raises sqlite3.OperationalError where the disk gives no answer."""
    # A damaged index of words is made again when it is asked, and no fault of the journal.
    lines = [str(line) for (line,) in connection.execute(f"PRAGMA {check}(10)")]
    said = next((line for line in lines if "FTS5" not in line), "ok")
    if said != "ok":
        _raise_refusal(said)
        return said.removeprefix("*** in database main ***\n").replace("\n", "; ")
    version = version_of(connection)
    if version == VERSION:
        with closing(empty()) as model:
            return "" if tables(connection) == tables(model) else "tables are not as they were made"
    return "tables without a version" if version == 0 and tables(connection) else ""


def _raise_refusal(said: str) -> None:
    """A check tells a page that cannot be read now like a damaged one, but for the code."""
    code = _CODE.search(said)
    if code:
        fault = sqlite3.OperationalError(said)
        fault.sqlite_errorcode = int(code[1])
        if is_refused(fault):
            raise fault
