"""What happened between the writing of a handoff and its reading: who did what, and how a line of the document came to its end. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from handoffd.handoff.facts.history import is_own
from handoffd.handoff.facts.notes import AGENT_LABEL
from handoffd.handoff.words import normalised
from handoffd.model import text
from handoffd.model.claims import Ancestor, StashExists
from handoffd.model.counts import plural
from handoffd.model.document import CommitLine, Document, Item, Step
from handoffd.model.drops import Drop
from handoffd.model.facts import Commit
from handoffd.model.item_keys import item_key, step_key
from handoffd.model.kinds import FileAction, ItemKind, NoteType, StashAction, StepKind
from handoffd.model.local_time import day, minute
from handoffd.model.records import dataclass
from handoffd.model.session import Recorded, Session, own_commits
from handoffd.model.snapshot import Snapshot

YOU = "you"
_TESTS = frozenset({ItemKind.FAILING_TEST, ItemKind.FIX_TESTS})


@dataclass(frozen=True, slots=True)
class Ending:
    """How a line came to its end. `done`: it was done, not thrown away; `how` in words, '' not known; `by` who did it, '' not known. `dropped`: it
    was taken off by hand."""

    done: bool = False
    how: str = ""
    by: str = ""
    evidence: tuple[int, ...] = ()
    dropped: bool = False


@dataclass(frozen=True)
class Moves:
    """`later` is what happened after the handoff, `snapshot` the world now, `read` when the document is read (epoch seconds)."""

    later: Session
    snapshot: Snapshot
    read: float

    @property
    def tests(self) -> bool:
        """Whether tests were run."""
        return bool(self.later.tests)

    def said(self, written: Document | None, now: Document) -> tuple[str, ...]:
        """In a few words each; None: there is no document of this branch to compare with."""
        return tuple(self._said(written, now))

    def _said(self, written: Document | None, now: Document) -> Iterator[str]:
        yield from self._commits(written, now)
        yield from ["pushed"] if self.later.pushes else []
        if written is not None:
            yield from _places(written, now)
        yield from self._tests(written, now)
        yield from self._files()
        made = sum(seen.fact.action == StashAction.MADE for seen in self.later.stashes)
        gone = len(self.later.stashes) - made
        yield from [f"{plural(made, 'stash', 'stashes')} made"] if made else []
        yield from [f"{plural(gone, 'stash', 'stashes')} taken off"] if gone else []
        yield from [plural(len(self.later.notes), "note")] if self.later.notes else []

    def _commits(self, written: Document | None, now: Document) -> Iterator[str]:
        """`2 commits by you`, `1 by Kim`; a commit that only took another's place is `1 commit rewritten`."""
        fresh, replaced = self._new_commits(written, now)
        counts = Counter(YOU if not line.group else line.author.strip() or "others" for line in fresh)
        first = True
        for who, count in sorted(counts.items(), key=lambda one: (one[0] != YOU, -one[1])):
            yield f"{plural(count, 'commit') if first else count} by {who if who == YOU else text.inline(who, 60)}"
            first = False
        yield from [f"{plural(replaced, 'commit')} rewritten"] if replaced else []
        lost = {seen.fact.new for seen in own_commits(self.later)} | set(self._old(written))
        gone = len(lost & set(self.snapshot.lost))
        yield from [f"{plural(gone, 'commit')} reset away"] if gone else []

    def _old(self, written: Document | None) -> list[str]:
        return [line.oid for line in written.status.commits] if written is not None else []

    def _new_commits(self, written: Document | None, now: Document) -> tuple[list[CommitLine], int]:
        """The commits that the document tells now and did not tell, and how many of them only took the place of others."""
        if written is None:
            later = {seen.fact.new for seen in self.later.commits} | {one.oid for seen in self.later.checkouts for one in seen.fact.arrivals}
            later |= {one.oid for seen in self.later.commits for one in seen.fact.arrivals}
            return [line for line in now.status.commits if line.oid in later and not line.group.startswith("On ")], 0
        old = {line.oid: line for line in written.status.commits}
        here = {line.oid for line in now.status.commits}
        vanished = Counter(line.subject for oid, line in old.items() if oid not in here)
        became = {new for was, new in self.snapshot.became if was in old and new}
        fresh, replaced = [], 0
        for line in now.status.commits:
            if line.oid in old or line.group.startswith("On "):
                continue
            if vanished[line.subject] > 0 or line.oid in became:
                vanished[line.subject] -= 1
                replaced += 1
            else:
                fresh.append(line)
        return fresh, replaced

    def _tests(self, written: Document | None, now: Document) -> Iterator[str]:
        """`tests green on this tree`, `2 tests failing`."""
        tests, before = now.status.tests, written.status.tests if written is not None else None
        if tests is None or not tests.seen or (before is not None and tests.at <= before.at) or not self.later.tests:
            return
        if not tests.counted:
            yield f"a test run at {self.clock(tests.at)}"
        elif tests.failed:
            yield f"{plural(tests.failed, 'test')} failing"
        else:
            yield "tests green on this tree" if not tests.changed_since else f"tests green ({plural(len(tests.changed_since), 'file')} changed since)"

    def _files(self) -> Iterator[str]:
        dirty = {entry.path for entry in self.snapshot.entries}
        edited = [path for path, seen in self.later.files.items() if path in dirty and seen.fact.action != FileAction.RESTORED]
        yield from [f"{plural(len(edited), 'file')} edited"] if edited else []
        back = [path for path, seen in self.later.files.items() if self._discarded(path) and seen.id]
        yield from [f"{plural(len(back), 'file')} as in HEAD again"] if back else []

    def _discarded(self, path: str) -> bool:
        """Its changes are gone and no commit has them."""
        seen = self.later.files.get(path)
        return seen is not None and seen.fact.action == FileAction.RESTORED and path not in self._touched

    def clock(self, at: float) -> str:
        """Local `HH:MM`, with the date when it is not that of the reading."""
        return minute(at) if day(at) == day(self.read) else f"{day(at)} {minute(at)}"

    def again(self, item: Item) -> bool:
        """Whether another commit holds now what this line's commit did."""
        return any(isinstance(claim, Ancestor) and claim.commit in self._became for claim in item.claims)

    def thrown_away(self, item: Item) -> bool:
        """Whether what the line tells ended with a file's changes being taken back, or with an operation that was given up."""
        if item.kind == ItemKind.CONFLICT:
            return self.snapshot.operation is None and item.path not in self._touched
        return self._discarded(item.path)

    def author(self, item: Item) -> str:
        """Who made the commit that a new line tells of, '' where it tells of none."""
        if item.kind not in (ItemKind.COMMIT, ItemKind.WIP):
            return ""
        oids = {claim.commit for claim in item.claims if isinstance(claim, Ancestor)}
        return next((self._who(seen) for seen in self.later.commits if seen.fact.new in oids), "")

    def ending(self, item: Item, step: Step | None) -> Ending:
        """How the line came to its end."""
        drop = self._drops.get(step_key(step) if step is not None else item_key(item))
        if drop is not None and not drop.fact.undo:
            return Ending(False, f"taken off {self.clock(drop.at)}", "an agent" if drop.fact.agent else YOU, (drop.id,), dropped=True)
        if item.kind in _TESTS or (step is not None and step.kind == StepKind.TEST):
            return self._by_run()
        if item.kind == ItemKind.PUSH:
            pushes = self.later.pushes
            return Ending(True, f"pushed {self.clock(pushes[-1].at)}", YOU, (pushes[-1].id,)) if pushes else Ending()
        if item.kind == ItemKind.STASH:
            return self._of_stash(item)
        if item.kind in (ItemKind.NOTE, ItemKind.TRAILER):
            words = normalised(item.text.removesuffix(AGENT_LABEL))
            done = next((seen for seen in self.later.notes if seen.fact.type == NoteType.DONE and normalised(seen.fact.text) == words), None)
            return Ending(True, f"said to be done {self.clock(done.at)}", "", (done.id,)) if done is not None else Ending()
        return self._of_commit(item)

    def _by_run(self) -> Ending:
        """The newest run since, when it passed."""
        run = next(reversed(self.later.tests), None)
        if run is None or run.fact.failed:
            return Ending()
        on = f" on {self._short(run.fact.head)}" if run.fact.head and not run.fact.dirty else ""
        return Ending(True, f"{run.fact.passed} passed, {run.fact.failed} failed at {self.clock(run.at)}{on}", "", (run.id,))

    def _of_stash(self, item: Item) -> Ending:
        oid = next((claim.stash for claim in item.claims if isinstance(claim, StashExists)), "")
        seen = next((one for one in reversed(self.later.stashes) if one.fact.oid == oid), None)
        return Ending(False, "popped or dropped", "", (seen.id,) if seen is not None else ())

    def _of_commit(self, item: Item) -> Ending:
        """The newest commit since that touched the file, else the edit."""
        oid = next((claim.commit for claim in item.claims if isinstance(claim, Ancestor)), "")
        if oid:
            new = self._became.get(oid, "")
            return Ending(True, f"now {self._short(new)}") if new else Ending(False, "no longer on this branch")
        seen = self._touched.get(item.path)
        if seen is not None:
            return Ending(True, f"in {self._short(seen.fact.new)}", self._who(seen), (seen.id,))
        edited = self.later.files.get(item.path)
        if edited is None:
            return Ending()
        what = {FileAction.DELETED: "the file is deleted", FileAction.RESTORED: "as in HEAD again"}.get(edited.fact.action, "edited")
        return Ending(False, f"{what}, {self.clock(edited.at)}", "", (edited.id,))

    @cached_property
    def _drops(self) -> dict[str, Recorded[Drop]]:
        """Key -> the newest drop of it since."""
        return {seen.fact.key: seen for seen in self.later.drops}

    @cached_property
    def _became(self) -> dict[str, str]:
        return {was: new for was, new in self.snapshot.became if new}

    @cached_property
    def _touched(self) -> dict[str, Recorded[Commit]]:
        """Path -> the newest commit since that changed it."""
        return {path: seen for seen in self.later.commits for change in seen.fact.changes for path in (change.path, change.old_path) if path}

    def _who(self, seen: Recorded[Commit]) -> str:
        return YOU if is_own(self.snapshot, seen.fact) else text.inline(seen.fact.author, 60)

    def _short(self, oid: str) -> str:
        return dict(self.snapshot.short).get(oid) or oid[:7]


def _places(written: Document, now: Document) -> Iterator[str]:
    """Where HEAD and its remote are."""
    before, after = written.status, now.status
    if written.branch and now.branch and written.branch != now.branch:
        yield f"renamed from {text.branch(written.branch)}"
    if before.operation != after.operation:
        yield f"{text.name(after.operation)} begun" if after.operation else f"{text.name(before.operation)} ended"
    if after.behind > before.behind and after.upstream:
        yield f"{plural(after.behind - before.behind, 'new commit')} on {text.branch(after.upstream)}"
