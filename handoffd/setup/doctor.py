"""What can be wrong on a machine, each finding with its remedy. Reads only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from handoffd.git.repository import Worktree, git_version, is_network_fs
from handoffd.git.run import Git
from handoffd.setup.exclude import unignored
from handoffd.setup.hooks import inspect

OLDEST_GIT = (2, 20, 0)
FEW_WATCHES = 8192


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is examined; read by the caller so that this stays a plain list of checks."""

    git: Git
    worktree: Worktree
    directory: str
    program: Path
    version: str
    daemon_pid: int
    daemon_version: str
    wanted: bool
    journal_bytes: int
    journal_trouble: str
    spool: Path


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` names what was looked at, `says` what is so, `remedy` what to do when not `ok`."""

    check: str
    ok: bool
    says: str
    remedy: str = ""


def examine(around: Surroundings) -> tuple[Finding, ...]:
    """Every check, in the order in which they depend on each other."""
    checks: tuple[Callable[[Surroundings], Iterator[Finding]], ...] = (_git, _program, _daemon, _hooks, _exclude, _journal, _watches, _owners)
    return tuple(finding for check in checks for finding in check(around))


def _git(around: Surroundings) -> Iterator[Finding]:
    version = git_version()
    said = ".".join(map(str, version))
    yield Finding("git", version >= OLDEST_GIT, f"{shutil.which('git')} {said}", "install git 2.20 or newer")


def _program(around: Surroundings) -> Iterator[Finding]:
    alive = around.program.is_file() and os.access(around.program, os.X_OK)
    yield Finding("program", alive, f"{around.program} {around.version}", "install handoffd again")


def _daemon(around: Surroundings) -> Iterator[Finding]:
    if not around.daemon_pid:
        yield Finding("daemon", not around.wanted, "not running", "handoffd start")
        return
    same = around.daemon_version == around.version
    yield Finding("daemon", same, f"pid {around.daemon_pid}, version {around.daemon_version}", "handoffd restart")


def _hooks(around: Surroundings) -> Iterator[Finding]:
    for found in inspect(around.git, around.worktree):
        yield Finding(f"hook {found.event}", found.effective, found.says, found.remedy)


def _exclude(around: Surroundings) -> Iterator[Finding]:
    rule = unignored(around.git, around.directory)
    yield Finding("handoff files", not rule, rule or f"{around.directory}/handoff-*.md stay out of git status", "change that rule")


def _journal(around: Surroundings) -> Iterator[Finding]:
    size = f"{around.journal_bytes / 1e6:.1f} MB"
    yield Finding(
        "journal", not around.journal_trouble, around.journal_trouble or f"healthy, {size}", "the next write moves it aside and rebuilds it"
    )
    yield Finding("spool", around.spool.exists(), str(around.spool), "handoffd init")
    if is_network_fs(around.worktree.common_dir):
        yield Finding("file system", True, "the repository is on a network; the journal is kept in the state folder")


def _watches(around: Surroundings) -> Iterator[Finding]:
    try:
        limit = int(Path("/proc/sys/fs/inotify/max_user_watches").read_text())
    except (OSError, ValueError):
        return
    yield Finding("inotify watches", limit >= FEW_WATCHES, f"at most {limit}", "sudo sysctl fs.inotify.max_user_watches=524288")


def _owners(around: Surroundings) -> Iterator[Finding]:
    for folder in (around.worktree.root, around.worktree.common_dir):
        owner = folder.stat().st_uid
        yield Finding("owner", owner == os.getuid(), f"{folder} belongs to uid {owner}", "run handoffd as that user")
