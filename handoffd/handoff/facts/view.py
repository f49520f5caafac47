"""Everything that the sections ask, computed once from the session, the snapshot and the branch's earlier work.

commits  earlier  notes  test_runs, changed_definitions -> failing_tests -> tests
   └────────┴───────┴───────────────────────┬───────────────────────────────┘
                                 view -> sections -> compose
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from handoffd.handoff.facts.commits import Commits
from handoffd.handoff.facts.earlier import Earlier
from handoffd.handoff.facts.notes import Notes
from handoffd.handoff.facts.tests import Tests
from handoffd.model import text
from handoffd.model.change import Change
from handoffd.model.counts import plural
from handoffd.model.drops import Dropped, dropped
from handoffd.model.facts import Commit, Note
from handoffd.model.item_keys import mark_key
from handoffd.model.kinds import EntryKind, MarkKind, OperationKind
from handoffd.model.local_time import day, minute
from handoffd.model.open_work import BranchIndex, BranchWork, work_of
from handoffd.model.records import dataclass, replace
from handoffd.model.redact import marks
from handoffd.model.session import Recorded, Session
from handoffd.model.snapshot import Conflict, Entry, OpenMark, Snapshot

# The session's facts but for handoffs, which repeat them.
_REPORTED = ("commits", "checkouts", "resets", "stashes", "pushes", "branches", "tests", "notes", "agents")


@dataclass(frozen=True, slots=True)
class Span:
    """What a document covers: `words` stand behind "2 commits". `watched`: handoffd was there all the while, so that it saw each run."""

    words: str
    watched: bool = True


SESSION = Span("this session")


@dataclass(frozen=True)
class View:
    """`ended`: the title's time, epoch seconds; `branch_work`: what the journal knows of HEAD's branch from all sessions, None: of this one alone.

    Everything else is computed when first asked for, and kept.
    """

    session: Session
    snapshot: Snapshot
    branch_work: BranchWork | None = None
    ended: float = 0.0
    reconstructed: bool = False
    checkpoint: bool = False
    trigger: str = ""
    span: Span = SESSION

    @property
    def title(self) -> str:
        """The local time of the title, `YYYY-MM-DD HH:MM`."""
        return f"{day(self.ended)} {minute(self.ended)}"

    @property
    def branch(self) -> str:
        """The branch in words, encoded; `detached at HASH` without one."""
        if self.snapshot.branch:
            return text.branch(self.snapshot.branch)
        return f"detached at {self.short(self.snapshot.head)}" if self.snapshot.head else "not known"

    def clock(self, at: float) -> str:
        """Local `HH:MM`, with the date when it is not the day of the title."""
        return minute(at) if day(at) == day(self.ended) else f"{day(at)} {minute(at)}"

    @cached_property
    def commits(self) -> Commits:
        return Commits(self.session, self.snapshot, self.work)

    @cached_property
    def work(self) -> BranchWork:
        """What is known of the branch, this session's own among it."""
        return self.branch_work or work_of(BranchIndex(0, self.snapshot.branch), (), self.session)

    @property
    def began(self) -> float:
        """When the session began, epoch seconds."""
        return self.session.started or self.ended

    def since(self, at: float) -> float:
        """`at` where it lies before the session, else 0: what began earlier is told with its date."""
        return at if 0 < at < self.began else 0.0

    @cached_property
    def earlier(self) -> Earlier:
        told = (*self.commits.counted, *self.commits.history.picked)
        return Earlier(frozenset(seen.fact.new for seen in told), self.snapshot, self.work)

    def known(self, oid: str) -> Recorded[Commit] | None:
        """A commit of an earlier session that the journal knows."""
        return next((seen for seen in self.work.commits if seen.fact.new == oid), None)

    def trailers(self, *keys: str) -> tuple[tuple[Recorded[Commit], str], ...]:
        """(commit, value) of the branch's live commits' trailers with one of `keys` (lower case), oldest first."""
        earlier = ((seen, value) for seen in self.earlier.live for key, value in seen.fact.trailers if key.lower() in keys and value.strip())
        return (*earlier, *self.commits.trailers(*keys))

    @cached_property
    def notes(self) -> Notes:
        return Notes(self.work.notes, self.began, self.ended, self.dropped if self.work.drops else None)

    @cached_property
    def dropped(self) -> Dropped:
        """What was taken off by hand."""
        return dropped((seen.id, seen.fact) for seen in self.work.drops)

    @cached_property
    def open_marks(self) -> tuple[OpenMark, ...]:
        """The marks that stand, without those that were taken off."""
        if not self.work.drops:
            return self.snapshot.marks
        return tuple(mark for mark in self.snapshot.marks if not self.dropped.hides(mark_key(mark.kind, mark.path, mark.text)))

    def place(self, seen: Recorded[Note]) -> tuple[str, int, int]:
        """Path, first and last line of a note's place as it is now."""
        return self._places.get(seen.id) or (seen.fact.path, seen.fact.line, seen.fact.last)

    @cached_property
    def _places(self) -> Mapping[int, tuple[str, int, int]]:
        return {one.event: (one.path, one.line, one.last) for one in self.snapshot.note_places}

    @cached_property
    def tests(self) -> Tests:
        return Tests(self.work.tests, self.began, self.session, self.snapshot, self.commits)

    @cached_property
    def shorts(self) -> Mapping[str, str]:
        return dict(self.snapshot.short)

    def short(self, oid: str) -> str:
        """git's own abbreviation of a full name; where the snapshot has none, the first seven."""
        return text.name(self.shorts.get(oid) or oid[:7])

    def marks(self, kind: MarkKind) -> tuple[OpenMark, ...]:
        """Marks of a kind that still stand, newest first, without those that a note repeats and those that are only counted."""
        found = [mark for mark in self.open_marks if mark.kind == kind and not mark.bulk and not self.notes.covers(mark.text)]
        return tuple(sorted(found, key=lambda mark: -mark.at))

    @cached_property
    def calls(self) -> Mapping[str, tuple[OpenMark, ...]]:
        """Path -> its todos and unfinished bodies, by line, without those that are only counted."""
        found: dict[str, list[OpenMark]] = {}
        for mark in self.open_marks:
            if mark.kind in (MarkKind.TODO, MarkKind.UNFINISHED) and not mark.bulk:
                found.setdefault(mark.path, []).append(mark)
        return {path: tuple(sorted(marks, key=lambda mark: mark.line)) for path, marks in found.items()}

    @cached_property
    def bulk_marks(self) -> Mapping[str, int]:
        """Folder (a file at the top by its name) -> how many marks came there with many others."""
        found: dict[str, int] = {}
        for mark in self.open_marks:
            if mark.bulk and mark.kind != MarkKind.LEARNING:
                top, slash, _ = mark.path.partition("/")
                found[top + slash] = found.get(top + slash, 0) + 1
        return found

    @cached_property
    def redacted(self) -> frozenset[str]:
        """The marks of the secrets that were taken out of the session's facts; the same secret has the same mark, however often it came."""
        own = (seen.fact for name in _REPORTED for seen in getattr(self.session, name))
        files = (seen.fact for seen in self.session.files.values())
        # Commits of before are in the snapshot too.
        now = replace(self.snapshot, commits=(), unpushed=(), stashes=())
        return frozenset(marks([*own, *files, now]))

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        return {entry.path: entry for entry in self.snapshot.entries}

    @cached_property
    def listed(self) -> tuple[Entry, ...]:
        """The entries as git tells them: what is untracked in a folder of untracked files alone is one entry, the folder."""
        found: dict[str, Entry] = {}
        for entry in self.snapshot.entries:
            folder = next((name for name in self.snapshot.untracked_folders if entry.path.startswith(name)), "")
            one = replace(entry, path=folder) if folder and entry.kind == EntryKind.UNTRACKED else entry
            found.setdefault(one.path, one)
        return tuple(found.values())

    def live_entries(self) -> tuple[Entry, ...]:
        """Dirty paths but those that were so before handoffd first looked."""
        return tuple(entry for entry in self.snapshot.entries if not entry.baseline)

    @cached_property
    def totals(self) -> Mapping[str, tuple[int, int]]:
        """Path -> lines added and removed since the session's start."""
        return {path: (added, removed) for path, added, removed in self.snapshot.totals}

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
        found = set(self.session.files) | {change.path for seen in self.commits.counted for change in seen.fact.changes}
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
        found += [f"{plural(self.tests.failed, 'test')} failing"] if self.tests.failed else []
        own = {seen.fact.new for seen in self.commits.wip}
        own |= {seen.fact.new for seen in self.earlier.wip if seen.fact.new not in self.commits.reverted}
        found += [("WIP commit" if len(own) == 1 else f"{len(own)} WIP commits") + " on the branch"] if own else []
        return tuple(found)
