"""What can be wrong with one watched worktree. Reads only."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from handoffd.git.mounts import is_network_fs
from handoffd.git.repository import Worktree
from handoffd.git.run import Git
from handoffd.model.folders import no_room
from handoffd.model.progress import Progress, Stage, counted
from handoffd.model.records import dataclass
from handoffd.setup.exclude import unignored
from handoffd.setup.findings import Finding
from handoffd.setup.hooks import inspect

SKEW = 60.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is examined; read by the caller so that this stays a plain list of checks. `looked`: time of the last look at the sources.
    `registered`: whether the daemon is told of the repository. `stranger`, `newer`: '' or that
    the journal was made for another repository, by a newer handoffd."""

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
    registered: bool
    stranger: str
    newer: str
    remarks: Sequence[str] = ()


def examine(around: Surroundings, progress: Progress) -> tuple[Finding, ...]:
    """Every check, in the order in which they depend on each other."""
    checks: tuple[Callable[[Surroundings], Iterator[Finding]], ...] = (
        _owners, _registry, _room, _hooks, _exclude, _folder, _journal, _modes, _clock, _remarks,
    )  # fmt: skip
    return tuple(finding for check in counted(checks, progress, Stage.CHECKS) for finding in check(around))


def _owners(around: Surroundings) -> Iterator[Finding]:
    for folder in dict.fromkeys((around.worktree.root, around.worktree.common_dir)):
        owner = folder.stat().st_uid
        yield Finding("owner", owner == os.getuid(), f"{folder} belongs to uid {owner}", "run handoffd as that user")


def _registry(around: Surroundings) -> Iterator[Finding]:
    known = "is in the list of watched repositories" if around.registered else "is not in the list of watched repositories: no daemon looks at it"
    yield Finding("watched", around.registered, f"{around.worktree.root} {known}", f"handoffd init {around.worktree.root}", "watched")


def _room(around: Surroundings) -> Iterator[Finding]:
    for folder in dict.fromkeys((around.journal, around.spool.parent, around.worktree.root)):
        why = no_room(folder)
        if why:
            yield Finding("room", False, f"{folder} {why}", "free some space on that disk, mount it writable, or mend the rights")
            return
    yield Finding("room", True, "journal and handoffs can be written")


def _hooks(around: Surroundings) -> Iterator[Finding]:
    for found in inspect(around.git, around.worktree, around.program):
        yield Finding(f"hook {found.event}", found.effective, found.says, found.remedy, "hooks" if found.mendable else "")


def _exclude(around: Surroundings) -> Iterator[Finding]:
    rule = unignored(around.git, around.worktree, around.directory)
    mend = "exclude" if "handoffd init" in rule else ""
    yield Finding("handoff files", not rule, rule or f"{around.directory}/handoff-*.md stay out of git status", "change that rule", mend)


def _folder(around: Surroundings) -> Iterator[Finding]:
    path = around.worktree.root
    for part in PurePosixPath(around.directory).parts:
        path /= part
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            yield Finding("handoff folder", False, f"{path} is a file or a symlink", "move it away, or set `directory` in the config")
            return


def _journal(around: Surroundings) -> Iterator[Finding]:
    if around.stranger or around.newer:
        yield Finding("journal", False, around.stranger or around.newer, "handoffd init" if around.stranger else "upgrade handoffd")
        return
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
