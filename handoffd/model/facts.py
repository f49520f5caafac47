"""The closed set of facts that the journal keeps, one frozen type a kind.

    Fact
      Commit Checkout Reset     movements of HEAD, from git's own log
      Stash Push Branch         other refs
      File                      one path that the working tree shows differently than before
      Test                      one test run, as its report tells it
      Note                      a person's own words, or an agent's
      Drop                      a line that was taken off by hand (in drops.py)
      Agent                     what a coding agent's transcript says (the seam; filled by sources of their own)
      Snapshot                  git status and what composing needs, read once (in snapshot.py)
      Handoff                   a document that was written, or is about to be
      Daemon                    what handoffd itself has to say: started, degraded, journal rebuilt
      Unknown                   a kind that a newer version wrote; kept as it is

Times are UTC epoch seconds. Object names are full. Paths are relative to the worktree. Every text has passed redaction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handoffd.model.change import Change
from handoffd.model.kinds import (
    BranchAction,
    CheckoutAction,
    CommitAction,
    DaemonAction,
    FileAction,
    HandoffStage,
    NoteType,
    ResetAction,
    RunState,
    StashAction,
)
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass, field

_REVERTS = lazy(r"^This reverts commit ([0-9a-f]{40,64})", re.M)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A commit that a pull, merge or fast-forward brought: made elsewhere or earlier."""

    oid: str
    subject: str
    author: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """HEAD moved onto a new commit. `action`: commit amend merge cherry-pick revert rebase pull (git's own verb in its log).

    `changes` are against the first parent; a merge keeps only files that differ from every parent. `count` is the number of files,
    also where `changes` was cut. `arrivals` are the commits a merge or pull brought, newest first, at most 200; `arrived` counts all.
    """

    old: str
    new: str
    action: CommitAction
    ref: str = "HEAD"
    message: str = ""
    subject: str = ""
    body: str = ""
    trailers: tuple[tuple[str, str], ...] = ()
    parents: tuple[str, ...] = ()
    author: str = ""
    email: str = ""
    changes: tuple[Change, ...] = ()
    count: int = 0
    reverts: str = ""
    words: tuple[tuple[str, str, int], ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    arrived: int = 0
    missing: bool = False


def reverted_in(body: str) -> str:
    """The commit that a message says it takes back, '' when none, in git's own words."""
    said = _REVERTS.search(body)
    return said[1] if said else ""


@dataclass(frozen=True, slots=True)
class Checkout:
    """HEAD moved without a new commit. `action`: checkout clone fast-forward pull rebase-start rebase-finish rebase-abort rename other."""

    old: str
    new: str
    action: CheckoutAction
    ref: str = "HEAD"
    message: str = ""
    source: str = ""
    target: str = ""
    arrivals: tuple[Arrival, ...] = ()
    arrived: int = 0


@dataclass(frozen=True, slots=True)
class Reset:
    """`git reset` moved HEAD from `old` to `new` (equal for `reset: moving to HEAD`)."""

    old: str
    new: str
    action: ResetAction = ResetAction.RESET
    ref: str = "HEAD"
    message: str = ""


@dataclass(frozen=True, slots=True)
class Stash:
    """A stash appeared (`action` made) or went away (gone: popped or dropped). `oid` is its commit."""

    oid: str
    action: StashAction
    message: str = ""


@dataclass(frozen=True, slots=True)
class Push:
    """A remote-tracking ref was moved by our push. `ref` is refs/remotes/..., `old` is zeros for a new one."""

    ref: str
    old: str
    new: str
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch was created at `commit`, renamed or deleted there, or begins there. `source` is the branch it was made from, '' when the log names
    none; of a renamed one its name before; of a beginning the ref that it was taken from.
    `made`: when it was created, where that was before the scan that saw it, epoch seconds."""

    name: str
    commit: str
    source: str = ""
    action: BranchAction = BranchAction.CREATED
    made: float = 0.0


@dataclass(frozen=True, slots=True)
class File:
    """A path looks different than at the look before. `action`: created changed deleted renamed restored conflicted.

    `size` in bytes, `mtime` epoch seconds of the file as seen (0 when gone).
    """

    path: str
    action: FileAction
    old_path: str = ""
    size: int = 0
    mtime: float = 0.0
    untracked: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """One failing test. `id` is stable between runs (suite::name); `line` counts from 1, 0 when the report names none.

    `frames` are (path, line) of the failure text that lie in the worktree, outermost first.
    """

    id: str
    name: str
    path: str = ""
    line: int = 0
    message: str = ""
    suite: str = ""
    frames: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Suite:
    """Counts of one suite of a report that has several."""

    name: str
    passed: int
    failed: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Test:
    """One test run, or what one witness saw of it (see `model/test_runs.py`). `failed` includes errors.
    `fixed` are ids that failed before and passed in this run.

    `head` is HEAD at the run, `dirty` the (path, blob) of files that differed from it then: together the tree of the run.
    `report` is the report's path, `command` the wrapped command where one is known, `exit` its code (-1: unknown).
    `state`: '' counted, `collected` (tests were listed, none was run), `uncounted` (a wrapped command that ended: its exit code is all that is
    known), `running` (a wrapped command that began). `run` is the wrapped command's id. `scope`: '' not known, `all` what the project's own
    settings select, else what it was cut down to, in the words that were typed (`only tests/test_x.py`). `folder` is the runner's root, '' the
    worktree's. `passed` holds no unexpected pass and `skipped` no expected failure where the runner tells them apart: `xpassed`, `xfailed`.
    `started` and `ended` are the witness's own times, epoch seconds (0: unknown).
    """

    runner: str
    passed: int
    failed: int
    skipped: int = 0
    failures: tuple[Failure, ...] = ()
    fixed: tuple[str, ...] = ()
    suites: tuple[Suite, ...] = ()
    report: str = ""
    command: str = ""
    exit: int = -1
    head: str = ""
    dirty: tuple[tuple[str, str], ...] = ()
    duration: float = 0.0
    state: RunState = RunState.COUNTED
    run: str = ""
    scope: str = ""
    folder: str = ""
    version: str = ""
    errors: int = 0
    xfailed: int = 0
    xpassed: int = 0
    started: float = 0.0
    ended: float = 0.0


@dataclass(frozen=True, slots=True)
class Note:
    """A person's words. `type`: done doing todo decision learning gotcha message (a flush's -m). `line` and `last` are 0 when not said. `quote` is
    what stood on the line then, so that it is found again. `agent`: the agent whose words they are, '' for a person."""

    type: NoteType
    text: str
    why: str = ""
    tradeoff: str = ""
    path: str = ""
    line: int = 0
    last: int = 0
    steps: tuple[str, ...] = ()
    category: str = ""
    quote: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """What a coding agent recorded. `type`: edit read command todo question plan request message."""

    tool: str
    type: str
    text: str = ""
    path: str = ""
    state: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Handoff:
    """A handoff file. `stage`: intent (name and hash, before the rename) or written. `directory`: the worktree's folder where `name` stands, '' where
    it was not kept: the one that the settings name.

    `through` is the id of the last event it covers, `closes` says that the session ended with it, `reconstructed` that nobody was there.
    `document` is the document as JSON, `markdown` its rendered text, `sha256` the digest of the file's bytes.
    """

    name: str
    sha256: str
    stage: HandoffStage
    trigger: str = ""
    through: int = 0
    closes: bool = False
    reconstructed: bool = False
    branch: str = ""
    started: float = 0.0
    ended: float = 0.0
    document: Mapping[str, Any] = field(default_factory=dict)
    markdown: str = ""
    directory: str = ""


@dataclass(frozen=True, slots=True)
class Daemon:
    """handoffd about itself. `action`: init start stop degraded rebuilt blind redacted config clock; `text` says more, `count` how many.

    `clock`: the wall clock was set back by `count` seconds; times of events before this one are that much too late.
    """

    action: DaemonAction
    text: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """A kind this version does not know; `data` is kept as it was written."""

    data: Mapping[str, Any] = field(default_factory=dict)
