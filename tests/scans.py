"""A real repository ready to be read, and a scan of it, without a journal: what sources and the snapshot's readers are given."""

from __future__ import annotations

from collections.abc import Collection

from handoffd.files.layout import is_handoff
from handoffd.git.objects import Objects
from handoffd.git.repository import discover
from handoffd.git.run import Git
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.events import Event
from handoffd.model.limits import Limits
from handoffd.model.redact import Redactor
from handoffd.sources.source import Scan
from tests.support import Repo

NINE = 1_700_000_000
"""2023-11-14 22:13 UTC, when the repository's first commit is made."""
HOUR = 3600
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def reader_of(repo: Repo, ignore: Collection[str] = ()) -> WorktreeReader:
    """`ignore`: paths that are left out."""
    worktree = discover(repo.root)
    git = Git(worktree.root)
    objects = Objects(worktree, git)
    return WorktreeReader(worktree, ".", git, objects, ".claude", lambda path: path in ignore or is_handoff(path, ".claude"), Redactor(b"key"))


def scan_of(
    repo: Repo,
    *,
    now: float = NINE + HOUR,
    previous: float = NINE,
    floor: float = NINE - HOUR,
    known: Collection[str] = (),
    ignore: Collection[str] = (),
) -> Scan:
    """A scan at `now`, the one before it at `previous`. `known`: natural keys that the journal has."""
    return Scan(reader_of(repo, ignore), Limits(now, previous, floor), lambda keys: set(keys) & set(known))


def keys_of(events: Collection[Event]) -> list[str]:
    """The natural keys of the events."""
    return [event.key for event in events]
