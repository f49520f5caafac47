"""What a line of the document claims of the world, as data: each claim can be looked up again when the line is read.

    a section makes a claim ──> JSON keeps it ──> present/claims.py checks it: holds, changed, gone, unknown

To add a kind of claim: a record here with its row in CLAIMS, and its check with a row in `present/claims.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from handoffd.model.kinds import OperationKind
from handoffd.model.records import asdict, dataclass, field


class Verdict(Enum):
    """What a check found. UNKNOWN: the world cannot tell now."""

    HOLDS = auto()
    CHANGED = auto()
    GONE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class TextAt:
    """`text` stands in `path` at `line`, or at most `near` lines from there."""

    path: str
    line: int
    near: int
    text: str


@dataclass(frozen=True, slots=True)
class Ancestor:
    """The revision `of` reaches the commit."""

    commit: str
    of: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No ref reaches the commit."""

    commit: str


@dataclass(frozen=True, slots=True)
class ObjectExists:
    """The repository still has the commit."""

    commit: str


@dataclass(frozen=True, slots=True)
class SameAs:
    """The file's content equals that of `path` in the revision `rev`."""

    path: str
    rev: str


@dataclass(frozen=True, slots=True)
class DiffersFromHead:
    """The file's content is not that of HEAD."""

    path: str


@dataclass(frozen=True, slots=True)
class Untracked:
    """The file is there and git does not track it."""

    path: str


@dataclass(frozen=True, slots=True)
class Unmerged:
    """The path is in conflict; `head` and `other` are the two sides' commits."""

    path: str
    head: str
    other: str


@dataclass(frozen=True, slots=True)
class OperationOpen:
    """git has the operation open; `other` is what comes in."""

    kind: OperationKind
    other: str


@dataclass(frozen=True, slots=True)
class StashExists:
    """The stash with this commit is in the list of stashes."""

    stash: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """HEAD has `count` commits that `of` lacks."""

    count: int
    of: str


@dataclass(frozen=True, slots=True)
class NoUpstream:
    """The branch follows nothing."""

    branch: str


@dataclass(frozen=True, slots=True)
class LastRunFailed:
    """The test failed in `run`, the id of an event. Only the journal knows of a newer run."""

    test: str
    run: int
    unless_newer_run: bool = True


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A claim that another version wrote: kept as it is, never checked."""

    check: str
    values: Mapping[str, Any] = field(default_factory=dict)


Claim = (
    TextAt
    | Ancestor
    | Unreachable
    | ObjectExists
    | SameAs
    | DiffersFromHead
    | Untracked
    | Unmerged
    | OperationOpen
    | StashExists
    | Ahead
    | NoUpstream
    | LastRunFailed
    | Unchecked
)

# The name of each kind in JSON.
CLAIMS: Mapping[str, type] = {
    "text_at": TextAt,
    "ancestor": Ancestor,
    "unreachable": Unreachable,
    "object_exists": ObjectExists,
    "same_as": SameAs,
    "differs_from_head": DiffersFromHead,
    "untracked": Untracked,
    "unmerged": Unmerged,
    "operation": OperationOpen,
    "stash_exists": StashExists,
    "ahead": Ahead,
    "no_upstream": NoUpstream,
    "last_run_failed": LastRunFailed,
}
_NAMES = {kind: name for name, kind in CLAIMS.items()}


def claim_data(claim: Claim) -> dict[str, Any]:
    """The claim as JSON's own types: `check` is its name."""
    if isinstance(claim, Unchecked):
        return {"check": claim.check, **claim.values}
    return {"check": _NAMES[type(claim)], **asdict(claim)}


def claim_of(data: Mapping[str, Any]) -> Claim:
    """The claim that `claim_data` was given; one of an unknown kind or with other fields is kept unchecked."""
    values = {name: value for name, value in data.items() if name != "check"}
    kind = CLAIMS.get(data["check"])
    try:
        claim: Claim = kind(**values) if kind else Unchecked(data["check"], values)
    except TypeError:
        return Unchecked(data["check"], values)
    return claim
