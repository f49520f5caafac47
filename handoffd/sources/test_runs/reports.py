"""Test runs from the reports that runners leave in the worktree, found by globs of fixed folders, ignored ones too.

A report that is half written or makes no sense is left until it changes. pytest's own cache is no source: it has no count of what passed, and it
keeps failures of tests that were not run.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, BinaryIO

from handoffd.files.safe_open import open_regular
from handoffd.model.events import Event
from handoffd.model.facts import Failure, Suite, Test
from handoffd.model.kinds import FactKind
from handoffd.model.records import dataclass, replace
from handoffd.model.redact import Redactor
from handoffd.sources.test_runs.failure_places import Tree, failure_of
from handoffd.sources.test_runs.formats.junit import Counts, Foreign, Refused, Report, check_size, id_of, parse
from handoffd.sources.test_runs.text_budget import Room

# Files that one pattern matches and that were written within so many seconds of each other are one run's.
TOGETHER = 10.0
FILES = 2000
_PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Result:
    """Test events, oldest run first, with neither tree, worktree nor branch; `seen` is to be given at the next look."""

    events: tuple[Event, ...]
    seen: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _File:
    """A report as read: `path` relative to the worktree, `mtime` epoch seconds."""

    path: str
    mtime_ns: int
    digest: str
    report: Report

    @property
    def mtime(self) -> float:
        return self.mtime_ns / 1e9


def read(
    root: Path, patterns: Sequence[str], seen: Mapping[str, Mapping[str, Any]], failing: frozenset[str], since: float, redactor: Redactor
) -> Result:
    """Runs whose reports changed since `seen`; those written before `since` are taken note of and not told.

    `failing` are ids that failed in the run known before: those that pass now are `fixed`. `seen` and `failing` are without secrets, as
    the journal keeps them.
    """
    room = Room()
    now: dict[str, dict[str, Any]] = {}
    runs: list[list[_File]] = []
    for pattern in patterns:
        fresh = []
        for path in _matches(root, pattern):
            if path in now or len(now) >= FILES:
                continue
            file = _look(root, path, seen.get(redactor.text(path)) or {}, now, failing, room)
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


def _look(root: Path, path: str, before: Mapping[str, Any], now: dict[str, dict[str, Any]], failing: frozenset[str], room: Room) -> _File | None:
    """The report when it is another than before; `now` is told in any case."""
    try:
        # Links within the worktree are followed, and only those: `_matches` knows where they lead.
        file = open_regular(os.path.realpath(root / path))
    except OSError:
        return None
    with file:
        mark = _mark(file)
        if mark == {name: before.get(name) for name in mark}:
            now[path] = dict(before)
            return None
        found = _parsed(file, mark["size"], failing, room)
        if _mark(file) != mark:  # it is being written
            now[path] = {}
            return None
    now[path] = mark
    if isinstance(found, Refused):
        now[path] |= {} if isinstance(found, Foreign) else {"refused": str(found)[:200]}
        return None
    digest, report = found
    now[path]["digest"] = digest
    return _File(path, mark["mtime_ns"], digest, report)


def _mark(file: BinaryIO) -> dict[str, Any]:
    """What tells one state of a file from another."""
    status = os.fstat(file.fileno())
    return {"inode": status.st_ino, "size": status.st_size, "mtime_ns": status.st_mtime_ns}


def _parsed(file: BinaryIO, size: int, failing: frozenset[str], room: Room) -> tuple[str, Report] | Refused:
    """The digest of the bytes and the report, read piece by piece."""
    digest = hashlib.blake2b(digest_size=12)

    def pieces() -> Iterator[bytes]:
        while piece := file.read(_PIECE):
            digest.update(piece)
            yield piece

    try:
        check_size(size)
        report = parse(pieces(), failing, room)
    except Refused as why:
        return why
    return digest.hexdigest(), report


def refused(seen: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Of the reports in `seen`, those that were not taken, each with the reason."""
    return [f"{path}: not read: {mark['refused']}" for path, mark in seen.items() if mark.get("refused")]


def _together(files: list[_File]) -> list[list[_File]]:
    """Runs of files that were written one soon after the other."""
    runs: list[list[_File]] = []
    for file in sorted(files, key=lambda file: (file.mtime_ns, file.path)):
        if runs and file.mtime - runs[-1][-1].mtime <= TOGETHER:
            runs[-1].append(file)
        else:
            runs.append([file])
    return runs


def _event(root: Path, run: list[_File], failing: frozenset[str], redactor: Redactor) -> Event:
    last = run[-1]
    path = last.path if len(run) == 1 else os.path.dirname(last.path)
    digest = last.digest
    if len(run) > 1:
        digest = hashlib.blake2b("".join(file.digest for file in run).encode(), digest_size=12).hexdigest()
    return Event(FactKind.TEST, last.mtime, f"report:{path}:{digest}:{last.mtime_ns}", _fact(root, path, run, failing, redactor))


def _fact(root: Path, path: str, run: list[_File], failing: frozenset[str], redactor: Redactor) -> Test:
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


def _suites(file: _File, one_a_file: bool) -> list[Suite]:
    told = file.report.suites
    if one_a_file:
        name = next(iter(told), "") if len(told) == 1 else ""
        told = {name or os.path.basename(file.path): file.report.counts}
    return [_suite(name, counts) for name, counts in told.items()]


def _suite(name: str, counts: Counts) -> Suite:
    return Suite(name, counts.passed, counts.failed, counts.skipped)


def _failures(root: Path, file: _File, redactor: Redactor) -> list[Failure]:
    tree = Tree(root, os.path.dirname(file.path))
    return [failure_of(case, tree, file.report.runner) for case in redactor.data(file.report.failures)]


def _numbered(failures: Iterator[Failure]) -> Iterator[Failure]:
    """Tests of one name are told apart by their number."""
    count: dict[str, int] = {}
    for failure in failures:
        count[failure.id] = count.get(failure.id, 0) + 1
        yield failure if count[failure.id] == 1 else replace(failure, id=f"{failure.id} #{count[failure.id]}")


def _runner(run: list[_File]) -> str:
    named = next((file.report.runner for file in run if file.report.runner != "JUnit"), "")
    return named or ("gradle" if "build/test-results/" in f"{run[0].path}" else "JUnit")


def _matches(root: Path, pattern: str) -> list[str]:
    """Paths of regular files that match, in order. `*` stands for part of one name; patterns that lead outside or anywhere match nothing."""
    parts = pattern.split("/")
    if pattern.startswith("/") or ".." in parts or "**" in parts or not all(parts):
        return []
    found = [""]
    for number, part in enumerate(parts, 1):
        found = [path for folder in found for path in _named(root, folder, part, number == len(parts))][:FILES]
    top = os.path.realpath(root) + os.sep
    return sorted(path for path in found if os.path.realpath(root / path).startswith(top))


def _named(root: Path, folder: str, pattern: str, last: bool) -> Iterator[str]:
    """Entries of a folder that match one part of a pattern: folders, at the end regular files. A plain name costs no listing."""
    wild = any(sign in pattern for sign in "*?[")
    try:
        names = sorted(os.listdir(root / folder)) if wild else [pattern]
    except OSError:
        return
    for name in names:
        if wild and (not fnmatchcase(name, pattern) or (name.startswith(".") and not pattern.startswith("."))):
            continue
        path = f"{folder}/{name}" if folder else name
        if _is_right(root / path, last):
            yield path


def _is_right(path: Path, last: bool) -> bool:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(mode) if last else stat.S_ISDIR(mode)
