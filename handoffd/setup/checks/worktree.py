"""The checks of one watched worktree. They only read."""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from handoffd.files.layout import JOURNAL, JOURNAL_FILES, JOURNAL_LOCK, REDACTION_KEY, handoff_names
from handoffd.files.mounts import is_network_fs
from handoffd.files.permissions import no_room
from handoffd.files.safe_open import is_taken
from handoffd.git.repository import Worktree
from handoffd.git.run import Git, GitError
from handoffd.model.errors import shell
from handoffd.model.records import dataclass
from handoffd.setup.checks.finding import Finding, Fix
from handoffd.setup.exclude import unignored
from handoffd.setup.hooks import inspect

SKEW = 60.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is examined; read by the caller. `journal_problem`: '' or what is wrong with the journal. `looked`: time of the last scan of the sources.
    `registered`: whether the daemon knows of the repository; `ended`: it does not, because `uninit` was run. `stranger`: '' or that the journal was
    made for another repository; `newer`: '' or that a newer handoffd made it. `unread`: each source that the last scan could not read, as (what is
    so, the remedy)."""

    git: Git
    worktree: Worktree
    directory: str
    journal: Path
    journal_bytes: int
    journal_problem: str
    spool: Path
    program: Path
    looked: float
    now: float
    registered: bool
    ended: bool
    stranger: str
    newer: str
    remarks: Sequence[str] = ()
    unread: Sequence[tuple[str, str]] = ()


def owners(around: Surroundings) -> Iterator[Finding]:
    for folder in dict.fromkeys((around.worktree.root, around.worktree.common_dir)):
        owner = folder.stat().st_uid
        yield Finding("owner", owner == os.getuid(), f"{folder} belongs to uid {owner}", "run handoffd as that user")


def index(around: Surroundings) -> Iterator[Finding]:
    """Read, as every verb does; nothing of it is told."""
    try:
        around.git.run("ls-files", "--", ".git")
    except GitError as said:
        yield Finding("repository", False, str(said), said.hint)


def ended(around: Surroundings) -> Iterator[Finding]:
    """What was asked for is not undone."""
    root = around.worktree.root
    yield Finding("watched", False, f"{root} is not watched any more: handoffd uninit was run, the journal stayed", f"handoffd init {shell(root)}")


def registered(around: Surroundings) -> Iterator[Finding]:
    known = "is in the list of watched repositories" if around.registered else "is not in the list of watched repositories: no daemon looks at it"
    fix = Fix.NONE if around.stranger else Fix.WATCHED
    yield Finding("watched", around.registered, f"{around.worktree.root} {known}", f"handoffd init {shell(around.worktree.root)}", fix)


def room(around: Surroundings) -> Iterator[Finding]:
    for folder in dict.fromkeys((around.journal, around.spool.parent, around.worktree.root)):
        why = no_room(folder)
        if why:
            yield Finding("room", False, f"{folder} {why}", "free some space on that disk, mount it writable, or mend the rights")
            return
    yield Finding("room", True, "journal and handoffs can be written")


def hooks(around: Surroundings) -> Iterator[Finding]:
    for found in inspect(around.git, around.worktree, around.program):
        yield Finding(f"hook {found.event}", found.effective, found.says, found.remedy, Fix.HOOKS if found.fixable else Fix.NONE)


def exclude(around: Surroundings) -> Iterator[Finding]:
    shown = unignored(around.git, around.worktree, around.directory)
    remedy, fix = ("handoffd init", Fix.EXCLUDE) if shown and shown.by_init else ("change that rule", Fix.NONE)
    says = shown.says if shown else f"{handoff_names(around.directory)} stay out of git status"
    yield Finding("handoff files", not shown, says, remedy, fix)


def handoff_folder(around: Surroundings) -> Iterator[Finding]:
    path = around.worktree.root
    for part in PurePosixPath(around.directory).parts:
        path /= part
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            yield Finding("handoff folder", False, f"{path} is a file or a symlink", "move it away, or set `directory` in the config")
            return
    owner, why = path.stat().st_uid if path.exists() else os.geteuid(), no_room(path)
    if owner != os.geteuid():
        yield Finding("handoff folder", False, f"{path} belongs to uid {owner}", f"sudo chown {os.geteuid()} {shell(path)}, or set `directory`")
    elif why and why != no_room(around.worktree.root):
        yield Finding("handoff folder", False, f"{path} {why}", "mend its rights, mount it writable, or set `directory` in the config")


def journal(around: Surroundings) -> Iterator[Finding]:
    if around.stranger or around.newer:
        remedy = "handoffd init takes it over, handoffd init --fresh begins anew" if around.stranger else "upgrade handoffd"
        yield Finding("journal", False, around.stranger or around.newer, remedy)
        return
    problem = "; ".join(around.journal_problem.splitlines())
    if problem and no_room(around.journal):  # SQLite writes when it opens one: what it says now is no word on the file
        yield Finding("journal", False, f"cannot be checked now: {problem}", "mend `room` first, then run handoffd doctor again")
        return
    said = problem or f"healthy, {around.journal_bytes / 1e6:.1f} MB"
    yield Finding("journal", not problem, said, "the next write moves it aside and rebuilds it", Fix.JOURNAL)
    if is_network_fs(around.worktree.common_dir):
        yield Finding("file system", True, "the repository is on a network; the journal is kept in the state folder")


def journal_lock(around: Surroundings) -> Iterator[Finding]:
    lock = around.journal / JOURNAL_LOCK
    if is_taken(lock):
        yield Finding("journal", False, f"cannot be written: {lock} is no regular file", f"move it away: {lock}", Fix.IN_THE_WAY)


def spool(around: Surroundings) -> Iterator[Finding]:
    spool = around.spool
    if is_taken(spool):
        yield Finding("spool", False, f"hooks cannot write: {spool} is no regular file", f"move it away: {spool}", Fix.IN_THE_WAY)
    else:
        yield Finding("spool", spool.is_file(), f"{spool}{'' if spool.is_file() else ' is missing'}", "handoffd init", Fix.SPOOL)


def closed_files(around: Surroundings) -> Iterator[Finding]:
    """What a write needs besides room: every file ours and open to us. The first that is not; SQLite makes its own like the journal."""
    yield from itertools.islice(_every_closed_file(around), 1)


def _every_closed_file(around: Surroundings) -> Iterator[Finding]:
    for file in (*(around.journal / name for name in JOURNAL_FILES), around.spool):
        found = file.lstat() if file.is_file() else None
        if found and found.st_uid != os.geteuid():
            yield Finding("owner", False, f"{file} belongs to uid {found.st_uid}", f"sudo chown -R {os.geteuid()} {shell(file.parent)}")
        elif found and stat.S_IMODE(found.st_mode) & 0o600 != 0o600:
            yield Finding("journal mode", False, f"{file} cannot be read and written by you", f"chmod u+rw {shell(file)}", Fix.MODES)


def modes(around: Surroundings) -> Iterator[Finding]:
    paths = (around.journal, around.journal / JOURNAL, around.journal / REDACTION_KEY)
    loose = [path for path in paths if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    said = f"{', '.join(map(str, loose))} can be read by others" if loose else "only you can read it"
    yield Finding("journal mode", not loose, said, "chmod -R go= the folder", Fix.MODES)


def clock(around: Surroundings) -> Iterator[Finding]:
    ahead = around.looked - around.now
    if ahead > SKEW:
        said = f"the last look was {ahead:.0f} s ahead of now: the clock went back"
        yield Finding("clock", False, said, "check the date; events keep their order")


def sources(around: Surroundings) -> Iterator[Finding]:
    for says, remedy in around.unread:
        yield Finding("source", False, f"at the last scan, {says}", remedy or "mend what it names; the next scan tries again")


def remarks(around: Surroundings) -> Iterator[Finding]:
    for remark in around.remarks:
        yield Finding("note", True, remark)
