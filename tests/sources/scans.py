"""A scan of a real repository without a journal: what every source is given."""

from __future__ import annotations

from collections.abc import Collection

from handoffd.git.objects import Objects
from handoffd.git.paths import is_handoff
from handoffd.git.repository import discover
from handoffd.git.run import Git
from handoffd.model.events import Event
from handoffd.model.redact import Redactor
from handoffd.sources.context import Context
from tests.support import Repo

NINE = 1_700_000_000
"""2023-11-14 22:13 UTC, when the repository's first commit is made."""
HOUR = 3600
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def scan_of(
    repo: Repo, *, now: float = NINE + HOUR, previous: float = NINE, floor: float = NINE - HOUR, known: Collection[str] = (), ignore: Collection[str] = ()
) -> Context:
    """A scan at `now`, the one before it at `previous`. `known`: natural keys that the journal has; `ignore`: paths that are left out."""
    worktree = discover(repo.root)
    git = Git(worktree.root)
    return Context(
        worktree,
        ".",
        git,
        Objects(worktree, git),
        ".claude",
        lambda path: path in ignore or is_handoff(path, ".claude"),
        now,
        previous,
        floor,
        lambda keys: set(keys) & set(known),
        Redactor(b"key"),
    )


def keys_of(events: Collection[Event]) -> list[str]:
    """The natural keys of the events."""
    return [event.key for event in events]
