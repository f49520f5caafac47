"""What several sections need, computed once from the session, the snapshot and the previous handoff.

words  runs  changed -> failing
  └──────┴──────┬─────────┘
              view -> status done pending decisions learnings resume_command, in_progress files gotchas -> compose
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from handoffd.handoff import words
from handoffd.handoff.facts import failing_tests as failures
from handoffd.handoff.facts import test_runs as runs
from handoffd.handoff.facts.changed_definitions import Changed, changed_definitions
from handoffd.handoff.facts.failing_tests import Failing
from handoffd.model import text
from handoffd.model.change import Change
from handoffd.model.counts import plural
from handoffd.model.facts import Commit, Failure, Note, Test
from handoffd.model.kinds import NoteType, OperationKind
from handoffd.model.records import dataclass
from handoffd.model.redact import marks
from handoffd.model.session import History, Reverted, Seen, Session, history
from handoffd.model.snapshot import Conflict, Entry, OpenMark, RunTree, Snapshot
from handoffd.model.test_runs import left, newest_runs

BULK = 20
# The session's facts but for handoffs, which repeat them.
_TOLD = ("commits", "checkouts", "resets", "stashes", "pushes", "branches", "tests", "notes", "agents")


@dataclass(frozen=True)
class View:
    """`ended`: the title's time, epoch seconds; `previous`: the JSON document of the newest closed handoff of the same branch.

    Everything else is computed when first asked for, and kept.
    """

    session: Session
    snapshot: Snapshot
    previous: Mapping[str, Any] | None = None
    ended: float = 0.0
    reconstructed: bool = False
    checkpoint: bool = False
    trigger: str = ""

    @property
    def title(self) -> str:
        """The local time of the title, `YYYY-MM-DD HH:MM`."""
        return f"{words.day(self.ended)} {words.minute(self.ended)}"

    @property
    def branch(self) -> str:
        """The branch in words, encoded; `detached at HASH` without one."""
        if self.snapshot.branch:
            return text.branch(self.snapshot.branch)
        return f"detached at {self.short(self.snapshot.head)}" if self.snapshot.head else "not known"

    def clock(self, at: float) -> str:
        """Local `HH:MM`, with the date when it is not the day of the title."""
        return words.minute(at) if words.day(at) == words.day(self.ended) else f"{words.day(at)} {words.minute(at)}"

    # Commits

    @cached_property
    def history(self) -> History:
        return history(self.session, self.snapshot.on_head, dict(self.snapshot.on_branches), self.snapshot.on_remotes)

    @cached_property
    def shorts(self) -> Mapping[str, str]:
        return dict(self.snapshot.short)

    def short(self, oid: str) -> str:
        """git's own abbreviation of a full name; where the snapshot has none, the first seven."""
        return text.name(self.shorts.get(oid) or oid[:7])

    @property
    def counted(self) -> tuple[Seen[Commit], ...]:
        """The session's commits that HEAD reaches, oldest first."""
        return self.history.counted

    @cached_property
    def reverts(self) -> tuple[Reverted, ...]:
        """Reverts that hold: not those that were themselves reverted. Oldest first."""
        void: set[str] = set()
        holding = []
        for pair in reversed(self.history.reverted):
            if pair.revert.fact.new not in void:
                void.add(pair.oid)
                holding.append(pair)
        return tuple(reversed(holding))

    @cached_property
    def reverted(self) -> frozenset[str]:
        """Names of the commits that left nothing: every revert, and each commit that a revert that holds took back."""
        return frozenset({pair.oid for pair in self.reverts} | {pair.revert.fact.new for pair in self.history.reverted})

    @cached_property
    def live(self) -> tuple[Seen[Commit], ...]:
        """Counted commits whose changes are still there, oldest first."""
        return tuple(seen for seen in self.counted if seen.fact.new not in self.reverted)

    @cached_property
    def wip(self) -> tuple[Seen[Commit], ...]:
        """Live work-in-progress commits, oldest first."""
        return tuple(seen for seen in self.live if words.is_wip(seen.fact.subject))

    @cached_property
    def unpushed(self) -> tuple[str, ...]:
        """Commits of the branch that its upstream lacks; without one, the counted ones that no remote has. Oldest first."""
        if self.snapshot.upstream and not self.snapshot.upstream_gone:
            return tuple(commit.oid for commit in self.snapshot.unpushed)
        return tuple(seen.fact.new for seen in self.counted if not self.pushed(seen.fact.new))

    def pushed(self, oid: str) -> bool:
        """A remote-tracking ref reaches this commit of the session."""
        return oid in self.snapshot.on_remotes

    def is_bulk(self, seen: Seen[Commit]) -> bool:
        """A commit of more than BULK files."""
        return max(seen.fact.count, len(seen.fact.changes)) > BULK

    def trailers(self, *keys: str) -> tuple[tuple[Seen[Commit], str], ...]:
        """(commit, value) of live commits' trailers with one of `keys` (lower case), oldest first."""
        return tuple((seen, value) for seen in self.live for key, value in seen.fact.trailers if key.lower() in keys and value.strip())

    # Notes and marks

    def notes(self, kind: str) -> tuple[Seen[Note], ...]:
        """The session's notes of a type, oldest first; one said twice counts where it was said last."""
        found: dict[str, Seen[Note]] = {}
        for seen in self.session.notes:
            if seen.fact.type == kind:
                found.pop(words.bag(seen.fact.text), None)
                found[words.bag(seen.fact.text)] = seen
        return tuple(found.values())

    def open_notes(self, kind: str) -> tuple[Seen[Note], ...]:
        """Notes of a type that no later `done` note of the same text closes, newest first."""
        closed = {words.bag(seen.fact.text): seen.id for seen in self.notes(NoteType.DONE)}
        return tuple(seen for seen in reversed(self.notes(kind)) if closed.get(words.bag(seen.fact.text), -1) < seen.id)

    @property
    def message(self) -> str:
        """What `flush -m` said last, raw; '' when nothing."""
        return next((seen.fact.text for seen in reversed(self.notes(NoteType.MESSAGE)) if seen.fact.text.strip()), "")

    def covered(self, said: str) -> bool:
        """Whether an open note or one of its steps holds every word of `said`."""
        notes = (*self.open_notes(NoteType.DOING), *self.open_notes(NoteType.TODO))
        return words.covered(said, [part for seen in notes for part in (seen.fact.text, *seen.fact.steps)])

    def marks(self, kind: str) -> tuple[OpenMark, ...]:
        """Marks of a kind that still stand, newest first, without those that a note repeats."""
        found = [mark for mark in self.snapshot.marks if mark.kind == kind and not self.covered(mark.text)]
        return tuple(sorted(found, key=lambda mark: -mark.at))

    # Tests

    @cached_property
    def runs(self) -> tuple[Seen[Test], ...]:
        """The runs that still say something, newest first."""
        return newest_runs(self.session.tests)

    @cached_property
    def left(self) -> tuple[Seen[Test], ...]:
        """The same, with only those failures that no later run has seen pass."""
        return tuple(left(run, self.session.tests) for run in self.runs)

    @cached_property
    def told(self) -> tuple[Seen[Test], ...]:
        """Those of the runs whose counts stand in Status' bullet."""
        return runs.in_bullet(self.runs)

    def tree(self, run: Seen[Test]) -> RunTree:
        """What changed since a run; nothing where that is not known."""
        return next((tree for tree in self.snapshot.runs if tree.event == run.id), RunTree(run.id))

    @cached_property
    def changed_since(self) -> tuple[str, ...]:
        """Paths that differ from what the newest runs ran on, sorted."""
        return tuple(sorted({path for run in self.told for path in self.tree(run).changed}))

    @cached_property
    def definitions(self) -> Mapping[tuple[str, str], Changed]:
        return changed_definitions(self.live, self.session.checkouts, self.snapshot.changes)

    @cached_property
    def failing(self) -> tuple[Failing, ...]:
        """Tests that fail in the newest runs."""
        return failures.failing(self.left, self.snapshot.failures, self.snapshot.runs, self.definitions)

    @cached_property
    def failed(self) -> int:
        """How many tests fail, by the runners' own count; a test that two runs of one runner saw fail counts once."""
        return max(runs.failing_tests(self.left), len(self.failing))

    @cached_property
    def flaky(self) -> tuple[Failure, ...]:
        return runs.flaky(self.session.tests)

    @cached_property
    def redacted(self) -> frozenset[str]:
        """The marks of the secrets that were taken out of the session's facts; the same secret has the same mark, however often it came."""
        own = (seen.fact for name in _TOLD for seen in getattr(self.session, name))
        files = (seen.fact for seen in self.session.files.values())
        return frozenset(marks([*own, *files, self.snapshot]))

    # The working tree

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        return {entry.path: entry for entry in self.snapshot.entries}

    def live_entries(self) -> tuple[Entry, ...]:
        """Dirty paths but those that were so before handoffd first looked."""
        return tuple(entry for entry in self.snapshot.entries if not entry.baseline)

    @cached_property
    def uncommitted(self) -> Mapping[str, Change]:
        """Path -> its uncommitted change."""
        return {change.path: change for change in self.snapshot.changes}

    def mtime(self, path: str) -> float:
        """When a dirty path was last written; 0 when it is clean or gone."""
        return self.entries[path].mtime if path in self.entries else 0.0

    @cached_property
    def touched(self) -> frozenset[str]:
        """Paths that a file event or a commit of the session names, and dirty ones written since it started."""
        found = set(self.session.files) | {change.path for seen in self.counted for change in seen.fact.changes}
        return frozenset(found | {entry.path for entry in self.live_entries() if entry.mtime >= self.session.started > 0})

    @property
    def operation(self) -> str:
        """The open operation in a word (merge, rebase, ...), '' when none is."""
        return text.name(self.snapshot.operation.kind) if self.snapshot.operation else ""

    @property
    def merging(self) -> bool:
        """A merge is open: every staged path is staged by it."""
        return self.snapshot.operation is not None and self.snapshot.operation.kind == OperationKind.MERGE

    @cached_property
    def unresolved(self) -> tuple[Conflict, ...]:
        return tuple(conflict for conflict in self.snapshot.conflicts if not conflict.resolved)

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Why nothing of this may be merged yet, in words; empty when nothing says so."""
        found = [f"{self.operation} open"] if self.operation else []
        found += [f"{plural(self.failed, 'test')} failing"] if self.failed else []
        own = {seen.fact.new for seen in self.wip}
        own |= {commit.oid for commit in self.snapshot.unpushed if words.is_wip(commit.subject) and commit.oid not in self.reverted}
        found += [("WIP commit" if len(own) == 1 else f"{len(own)} WIP commits") + " on the branch"] if own else []
        return tuple(found)
