"""The closed sets of the model, one enum each. A value is the text that stands in the journal and in `--json`, so a value never changes.

To add a value: add a member here, run `make types`, and mend each `match` that mypy names.
"""

from __future__ import annotations

from enum import StrEnum


class FactKind(StrEnum):
    """The kinds of facts that the journal keeps."""

    COMMIT = "commit"
    CHECKOUT = "checkout"
    RESET = "reset"
    STASH = "stash"
    PUSH = "push"
    BRANCH = "branch"
    FILE = "file"
    TEST = "test"
    NOTE = "note"
    DROP = "drop"
    AGENT = "agent"
    SNAPSHOT = "snapshot"
    HANDOFF = "handoff"
    DAEMON = "daemon"


class CommitAction(StrEnum):
    """git's own verb for a movement of HEAD onto a new commit."""

    COMMIT = "commit"
    AMEND = "amend"
    MERGE = "merge"
    CHERRY_PICK = "cherry-pick"
    REVERT = "revert"
    REBASE = "rebase"
    PULL = "pull"


class CheckoutAction(StrEnum):
    """How HEAD moved without a new commit."""

    CHECKOUT = "checkout"
    CLONE = "clone"
    FAST_FORWARD = "fast-forward"
    PULL = "pull"
    REBASE_START = "rebase-start"
    REBASE_FINISH = "rebase-finish"
    REBASE_ABORT = "rebase-abort"
    RENAME = "rename"
    OTHER = "other"


class ResetAction(StrEnum):
    """`git reset` has one verb."""

    RESET = "reset"


class StashAction(StrEnum):
    """`GONE`: popped or dropped."""

    MADE = "made"
    GONE = "gone"


class BranchAction(StrEnum):
    """What happened to a branch. `BEGUN`: handoffd found the commit where it begins."""

    CREATED = "created"
    RENAMED = "renamed"
    DELETED = "deleted"
    BEGUN = "begun"


class FileAction(StrEnum):
    """How a path looks different than at the scan before."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    RENAMED = "renamed"
    RESTORED = "restored"
    CONFLICTED = "conflicted"


class DaemonAction(StrEnum):
    """What handoffd reports about itself."""

    INIT = "init"
    START = "start"
    STOP = "stop"
    DEGRADED = "degraded"
    REBUILT = "rebuilt"
    BLIND = "blind"
    REDACTED = "redacted"
    CONFIG = "config"
    CLOCK = "clock"


class NoteType(StrEnum):
    """The kinds of a person's words. `MESSAGE` is what `flush -m` said."""

    DONE = "done"
    DOING = "doing"
    TODO = "todo"
    DECISION = "decision"
    LEARNING = "learning"
    GOTCHA = "gotcha"
    MESSAGE = "message"


class RunState(StrEnum):
    """How much is known of a test run. `COLLECTED`: tests were listed, none was run. `UNCOUNTED`: a wrapped command ended, its exit code is all
    that is known. `RUNNING`: a wrapped command began."""

    COUNTED = ""
    COLLECTED = "collected"
    UNCOUNTED = "uncounted"
    RUNNING = "running"


class HandoffStage(StrEnum):
    """`INTENT` is journalled before a handoff's file is in place, `WRITTEN` after."""

    INTENT = "intent"
    WRITTEN = "written"


class ChangeKind(StrEnum):
    """What a diff says of one file. `TYPE`: a file became a link, or the like. `UNTRACKED` stands only in the working tree."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    RENAMED = "renamed"
    COPIED = "copied"
    TYPE = "type"
    UNTRACKED = "untracked"


class FileRole(StrEnum):
    """What a file is for, where that decides a line of the document."""

    NONE = ""
    GENERATED = "generated"
    SCHEMA = "schema"
    CI = "ci"
    DECISION = "decision"


class MarkKind(StrEnum):
    """A line that asks for something."""

    TODO = "todo"
    BOX = "box"
    SKIP = "skip"
    UNFINISHED = "unfinished"
    LEARNING = "learning"


class EntryKind(StrEnum):
    """What `git status` says of one path, in the snapshot's words. `STAGED`: in a list of changes, by the open merge."""

    CONFLICTED = "conflicted"
    STAGED = "staged"
    MODIFIED = "modified"
    ADDED = "added"
    DELETED = "deleted"
    RENAMED = "renamed"
    UNTRACKED = "untracked"
    NOT_COMPARED = "not_compared"
    SUBMODULE = "submodule"


class StatusKind(StrEnum):
    """What the first sign of a record of `git status --porcelain=v2` says."""

    TRACKED = "tracked"
    RENAMED = "renamed"
    UNMERGED = "unmerged"
    UNTRACKED = "untracked"


class PathState(StrEnum):
    """What a scan of the working tree remembers of one dirty path."""

    UNTRACKED = "untracked"
    DELETED = "deleted"
    RENAMED = "renamed"
    CONFLICTED = "conflicted"
    CHANGED = "changed"


class OperationKind(StrEnum):
    """What git has open in a worktree."""

    MERGE = "merge"
    REBASE = "rebase"
    CHERRY_PICK = "cherry-pick"
    REVERT = "revert"
    BISECT = "bisect"
    AM = "am"


class Resolution(StrEnum):
    """What the content of a path that conflicted equals now."""

    UNMERGED = ""
    HEAD = "head"
    OTHER = "other"
    MERGED = "merged"


class Origin(StrEnum):
    """Who says what a line says."""

    PERSON = "person"
    TOOL = "tool"
    AGENT = "agent"


class ItemKind(StrEnum):
    """The rule that made a line of the document."""

    NOTE = "note"
    TRAILER = "trailer"
    COMMIT = "commit"
    GREEN = "green"
    CONFLICT = "conflict"
    FAILING_TEST = "failing_test"
    TODO = "todo"
    UNFINISHED = "unfinished"
    NEW_FILE = "new_file"
    HUNK = "hunk"
    DELETED = "deleted"
    WIP = "wip"
    REST = "rest"
    MARKS = "marks"
    FIX_TESTS = "fix_tests"
    RERUN_TESTS = "rerun_tests"
    BOX = "box"
    SKIP = "skip"
    PUSH = "push"
    BRANCH = "branch"
    RECORD = "record"
    UNRECORDED = "unrecorded"
    LEARNED_LINE = "line"
    FILE = "file"
    FOLDED = "folded"
    BULK = "bulk"
    GENERATED = "generated"
    MERGED = "merged"
    FOLDER = "folder"
    RESOLVED = "resolved"
    REWRITTEN = "rewritten"
    REVERTED = "reverted"
    RESET_AWAY = "reset_away"
    STASH = "stash"
    FLAKY = "flaky"
    DAEMON = "daemon"
    REDACTED = "redacted"


# What stands in the document whenever it began, however much of it there is.
NEVER_FOLDED = frozenset({ItemKind.CONFLICT, ItemKind.FAILING_TEST, ItemKind.STASH, ItemKind.PUSH, ItemKind.FIX_TESTS, ItemKind.WIP})


class StepKind(StrEnum):
    """What a `→` line under a bullet says."""

    STEP = "step"
    NOTE = "note"
    CONFLICT = "conflict"
    CONFLICT_OURS = "conflict_ours"
    CONFLICT_THEIRS = "conflict_theirs"
    FAILING_TEST = "failing_test"
    TEST = "test"
    TESTS_MORE = "tests_more"
    TODO = "todo"
    UNFINISHED = "unfinished"
    WIP = "wip"
    FOLDER = "folder"
    IN_PLACE = "in_place"
