"""The handoff as data: nine sections of items, from which Markdown, JSON and the terminal's view are made.

Texts in items are raw facts put into our wording: untrusted parts are encoded when the wording is made (model/text.py), so that `text` is safe
Markdown; `path` and `paths` are exact and encoded only by the output.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handoffd.model.claims import Claim
from handoffd.model.kinds import ItemKind, Origin, StepKind
from handoffd.model.records import dataclass, field
from handoffd.model.sections import SectionKey
from handoffd.model.since import Since

PERSON, TOOL, AGENT = 3, 2, 1


@dataclass(frozen=True, slots=True)
class Rank:
    """How useful a line is: strength (person 3, tool 2, agent 1), then open work, then newest (`at`, epoch seconds)."""

    strength: int = TOOL
    open: bool = False
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """One `→` line under a bullet. `short` is the text in fewer words ('': there are none to spare). `more`: how many lines the step stands for.
    `names_change`: the step names a definition that changed."""

    text: str
    kind: StepKind = StepKind.STEP
    line: int = 0
    short: str = ""
    more: int = 0
    names_change: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One bullet. `kind` is the rule that made it; `text` the line without bullet, path and steps; `line` 0: none.

    `short`: the text in fewer words, for a tight budget ('': there are none to spare).
    `marks` are what stands in the closing brackets of a Files line; `paths` every path a Files item stands for. `since`: when what the line tells
    began, where that was before this session, epoch seconds; 0: in this session. `key` says what the line is about (model/item_keys.py). `age`:
    seconds from `since` until the document is read, 0 in one that is written.
    """

    section: SectionKey
    kind: ItemKind
    text: str
    source: Origin = Origin.TOOL
    path: str = ""
    line: int = 0
    last: int = 0
    steps: tuple[Step, ...] = ()
    evidence: tuple[int, ...] = ()
    claims: tuple[Claim, ...] = ()
    rank: Rank = Rank()
    why: str = ""
    tradeoff: str = ""
    category: str = ""
    paths: tuple[str, ...] = ()
    marks: str = ""
    short: str = ""
    added: int = -1
    removed: int = -1
    since: float = 0.0
    key: str = ""
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class CommitLine:
    """A commit in Status: full name, raw subject, git's verb. `mark`: pushed, merge, reverted by HASH or ''.
    `group`: '' for the counted ones, else 'On BRANCH' or 'Pulled, not counted'."""

    oid: str
    short: str
    subject: str
    action: str = "commit"
    mark: str = ""
    group: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class TestLine:
    """The tests of Status: counts of the newest runs, and `text`, the bullet's wording after '**Tests**: '. `seen`: there was a run;
    `counted`: its tests were counted, so that the numbers mean something."""

    text: str
    runner: str = ""
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    at: float = 0.0
    changed_since: tuple[str, ...] = ()
    seen: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """Facts of the Status section; `lines` are its Markdown lines in order, without the leading '- ' (two leading spaces: a sub-line '  - ')."""

    lines: tuple[str, ...]
    upstream: str = ""
    ahead: int = 0
    behind: int = 0
    operation: str = ""
    commits: tuple[CommitLine, ...] = ()
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tests: TestLine | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """The Resume Command. `lines` stand after '> '; `next_step` is the STEP alone."""

    lines: tuple[str, ...]
    next_step: str = ""
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole handoff. `warnings` (section -> line) are the two ⚠️ first lines; `more`
    (section -> count) are the items that a budget took away. Times epoch seconds; `title` is the local 'YYYY-MM-DD HH:MM'. `since`: what changed
    since it was written, in one that is read; None in one that is written. `span`: what it covers, in words."""

    worktree: str
    branch: str
    started: float
    ended: float
    trigger: str
    title: str
    status: Status
    items: Mapping[SectionKey, tuple[Item, ...]]
    resume: Resume
    warnings: Mapping[SectionKey, str] = field(default_factory=dict)
    more: Mapping[SectionKey, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    reconstructed: bool = False
    checkpoint: bool = False
    since: Since | None = None
    span: str = "this session"


_AMOUNTS_TO_NOTHING = frozenset({"evidence", "rank", "first_seen", "age_s", "key"})
_OCCASIONS = ("**Checkpoint**", "⚠️ **Reconstructed**")


def says_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two documents, as data, tell a reader the same: when and why each was written, and which events stand
    behind a line, is no difference."""
    return bool(one) and _said(one) == _said(other)


def _said(document: Mapping[str, Any]) -> dict[str, Any]:
    said = {key: _bare(value) for key, value in document.items() if key not in ("session", "title")}
    status = dict(document.get("status", {}))
    status["lines"] = [line for line in status.get("lines", ()) if not line.startswith(_OCCASIONS)]
    return said | {"status": _bare(status)}


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _bare(part) for key, part in value.items() if key not in _AMOUNTS_TO_NOTHING}
    return [_bare(part) for part in value] if isinstance(value, list | tuple) else value
