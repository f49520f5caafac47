"""Test runs: several witnesses of one run made one, which of a session's runs still say something, and what they leave failing.

    report (the runner's file)   plugin (pytest itself)   wrapper (`handoffd run`: its start, its end)
                 └───────────────────────┴────────────────────────┘
                        merge_witnesses ──> newest_runs ──> left

Each witness is journalled when it is seen, in any order and by whoever looks; that they speak of one run is found here, from what they say alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar, cast

from handoffd.model.facts import Failure, Test
from handoffd.model.records import replace

RUNNING, UNCOUNTED, COLLECTED = "running", "uncounted", "collected"
ALL = "all"
# A file's time comes from a clock that may be so much behind the one that processes read.
SLACK = 0.05


class Witnessed(Protocol):
    """An event or a folded one: when, and the run."""

    @property
    def at(self) -> float: ...
    @property
    def id(self) -> int: ...
    @property
    def fact(self) -> Any: ...


T = TypeVar("T", bound=Witnessed)


def merge_witnesses(told: Iterable[T]) -> tuple[T, ...]:
    """The runs that were told of, each once, in their order. Doing it again changes nothing.

    A plugin's record that names its report takes that report in. A wrapped command gives its command and exit code to the runs that ended while
    it went, and stands for itself only where there was none. Its start gives way to its end.
    """
    found = list(told)
    over = {one.fact.run for one in found if one.fact.run and one.fact.state != RUNNING}
    found = [one for one in found if one.fact.state != RUNNING or one.fact.run not in over]
    found = _with_reports(found)
    wrappers = [one for one in found if one.fact.state == UNCOUNTED]
    for wrapper in sorted(wrappers, key=lambda one: -one.fact.started):
        found = _absorbed(found, wrapper)
    return tuple(found)


def _with_reports(found: list[T]) -> list[T]:
    """Reports go into the record of the run that wrote them: it names the path and had begun and not ended."""
    records = [one for one in found if one.fact.scope and one.fact.report]
    merged: dict[int, T] = {}
    gone: set[int] = set()
    for report in (one for one in found if one.fact.report and not one.fact.scope):
        writer = next((one for one in records if one.fact.report == report.fact.report and _within(report, one)), None)
        if writer is not None:
            merged[id(writer)] = _changed(writer, _both(writer.fact, report.fact))
            gone.add(id(report))
    return [merged.get(id(one), one) for one in found if id(one) not in gone]


def _both(record: Test, report: Test) -> Test:
    """The plugin's counts are the finer ones, the report's failures the whole list; one of them may know the command around both."""
    fixed = tuple(sorted({*record.fixed, *report.fixed}))
    if report.run:
        record = replace(record, command=report.command, exit=report.exit, run=report.run)
    return replace(record, failures=report.failures or record.failures, fixed=fixed, suites=report.suites)


def _absorbed(found: list[T], wrapper: T) -> list[T]:
    inside = {id(one) for one in found if one is not wrapper and one.fact.state != RUNNING and _within(one, wrapper)}
    if not inside:
        return found
    said = {"command": wrapper.fact.command, "exit": wrapper.fact.exit, "run": wrapper.fact.run}
    return [_changed(one, replace(one.fact, **said)) if id(one) in inside else one for one in found if one is not wrapper]


def _within(one: Witnessed, other: Witnessed) -> bool:
    """Whether `one` began and ended while `other` went. A report has an end alone, by its file's clock."""
    first = one.fact.started or end(one) + SLACK
    return bool(other.fact.started <= first and end(one) <= end(other))


def _changed(one: T, fact: Test) -> T:
    return cast(T, replace(cast(Any, one), fact=fact))


def end(one: Witnessed) -> float:
    """When the run ended, by its witness, else when it was seen."""
    return float(one.fact.ended or one.at)


def total(run: Test) -> int:
    """How many tests have a result."""
    return run.passed + run.failed + run.skipped + run.xfailed + run.xpassed


def counted(run: Test) -> bool:
    """Whether tests were run and counted."""
    return not run.state and total(run) > 0


def partial(run: Test) -> bool:
    """Whether the run is known to be only a part of what the project runs."""
    return run.scope not in ("", ALL)


def series(run: Test) -> tuple[str, ...]:
    """Runs with the same series replace one another: runner and what it was cut down to, else the report's path, else the command."""
    if run.scope:
        return (run.runner, run.folder, run.scope)
    return (run.report, "") if run.report else (run.runner, run.command)


def newest_runs(tests: Iterable[T]) -> tuple[T, ...]:
    """The runs that still say something, newest first.

    Of each series the newest. A whole run takes the place of every run of its runner before it, a newer one that of the same command's. A part
    that is not its runner's newest stays only while something fails in it that fails in no newer one. Where no test was run at all, the newest
    run that says so.
    """
    ordered = sorted(tests, key=lambda one: (one.at, one.id))
    standing: dict[tuple[str, ...], T] = {}
    for one in ordered:
        if not counted(one.fact) and one.fact.state not in (RUNNING, UNCOUNTED):
            continue
        standing = {key: old for key, old in standing.items() if not _replaces(one.fact, old.fact)}
        standing.pop(series(one.fact), None)
        standing[series(one.fact)] = one
    newest = list(reversed(standing.values()))
    kept = [one for at, one in enumerate(newest) if not _stale(one, newest[:at], ordered)]
    return tuple(kept or ordered[-1:])


def _replaces(new: Test, old: Test) -> bool:
    if old.state in (RUNNING, UNCOUNTED):
        return bool(new.command) and new.command == old.command
    own = old.folder == new.folder if old.scope else old.report.startswith(f"{new.folder}/" if new.folder else "")
    return new.scope == ALL and counted(new) and old.runner == new.runner and own


def _stale(one: T, newer: Sequence[T], tests: Sequence[T]) -> bool:
    run, now = one.fact, left(one, tests).fact
    same = [other.fact for other in newer if other.fact.runner == run.runner and other.fact.folder == run.folder]
    elsewhere = {failure.id for other in same for failure in other.failures}
    told = now.failed <= len(now.failures) and all(failure.id in elsewhere for failure in now.failures)
    return partial(run) and not run.report and bool(same) and told


def left(one: T, tests: Iterable[T]) -> T:
    """The run with only those failures that no later run has seen pass; its other counts are as they were."""
    fixed = {name for later in tests if (later.at, later.id) > (one.at, one.id) for name in later.fact.fixed}
    failures: tuple[Failure, ...] = tuple(failure for failure in one.fact.failures if failure.id not in fixed)
    gone = len(one.fact.failures) - len(failures)
    return _changed(one, replace(one.fact, failures=failures, failed=max(one.fact.failed - gone, 0))) if gone else one
