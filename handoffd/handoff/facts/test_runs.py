"""Test runs of a session: which tests are flaky, which became green, and a run in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from handoffd.model import text
from handoffd.model.facts import Failure, Test
from handoffd.model.session import Recorded
from handoffd.model.test_runs import COLLECTED, RUNNING, UNCOUNTED, counted, left, newest_runs, partial, series, total


def last_green(tests: Iterable[Recorded[Test]], run: Recorded[Test]) -> Recorded[Test] | None:
    """The newest run before `run`, of its series, in which nothing failed."""
    earlier = [seen for seen in tests if series(seen.fact) == series(run.fact) and seen.id < run.id and counted(seen.fact) and not seen.fact.failed]
    return max(earlier, key=lambda seen: (seen.at, seen.id), default=None)


def flaky(tests: Sequence[Recorded[Test]]) -> tuple[Failure, ...]:
    """Tests that failed in one run and passed in another while the tree was the same; first seen first."""
    found: dict[str, Failure] = {}
    for before, after in _neighbours(tests):
        if not _same_tree(before.fact, after.fact):
            continue
        old, new = _by_id(before.fact), _by_id(after.fact)
        for identity in after.fact.fixed:
            if identity in old:
                found.setdefault(identity, old[identity])
        if total(before.fact) == total(after.fact):
            # As many tests as before: one that newly fails was there and passed.
            for identity in new.keys() - old.keys():
                found.setdefault(identity, new[identity])
    return tuple(found.values())


def green_again(tests: Sequence[Recorded[Test]], began: float) -> tuple[tuple[str, Recorded[Test]], ...]:
    """(name, run) of tests that failed and passed on a later tree in a run since `began`, do not fail now and are not flaky; oldest first."""
    failing = {failure.id for seen in newest_runs(tests) for failure in left(seen, tests).fact.failures}
    unsure = {failure.id for failure in flaky(tests)}
    names = {failure.id: failure.name for seen in tests for failure in seen.fact.failures}
    found: dict[str, tuple[str, Recorded[Test]]] = {}
    for seen in (run for run in tests if run.at >= began):
        for identity in seen.fact.fixed:
            if identity not in failing and identity not in unsure:
                found[identity] = (names.get(identity) or identity.rpartition("::")[2] or identity, seen)
    return tuple(found.values())


def _neighbours(tests: Sequence[Recorded[Test]]) -> Iterator[tuple[Recorded[Test], Recorded[Test]]]:
    """Each run with the one before it in its series."""
    last: dict[tuple[str, ...], Recorded[Test]] = {}
    for seen in tests:
        before = last.get(series(seen.fact))
        if before is not None:
            yield before, seen
        last[series(seen.fact)] = seen


def _same_tree(one: Test, other: Test) -> bool:
    return bool(one.head) and one.head == other.head and sorted(one.dirty) == sorted(other.dirty) and all(blob != "-" for _, blob in one.dirty)


def _by_id(run: Test) -> dict[str, Failure]:
    return {failure.id: failure for failure in run.failures}


def in_bullet(runs: Sequence[Recorded[Test]]) -> tuple[Recorded[Test], ...]:
    """Those of the newest runs that the bullet in Status sums, newest first: the counted ones. Where one of them is only a part of another, no
    sum is true, and the newest stands alone; where nothing was counted, the newest run of any kind."""
    measured = tuple(run for run in runs if counted(run.fact))
    return measured[:1] if any(partial(run.fact) for run in measured) else measured or tuple(runs[:1])


def failing_tests(runs: Sequence[Recorded[Test]]) -> int:
    """How many tests fail in them. Runs that may be parts of each other are told apart by their tests' names, others are summed."""
    alone = [run.fact.failed for run in runs if not run.fact.scope]
    shared: dict[tuple[str, str], list[Test]] = {}
    for run in runs:
        if run.fact.scope:
            shared.setdefault((run.fact.runner, run.fact.folder), []).append(run.fact)
    names = [len({failure.id for run in group for failure in run.failures}) for group in shared.values()]
    nameless = [max(max(run.failed - len(run.failures), 0) for run in group) for group in shared.values()]
    return sum(max(count, 0) for count in alone) + sum(names) + sum(nameless)


def counts(passed: int, failed: int, skipped: int, xfailed: int = 0, xpassed: int = 0) -> str:
    """`23 passed, 0 failed`, the others only where there are."""
    others = {"skipped": skipped, "xfailed": xfailed, "xpassed": xpassed}
    return f"{passed} passed, {failed} failed" + "".join(f", {count} {word}" for word, count in others.items() if count)


def outcome(runs: Sequence[Recorded[Test]], going: Collection[str]) -> str:
    """The sum of counted runs, else what is known of the first one."""
    run = runs[0].fact
    if run.state == RUNNING:
        return "still running" if run.run in going else "did not end"
    if run.state == UNCOUNTED:
        return f"exit {run.exit}, counts unknown"
    if run.state == COLLECTED or not total(run):
        return "none run" + (", only listed" if run.state == COLLECTED else "")
    names = ("passed", "failed", "skipped", "xfailed", "xpassed")
    return counts(*(sum(getattr(one.fact, name) for one in runs) for name in names))


def runner(run: Test) -> str:
    """Who ran it: the runner's name with its folder, else the command."""
    if run.state in (RUNNING, UNCOUNTED):
        return text.inline(run.command, 80)
    return text.name(run.runner or "JUnit") + (f" in {text.path(run.folder)}" if run.folder else "")


def broken(run: Test, going: Collection[str]) -> bool:
    """Whether the run went wrong without a test that failed."""
    return (run.exit > 0 and not run.failed) or (run.state == RUNNING and run.run not in going)
