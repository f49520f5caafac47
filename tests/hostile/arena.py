"""A hostile repository: something in it makes git run a program, the canary, which sings by adding its name to a file outside.

A control proves that the canary is alive: plain git, in a copy of the repository, makes it sing.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import Repo

AT = 1_760_000_000


@dataclass
class Arena:
    """One way's repository with its canaries. `controls`: by canary, what a person might type that makes it sing. `watched`: the worktree
    that handoffd is asked about, where it is another than `root`."""

    folder: Path
    name: str
    controls: dict[str, str] = field(default_factory=dict)
    root: Path = field(init=False)
    watched: Path = field(init=False)

    def __post_init__(self) -> None:
        self.root = self.watched = self.folder / slug(self.name) / "tree"
        self.repo = Repo.create(self.root)
        self.repo.write("a.txt", "one\ntwo\n")
        self.repo.write("b.txt", "one\n")
        self.repo.write("c.txt", "one\n")
        self.repo.git("add", "-A")
        self.repo.git("commit", "-qm", "feat: begin", at=AT)

    def canary(self, name: str = "") -> str:
        """The path of a program that sings `name` and ends."""
        song = name or self.name
        program = self.folder / "canaries" / slug(song)
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "{song}" >>"{self.folder / "sung"}"\n')
        program.chmod(0o755)
        return str(program)

    def config(self, name: str, value: str, file: str = ".git/config") -> None:
        """Set a key as a person who packs the repository would."""
        self.repo.git("config", "--file", str(self.root / file), name, value)

    def attributes(self, line: str) -> None:
        self.repo.write(".gitattributes", f"{line}\n")

    def control(self, command: str, canary: str = "") -> None:
        """`command` is words for sh."""
        self.controls[canary or self.name] = command

    def edit(self) -> None:
        """An uncommitted change that git must open the file to see: as long as before."""
        self.repo.write("a.txt", "one\nTWO\n")


def armed(folder: Path, way: str) -> Arena:
    """The arena of a way, with an uncommitted change in it."""
    from tests.hostile.ways import WAYS

    arena = Arena(folder, way)
    WAYS[way](arena)
    arena.edit()
    hush(folder)
    return arena


def slug(name: str) -> str:
    """A file name that no shell and no remote helper takes apart."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name)


def songs(folder: Path) -> set[str]:
    """Canaries that sang since `hush`."""
    file = folder / "sung"
    return set(file.read_text().split("\n")) - {""} if file.exists() else set()


def hush(folder: Path) -> None:
    (folder / "sung").unlink(missing_ok=True)


def sings(arena: Arena, canary: str) -> bool:
    """Whether plain git, in a copy, makes the canary sing."""
    copy = arena.folder / "copies" / slug(canary)
    copy.parent.mkdir(exist_ok=True)
    shutil.copytree(arena.root.parent, copy, symlinks=True)
    hush(arena.folder)
    on_terminal(arena.controls[canary], copy / "tree")
    heard = canary in songs(arena.folder)
    hush(arena.folder)
    return heard


def on_terminal(command: str, cwd: Path) -> None:
    """Run words of sh with a terminal for its output, as pagers and editors want, and nothing to read."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "PAGER": "cat"}
    process = subprocess.Popen(["timeout", "20", "sh", "-c", command], cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        while os.read(ours, 65536):
            pass
    except OSError:
        pass  # the last of them has closed it
    os.close(ours)
    process.wait(60)
