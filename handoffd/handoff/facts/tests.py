"""The branch's test runs beside the files as they are now: what stands, what fails, what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from handoffd.handoff.facts.changed_definitions import Changed, changed_definitions
from handoffd.handoff.facts.commits import Commits
from handoffd.handoff.facts.failing_tests import Failing
from handoffd.handoff.facts.failing_tests import failing as failing_in
from handoffd.handoff.facts.test_runs import failing_tests, in_bullet
from handoffd.handoff.facts.test_runs import flaky as flaky_in
from handoffd.model.facts import Failure, Test
from handoffd.model.records import dataclass
from handoffd.model.session import Recorded, Session
from handoffd.model.snapshot import RunTree, Snapshot
from handoffd.model.test_runs import left, newest_runs


@dataclass(frozen=True)
class Tests:
    """`known` are the branch's runs of all sessions, `began` is when the open one did. Everything is computed when first asked for, and kept."""

    known: tuple[Recorded[Test], ...]
    began: float
    session: Session
    snapshot: Snapshot
    commits: Commits

    @cached_property
    def runs(self) -> tuple[Recorded[Test], ...]:
        """The runs that still say something, newest first."""
        return newest_runs(self.known) if self.known else ()

    @cached_property
    def still_failing(self) -> tuple[Recorded[Test], ...]:
        """The same, with only those failures that no later run has seen pass."""
        return tuple(left(run, self.known) for run in self.runs)

    @cached_property
    def in_bullet(self) -> tuple[Recorded[Test], ...]:
        """Those of the runs whose counts stand in Status' bullet: of this session, where it has any."""
        return in_bullet(self.seen_now or self.runs)

    @cached_property
    def seen_now(self) -> tuple[Recorded[Test], ...]:
        """The runs of this session among them."""
        return tuple(run for run in self.runs if run.at >= self.began)

    def tree(self, run: Recorded[Test]) -> RunTree:
        """What changed since a run; nothing where that is not known."""
        return next((tree for tree in self.snapshot.runs if tree.event == run.id), RunTree(run.id))

    @cached_property
    def changed_since(self) -> tuple[str, ...]:
        """Paths that differ from what the newest runs ran on, sorted."""
        return tuple(sorted({path for run in self.in_bullet for path in self.tree(run).changed}))

    @cached_property
    def definitions(self) -> Mapping[tuple[str, str], Changed]:
        return changed_definitions(self.commits.live, self.session.checkouts, self.snapshot.changes)

    @cached_property
    def failing(self) -> tuple[Failing, ...]:
        """Tests that fail in the newest runs."""
        return failing_in(self.still_failing, self.snapshot.failures, self.snapshot.runs, self.definitions)

    @cached_property
    def failed(self) -> int:
        """How many tests fail, by the runners' own count; a test that two runs of one runner saw fail counts once."""
        return max(failing_tests(self.still_failing), len(self.failing))

    @cached_property
    def flaky(self) -> tuple[Failure, ...]:
        return flaky_in([run for run in self.known if run.at >= self.began])
