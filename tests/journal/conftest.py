"""A journal in a git dir of its own, and processes that write to it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from handoffd.journal.store import Journal
from handoffd.model.events import Event
from handoffd.model.facts import Note

Start = Callable[[str], "subprocess.Popen[str]"]

PREAMBLE = """
import sys, time
from pathlib import Path
from handoffd.journal.store import Journal
from handoffd.model.events import Event
from handoffd.model.facts import Note
journal = Journal(Path(sys.argv[1]))
def note(key): return Event("note", 5.0, key, Note("doing", key))
def say(text): print(text, flush=True)
"""


def identity(folder: Path) -> str:
    stat = folder.parent.stat()
    return f"{stat.st_dev}:{stat.st_ino}"


def note(key: str, text: str = "", worktree: str = ".") -> Event:
    return Event("note", 5.0, key, Note("doing", text or key), worktree)


def overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def mislead_index(path: Path) -> None:
    """A worktree's name in an index becomes another: its events from there on are left out, and SQLite's quick check says nothing."""
    with closing(sqlite3.connect(path)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event_of_worktree'").fetchone()[0]
    overwrite(path, path.read_bytes().rindex(b".", 0, page * 4096), b"\xae")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    folder = tmp_path / ".git" / "handoffd"
    folder.parent.mkdir()
    made = Journal(folder)
    made.create(identity(folder), 1.0)
    return made


@pytest.fixture
def start(journal: Journal) -> Iterator[Start]:
    """Run Python code in a process of its own, with `journal`, `note` and `say` defined; it is killed at the end."""
    running: list[subprocess.Popen[str]] = []

    def run(code: str) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", PREAMBLE + code, str(journal.folder)]
        running.append(subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.communicate()
