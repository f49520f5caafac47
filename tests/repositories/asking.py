"""The questions to a repository, and who knows the right answer: git itself, and the bytes on the disk before and after."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import forked

DRIVER = "tests.repositories.driver"
TOP = Path(__file__).resolve().parent.parent.parent
HANDOFF = re.compile(r"(^|/)\.claude/handoff-[^/]*\.md$")
Files = Mapping[str, tuple[object, ...] | None]
LARGE = 1024 * 1024
KINDS = ("staged", "modified", "added", "deleted", "submodule", "renamed", "untracked", "conflicted")
# What `init` documents that it changes in the git dir; `uninit` must restore it.
OURS = re.compile(r"(^|/)(info/exclude|hooks/(post-commit|pre-push)|config)$")
# git renews the times of these when it reads a split or a sparse index, so that its own clean-up leaves them: here the content counts.
RENEWED = re.compile(r"(^|/)(sharedindex\.[0-9a-f]+|objects/[0-9a-f]{2}/[0-9a-f]+)$")


@dataclass(frozen=True)
class Said:
    """What one command answered."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        assert self.code == 0, self
        found: dict[str, Any] = json.loads(self.out)
        return found


def ask(root: Path, *commands: tuple[str, ...], pygit2: bool = True, by: Sequence[str] = ()) -> list[Said]:
    """Run the commands in one process at `root`; `by` stands before it and takes rights away. No answer may be a bug's: exit code 3 or a traceback."""
    done = _driven(root, ("with" if pygit2 else "without", json.dumps(commands)), by)
    assert done.returncode == 0, done.stderr
    said = [Said(tuple(each), *answer) for each, answer in zip(commands, json.loads(done.stdout), strict=True)]
    for one in said:
        assert one.code in (0, 1), one
        assert "Traceback" not in one.out + one.err and "a bug" not in one.err, one
    return said


def _driven(root: Path, words: tuple[str, ...], by: Sequence[str]) -> subprocess.CompletedProcess[str]:
    if not by and forked.possible(os.environ):
        return forked.client.call(words, str(root), os.environ, 600, program=DRIVER)
    env = dict(os.environ, PYTHONPATH=str(TOP))
    return subprocess.run(
        [*by, sys.executable, str(TOP / f"{DRIVER.replace('.', '/')}.py"), *words],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=600,
        check=False,
    )


def oracle(root: Path, merging: bool = False, by: Sequence[str] = ()) -> dict[str, set[str]]:
    """The uncommitted paths by kind, as the git on PATH tells them, read by the test's own eyes. Handoff files are no news.

    As in the document: while a merge is open, what it staged is `staged` and nothing else. A submodule that moved, or holds dirt, is one.
    """
    kinds: dict[str, set[str]] = defaultdict(set)
    folders = [path for path, _, kind in _entries(_status(root, by, "normal")) if kind == "untracked" and path.endswith("/")]
    for path, letters, kind in _entries(_status(root, by, "all")):
        path = next((folder for folder in folders if kind == "untracked" and path.startswith(folder)), path)
        staged = letters[0] not in ".?" and kind != "conflicted"
        if kind != "modified" or (not (merging and staged and letters[1] == ".") and not _only_untracked(root, path, letters)):
            kinds[_plain(kind, letters)].add(path)
        if staged and (not merging or letters[1] == "."):
            kinds["staged"].add(path)
    return {kind: {path for path in kinds[kind] if not HANDOFF.match(path)} for kind in KINDS}


def _plain(kind: str, letters: str) -> str:
    """What a tracked path is, in the document's words."""
    if kind != "modified":
        return kind
    return "deleted" if "D" in letters else "added" if letters[0] == "A" else "modified"


def _only_untracked(root: Path, path: str, letters: str) -> bool:
    """Taken out of the index alone: the file is still there, and git has a line of its own for it."""
    return letters[0] == "D" and os.path.lexists(root / path)


def _status(root: Path, by: Sequence[str], untracked: str) -> bytes:
    """git's own answer. Without git-lfs it has none for git-lfs's files, so these are told as they are on the disk."""
    env = dict(os.environ, GIT_OPTIONAL_LOCKS="0", ORACLE="1")
    filters = () if shutil.which("git-lfs") else ("-c", "filter.lfs.process=", "-c", "filter.lfs.clean=", "-c", "filter.lfs.required=false")
    words = [*by, "git", *filters, "status", "--porcelain=v2", "-z", f"--untracked-files={untracked}", "--ignore-submodules=none"]
    done = subprocess.run(words, cwd=root, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


def _entries(raw: bytes) -> Iterator[tuple[str, str, str]]:
    """(path, letters, kind) of each entry."""
    records = iter(raw.split(b"\0"))
    fields = {b"1": (8, "modified"), b"2": (9, "renamed"), b"u": (10, "conflicted")}
    for record in records:
        mark = record[:1]
        if mark == b"?":
            yield os.fsdecode(record[2:]), "??", "untracked"
        elif mark in fields:
            count, kind = fields[mark]
            yield os.fsdecode(record.split(b" ", count)[-1]), record[2:4].decode(), "submodule" if record[5:6] == b"S" and mark == b"1" else kind
        if mark == b"2":
            next(records)


def snapshot(folder: Path) -> Files:
    """Every file below `folder` but those in handoffd's own folders: kind, mode, time of change and content."""
    found: dict[str, tuple[object, ...] | None] = {}
    for base, folders, files in os.walk(folder):
        if {"HEAD", "commondir"} & {*files} and "handoffd" in folders:
            folders.remove("handoffd")
        for name in files + [each for each in folders if os.path.islink(os.path.join(base, each))]:
            path = os.path.join(base, name)
            relative = os.path.relpath(path, folder)
            found[relative] = _file(path)
    return found


def _file(path: str) -> tuple[object, ...]:
    info = os.lstat(path)
    if stat.S_ISLNK(info.st_mode):
        return ("link", os.readlink(path))
    if not stat.S_ISREG(info.st_mode) or info.st_size > LARGE:
        return (info.st_mode, info.st_size, info.st_mtime_ns)
    with open(path, "rb") as file:
        return (info.st_mode, info.st_mtime_ns, hashlib.sha256(file.read()).hexdigest())


def written(before: Files, after: Files) -> list[str]:
    """Files made, removed or touched between two snapshots, but new handoffs, and what `init` changes and `uninit` restores."""
    changed = [path for path in sorted(before.keys() | after.keys()) if before.get(path) != after.get(path)]
    changed = [path for path in changed if not ((OURS.search(path) or RENEWED.search(path)) and _content(before, path) == _content(after, path))]
    return [path for path in changed if before.get(path) or not HANDOFF.search(path)]


def _content(files: Files, path: str) -> object:
    file = files.get(path)
    return (file[0], file[-1]) if file else None
