"""What can be wrong with one watched worktree. Reads only."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handoffd.git.mounts import is_network_fs
from handoffd.git.repository import Worktree
from handoffd.git.run import Git
from handoffd.setup.exclude import unignored
from handoffd.setup.findings import Finding
from handoffd.setup.hooks import inspect

SKEW = 60.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is examined; read by the caller so that this stays a plain list of checks. `looked`: time of the last look at the sources."""

    git: Git
    worktree: Worktree
    directory: str
    journal: Path
    journal_bytes: int
    journal_trouble: str
    spool: Path
    program: Path
    looked: float
    now: float
    remarks: Sequence[str] = ()


def examine(around: Surroundings) -> tuple[Finding, ...]:
    """Every check, in the order in which they depend on each other."""
    checks: tuple[Callable[[Surroundings], Iterator[Finding]], ...] = (_owners, _hooks, _exclude, _journal, _modes, _clock, _remarks)
    return tuple(finding for check in checks for finding in check(around))


def _owners(around: Surroundings) -> Iterator[Finding]:
    for folder in dict.fromkeys((around.worktree.root, around.worktree.common_dir)):
        owner = folder.stat().st_uid
        yield Finding("owner", owner == os.getuid(), f"{folder} belongs to uid {owner}", "run handoffd as that user")


def _hooks(around: Surroundings) -> Iterator[Finding]:
    for found in inspect(around.git, around.worktree, around.program):
        yield Finding(f"hook {found.event}", found.effective, found.says, found.remedy, "hooks" if found.mendable else "")


def _exclude(around: Surroundings) -> Iterator[Finding]:
    rule = unignored(around.git, around.directory)
    mend = "exclude" if "handoffd init" in rule else ""
    yield Finding("handoff files", not rule, rule or f"{around.directory}/handoff-*.md stay out of git status", "change that rule", mend)


def _journal(around: Surroundings) -> Iterator[Finding]:
    said = around.journal_trouble or f"healthy, {around.journal_bytes / 1e6:.1f} MB"
    yield Finding("journal", not around.journal_trouble, said, "the next write moves it aside and rebuilds it", "journal")
    yield Finding("spool", around.spool.is_file(), str(around.spool), "handoffd init", "spool")
    if is_network_fs(around.worktree.common_dir):
        yield Finding("file system", True, "the repository is on a network; the journal is kept in the state folder")


def _modes(around: Surroundings) -> Iterator[Finding]:
    paths = (around.journal, around.journal / "journal.db", around.journal / "redaction.key")
    loose = [path for path in paths if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    said = f"{', '.join(map(str, loose))} can be read by others" if loose else "only you can read it"
    yield Finding("journal mode", not loose, said, "chmod -R go= the folder", "modes")


def _clock(around: Surroundings) -> Iterator[Finding]:
    ahead = around.looked - around.now
    if ahead > SKEW:
        said = f"the last look was {ahead:.0f} s ahead of now: the clock went back"
        yield Finding("clock", False, said, "check the date; events keep their order")


def _remarks(around: Surroundings) -> Iterator[Finding]:
    for remark in around.remarks:
        yield Finding("note", True, remark)
