"""The working tree and refs as read once at a flush, so that everything after it is a pure function of the journal."""

from __future__ import annotations

from handoffd.model.change import Change
from handoffd.model.facts import Arrival
from handoffd.model.kinds import EntryKind, MarkKind, OperationKind, Resolution
from handoffd.model.records import dataclass

# The tree without a file, which every repository has, by the length of its object names.
EMPTY_TREES = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A commit named in a line: full object name and raw subject."""

    oid: str
    subject: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class OpenOperation:
    """An open merge, rebase, cherry-pick, revert, bisect or am. `other`, `other_oid`: what comes in and how many `commits` it brings. A rebase has
    `branch` (being moved), `onto`, `step` and `total`. `since`: epoch seconds. `conflicts` are the paths git listed when it stopped."""

    kind: OperationKind
    other: str = ""
    other_oid: str = ""
    commits: int = 0
    onto: str = ""
    branch: str = ""
    step: int = 0
    total: int = 0
    since: float = 0.0
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of `git status`. `kind`: conflicted modified deleted renamed untracked added not_compared submodule;
    `staged`: the index differs from HEAD;
    `unstaged`: the file differs from the index. `mtime` epoch seconds, 0 when gone. `baseline`: it was so before handoffd first looked.
    `compared`: '' or why it is not known whether the file differs from the index."""

    path: str
    kind: EntryKind
    old_path: str = ""
    staged: bool = False
    unstaged: bool = False
    mtime: float = 0.0
    size: int = 0
    baseline: bool = False
    compared: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A path that conflicted in the open operation. `lines` are where conflict blocks start now (unresolved only).

    `resolved`: '' while unmerged, else head other merged: what the file's content equals. `lost` counts the lines of ours that are not in it.
    """

    path: str
    lines: tuple[int, ...] = ()
    resolved: Resolution = Resolution.UNMERGED
    ours: tuple[Reference, ...] = ()
    theirs: tuple[Reference, ...] = ()
    other_path: str = ""


@dataclass(frozen=True, slots=True)
class OpenMark:
    """A mark that the branch added and that still stands in the file, with its line now. `commit` is '' while uncommitted.
    `conflict`: it stands between conflict markers. `at`: when it was added. `word` is a todo's own (FIXME), `name` the definition that holds it.
    `bulk`: it came in a commit of many files, or in a file that nobody writes here: such marks are counted."""

    kind: MarkKind
    path: str
    line: int
    text: str
    reason: str = ""
    commit: str = ""
    at: float = 0.0
    conflict: bool = False
    word: str = ""
    name: str = ""
    bulk: bool = False


@dataclass(frozen=True, slots=True)
class HeldBranch:
    """Another branch, by the id of its first event, whose work HEAD holds."""

    id: int


@dataclass(frozen=True, slots=True)
class NotePlace:
    """Where the place of a note, by its event, stands now. `line` 0: nowhere any more."""

    event: int
    path: str
    line: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class StashState:
    """A stash that exists now. `index` is N of stash@{N}."""

    oid: str
    index: int
    message: str
    at: float
    branch: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class FailurePlace:
    """Where a failing test stands in its file now, checked against the text. `line` 0: not found.

    `words` are the names of this session's changed definitions that stand in the test's title or body.
    `added`: the test's definition was added this session.
    """

    id: str
    path: str = ""
    line: int = 0
    words: tuple[str, ...] = ()
    added: bool = False


@dataclass(frozen=True, slots=True)
class RunTree:
    """What differs now from the tree of a test run: `event` is the run's id, `changed` the paths (any stage), `clean` the tree had no dirty file."""

    event: int
    changed: tuple[str, ...] = ()
    clean: bool = False


@dataclass(frozen=True, slots=True)
class SubmoduleState:
    """A submodule that moved or holds changes. `was` and `at` are git's short names of the commit in HEAD and of the one checked out, '' where it
    did not move; `ahead` and `behind` count the commits between them (-1: not known). `changed` and `untracked` name files inside, at most 20;
    `dirt` and `new` count them all."""

    path: str
    was: str = ""
    at: str = ""
    ahead: int = -1
    behind: int = -1
    changed: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    dirt: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class BranchCommit:
    """A commit of HEAD's branch as git has it now. `authored` and `committed` are epoch seconds; `reverts` is the commit that it takes back, ''
    when none. `changes` stand only where the journal has no facts of the commit."""

    oid: str
    subject: str
    author: str
    email: str
    authored: float
    committed: float
    parents: tuple[str, ...] = ()
    reverts: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class PushTarget:
    """Where `git push` would take HEAD's branch: a remote-tracking ref by its short name. `tip` is the commit there, '' while it does not exist; of a
    rewritten one the newest that this repository had. `rewritten`: the target has such a commit and HEAD does not reach it, so that git refuses a
    push without force."""

    name: str
    exists: bool = False
    ahead: int = 0
    behind: int = 0
    tip: str = ""
    rewritten: bool = False


@dataclass(frozen=True, slots=True)
class OtherBranch:
    """Open work that was left on another local branch. `at` is the time of its newest commit, epoch seconds."""

    name: str
    unpushed: int = 0
    marks: int = 0
    stashes: int = 0
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of it. `changes` are uncommitted (HEAD to working tree, untracked files as kind `untracked`).

    `on_head`, `on_branches` (oid, branch), `on_remotes`: which of the session's commits are reached from there.
    `short`: (oid, git's own abbreviation). `unpushed`: commits of the branch that its upstream lacks, oldest first.
    `totals`: (path, added, removed) from `base` to the working tree; empty when not known. `base`: the commit, or the tree without a file,
    that the session's own work starts on.
    `going` are the ids of wrapped test runs that go on now.
    `own`: e-mail addresses of this repository's own identities, as they stand in commits. `default`: the default branch by short name.
    `begin`: the commit where HEAD's branch begins, '' unknown, and `begin_from` the ref it was taken from; `on_base`: HEAD is on a base branch
    itself. `commits`: the branch's commits, oldest first. `merged`: the branch that holds all that HEAD's branch changed. `became`: (asked commit,
    the commit that holds its change now; '' when no single one does). `lost`: asked commits whose content is nowhere any more.
    `arrivals`: commits of others since the session's start. `unlogged`: own commits of the session that no log tells, oldest first.
    `note_places`: where the places of a person's words stand now. `line`: what HEAD holds since the session's start, oldest first.
    `untracked_folders`: folders (with a slash) that hold untracked files alone, as git tells them. `held`: other branches whose work HEAD holds.
    `lost_commits`: those of the lost ones that no event tells of. `unlogged_elsewhere`: (branch, commit) as `unlogged`, of other branches.
    `known` is False for a handoff of a session that ended before newer work: then nothing about the working tree is known.
    """

    head: str = ""
    branch: str = ""
    detached: bool = False
    upstream: str = ""
    upstream_gone: bool = False
    ahead: int = 0
    behind: int = 0
    operation: OpenOperation | None = None
    entries: tuple[Entry, ...] = ()
    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    marks: tuple[OpenMark, ...] = ()
    stashes: tuple[StashState, ...] = ()
    failures: tuple[FailurePlace, ...] = ()
    runs: tuple[RunTree, ...] = ()
    going: tuple[str, ...] = ()
    on_head: tuple[str, ...] = ()
    on_branches: tuple[tuple[str, str], ...] = ()
    on_remotes: tuple[str, ...] = ()
    short: tuple[tuple[str, str], ...] = ()
    unpushed: tuple[Reference, ...] = ()
    base: str = ""
    totals: tuple[tuple[str, int, int], ...] = ()
    trouble: str = ""
    known: bool = True
    own: tuple[str, ...] = ()
    default: str = ""
    begin: str = ""
    begin_from: str = ""
    on_base: bool = False
    commits: tuple[BranchCommit, ...] = ()
    push: PushTarget | None = None
    has_remote: bool = False
    merged: str = ""
    became: tuple[tuple[str, str], ...] = ()
    lost: tuple[str, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    arrived: int = 0
    other_branches: tuple[OtherBranch, ...] = ()
    unlogged: tuple[BranchCommit, ...] = ()
    note_places: tuple[NotePlace, ...] = ()
    line: tuple[str, ...] = ()
    untracked_folders: tuple[str, ...] = ()
    held: tuple[HeldBranch, ...] = ()
    lost_commits: tuple[BranchCommit, ...] = ()
    unlogged_elsewhere: tuple[tuple[str, BranchCommit], ...] = ()
    submodules: tuple[SubmoduleState, ...] = ()
