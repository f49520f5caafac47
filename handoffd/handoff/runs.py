"""Test runs of a session: the newest of each report, which tests are flaky, which became green."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from handoffd.model.facts import Failure, Test
from handoffd.model.session import Seen


def series(run: Test) -> tuple[str, str]:
    """Runs with the same series replace one another: a report's path says which, without one the command."""
    return (run.report, "") if run.report else (run.runner, run.command)


def newest_runs(tests: Iterable[Seen[Test]]) -> tuple[Seen[Test], ...]:
    """The newest run of each series, newest first."""
    newest = {series(seen.fact): seen for seen in sorted(tests, key=lambda seen: (seen.at, seen.id))}
    return tuple(sorted(newest.values(), key=lambda seen: (-seen.at, -seen.id)))


def last_green(tests: Iterable[Seen[Test]], run: Seen[Test]) -> Seen[Test] | None:
    """The newest run before `run`, of its series, in which nothing failed."""
    earlier = [seen for seen in tests if series(seen.fact) == series(run.fact) and seen.id < run.id and not seen.fact.failed]
    return max(earlier, key=lambda seen: (seen.at, seen.id), default=None)


def flaky(tests: Sequence[Seen[Test]]) -> tuple[Failure, ...]:
    """Tests that failed in one run and passed in another while the tree was the same; first seen first."""
    found: dict[str, Failure] = {}
    for before, after in _neighbours(tests):
        if not _same_tree(before.fact, after.fact):
            continue
        old, new = _by_id(before.fact), _by_id(after.fact)
        for identity in after.fact.fixed:
            if identity in old:
                found.setdefault(identity, old[identity])
        if _total(before.fact) == _total(after.fact):
            # As many tests as before: one that newly fails was there and passed.
            for identity in new.keys() - old.keys():
                found.setdefault(identity, new[identity])
    return tuple(found.values())


def green_again(tests: Sequence[Seen[Test]]) -> tuple[tuple[str, Seen[Test]], ...]:
    """(name, run) of tests that failed and then passed on a later tree, that do not fail now and are not flaky; oldest first."""
    failing = {failure.id for seen in newest_runs(tests) for failure in seen.fact.failures}
    unsure = {failure.id for failure in flaky(tests)}
    names = {failure.id: failure.name for seen in tests for failure in seen.fact.failures}
    found: dict[str, tuple[str, Seen[Test]]] = {}
    for seen in tests:
        for identity in seen.fact.fixed:
            if identity not in failing and identity not in unsure:
                found[identity] = (names.get(identity) or identity.rpartition("::")[2] or identity, seen)
    return tuple(found.values())


def _neighbours(tests: Sequence[Seen[Test]]) -> Iterator[tuple[Seen[Test], Seen[Test]]]:
    """Each run with the one before it in its series."""
    last: dict[tuple[str, str], Seen[Test]] = {}
    for seen in tests:
        before = last.get(series(seen.fact))
        if before is not None:
            yield before, seen
        last[series(seen.fact)] = seen


def _same_tree(one: Test, other: Test) -> bool:
    return bool(one.head) and one.head == other.head and sorted(one.dirty) == sorted(other.dirty) and all(blob != "-" for _, blob in one.dirty)


def _by_id(run: Test) -> dict[str, Failure]:
    return {failure.id: failure for failure in run.failures}


def _total(run: Test) -> int:
    return run.passed + run.failed + run.skipped
