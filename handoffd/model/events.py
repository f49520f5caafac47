"""The journal's one record: an envelope around a fact.

`KINDS` ties each kind's name, as it stands in the journal, to its type. A kind that is not here decodes to `Unknown` and is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handoffd.model.drops import Drop
from handoffd.model.facts import Agent, Branch, Checkout, Commit, Daemon, File, Handoff, Note, Push, Reset, Stash, Test, Unknown
from handoffd.model.kinds import FactKind
from handoffd.model.records import dataclass, field
from handoffd.model.snapshot import Snapshot

Fact = Commit | Checkout | Reset | Stash | Push | Branch | File | Test | Note | Drop | Agent | Snapshot | Handoff | Daemon | Unknown

KINDS: Mapping[str, type] = {
    FactKind.COMMIT: Commit,
    FactKind.CHECKOUT: Checkout,
    FactKind.RESET: Reset,
    FactKind.STASH: Stash,
    FactKind.PUSH: Push,
    FactKind.BRANCH: Branch,
    FactKind.FILE: File,
    FactKind.TEST: Test,
    FactKind.NOTE: Note,
    FactKind.DROP: Drop,
    FactKind.AGENT: Agent,
    FactKind.SNAPSHOT: Snapshot,
    FactKind.HANDOFF: Handoff,
    FactKind.DAEMON: Daemon,
}

# What makes a session; the rest alone never does.
STARTS_SESSION = frozenset({FactKind.COMMIT, FactKind.FILE, FactKind.TEST, FactKind.NOTE, FactKind.DROP, FactKind.AGENT})


@dataclass(frozen=True, slots=True)
class Event:
    """An immutable fact with its place in the journal.

    `at`: when it happened, clamped between two looks; `seen`: when it was ingested; `by`: daemon or cli; all epoch seconds.
    `worktree`: '.' for the main worktree, 'worktrees/NAME@MADE' for a linked one. `branch`: HEAD's branch then, '' when detached or unknown.
    `key`: natural key, unique in the journal: the same fact read twice has the same key.
    `id` is 0 until journalled. `extra`: fields of the stored data that this version does not know.
    """

    kind: str
    at: float
    key: str
    fact: Fact
    worktree: str = "."
    branch: str = ""
    id: int = 0
    seen: float = 0.0
    by: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
