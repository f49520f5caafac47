"""Test runs from the reports that runners leave in the worktree, found by patterns of fixed folders, ignored ones too.

A report that is half written or makes no sense is left until it changes. pytest's own cache is no source: it does not count what passed, and it
keeps failures of tests that were not run.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from handoffd.files.config import Settings
from handoffd.model.events import Event
from handoffd.model.facts import Failure, Suite, Test
from handoffd.model.kinds import FactKind
from handoffd.model.records import dataclass, replace
from handoffd.model.redact import Redactor
from handoffd.sources.source import Cursor, Found, Scan
from handoffd.sources.test_runs.formats.format import Counts, id_of
from handoffd.sources.test_runs.report_files import FILES, ReportFile, matches, read_file
from handoffd.sources.test_runs.report_places import patterns, report_folders
from handoffd.sources.test_runs.runners import by_path
from handoffd.sources.test_runs.text_budget import TextBudget

# Files that one pattern matches and that were written within so many seconds of each other are one run's.
TOGETHER = 10.0


class Reports:
    """Reports in the places that the settings name, and in those that a format knows."""

    name = "reports"
    about = "test reports"
    in_narrow_scan = True

    def folders(self, settings: Settings) -> tuple[Path, ...]:
        return report_folders(settings)

    def read(self, scan: Scan, cursor: Cursor | None) -> Found:
        found = read(scan.reader.worktree.root, patterns(scan.settings), cursor or {}, scan.failing(), scan.limits.floor, scan.reader.redactor)
        return Found(tuple(replace(event, key=f"{event.key}:{scan.reader.id}") for event in found.events), found.seen)


@dataclass(frozen=True, slots=True)
class Result:
    """Test events, oldest run first, with neither tree, worktree nor branch; `seen` is the cursor to keep."""

    events: tuple[Event, ...]
    seen: dict[str, dict[str, Any]]


def read(
    root: Path, patterns: Sequence[str], seen: Mapping[str, Mapping[str, Any]], failing: frozenset[str], since: float, redactor: Redactor
) -> Result:
    """Runs whose reports changed since `seen`. Reports that were written before `since` are remembered and not reported.

    `failing` are ids that failed in the run known before: those that pass now are `fixed`. `seen` and `failing` are without secrets, as
    the journal keeps them.
    """
    budget = TextBudget()
    now: dict[str, dict[str, Any]] = {}
    runs: list[list[ReportFile]] = []
    for pattern in patterns:
        fresh = []
        for path in matches(root, pattern):
            if path in now or len(now) >= FILES:
                continue
            kept, file = read_file(root, path, seen.get(redactor.text(path)) or {}, failing, budget)
            if kept is not None:
                now[path] = kept
            if file is not None and file.mtime >= since and file.report.counts.all:
                fresh.append(file)
        runs += _together(fresh)
    events = []
    for run in sorted(runs, key=lambda files: files[-1].mtime_ns):
        event = _event(root, run, failing, redactor)
        events.append(event)
        assert isinstance(event.fact, Test)
        failing = failing.difference(event.fact.fixed).union(failure.id for failure in event.fact.failures)
    return Result(tuple(events), now)


def refused(seen: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Of the reports in `seen`, those that were not taken, each with the reason."""
    return [f"{path}: not read: {kept['refused']}" for path, kept in seen.items() if kept.get("refused")]


def _together(files: list[ReportFile]) -> list[list[ReportFile]]:
    """Runs of files that were written one soon after the other."""
    runs: list[list[ReportFile]] = []
    for file in sorted(files, key=lambda file: (file.mtime_ns, file.path)):
        if runs and file.mtime - runs[-1][-1].mtime <= TOGETHER:
            runs[-1].append(file)
        else:
            runs.append([file])
    return runs


def _event(root: Path, run: list[ReportFile], failing: frozenset[str], redactor: Redactor) -> Event:
    last = run[-1]
    path = last.path if len(run) == 1 else os.path.dirname(last.path)
    digest = last.digest
    if len(run) > 1:
        digest = hashlib.blake2b("".join(file.digest for file in run).encode(), digest_size=12).hexdigest()
    return Event(FactKind.TEST, last.mtime, f"report:{path}:{digest}:{last.mtime_ns}", _fact(root, path, run, failing, redactor))


def _fact(root: Path, path: str, run: list[ReportFile], failing: frozenset[str], redactor: Redactor) -> Test:
    suites = tuple(suite for file in run for suite in _suites(file, len(run) > 1))
    last = run[-1].mtime
    failures = tuple(_numbered(failure for file in run for failure in _failures(root, file, redactor)))
    failed = {id_of(case.attributes, case.suites) for file in run for case in file.report.failures}
    fixed = {name for file in run for name in file.report.passed & failing} - failed
    return Test(
        runner=_runner(run),
        passed=sum(file.report.counts.passed for file in run),
        failed=sum(file.report.counts.failed for file in run),
        skipped=sum(file.report.counts.skipped for file in run),
        failures=failures,
        fixed=tuple(sorted(fixed)),
        suites=suites if len(suites) > 1 else (),
        report=path,
        duration=round(sum(file.report.duration for file in run), 6),
        ended=last,
    )


def _suites(file: ReportFile, one_a_file: bool) -> list[Suite]:
    suites = file.report.suites
    if one_a_file:
        name = next(iter(suites), "") if len(suites) == 1 else ""
        suites = {name or os.path.basename(file.path): file.report.counts}
    return [_suite(name, counts) for name, counts in suites.items()]


def _suite(name: str, counts: Counts) -> Suite:
    return Suite(name, counts.passed, counts.failed, counts.skipped)


def _failures(root: Path, file: ReportFile, redactor: Redactor) -> list[Failure]:
    # Loaded for a report that changed alone: most scans find none.
    from handoffd.sources.test_runs.failure_places import Tree, failure_of

    tree = Tree(root, os.path.dirname(file.path))
    return [failure_of(case, tree, file.report.runner) for case in redactor.data(file.report.failures)]


def _numbered(failures: Iterator[Failure]) -> Iterator[Failure]:
    """Tests of one name get numbers, so that their ids differ."""
    count: dict[str, int] = {}
    for failure in failures:
        count[failure.id] = count.get(failure.id, 0) + 1
        yield failure if count[failure.id] == 1 else replace(failure, id=f"{failure.id} #{count[failure.id]}")


def _runner(run: list[ReportFile]) -> str:
    named = next((file.report.runner for file in run if file.report.runner), "")
    return named or by_path(run[0].path) or run[0].format
