"""What a shape of a repository is, and the ground on which it is built."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import Repo

NIGHTLY = bool(os.environ.get("HANDOFFD_NIGHTLY"))
Builder = Callable[["Ground"], Path]


@dataclass(frozen=True)
class Shape:
    """A kind of repository. `build` returns the folder that is asked.

    `refused`: words of the error where git cannot work there, else ''. `damage` is done to the folder after `init`. `undelivered`: words of
    the hint where the handoff cannot be put into a file. `operation`: what Status must name as open. `says`: words of the document.
    `quiet`: there is nothing to hand over.
    """

    name: str
    build: Builder
    refused: str = ""
    damage: Callable[[Path], None] | None = None
    undelivered: str = ""
    operation: str = ""
    says: tuple[str, ...] = ()
    quiet: bool = False


SHAPES: dict[str, Shape] = {}


def shape(
    *,
    refused: str = "",
    damage: Callable[[Path], None] | None = None,
    undelivered: str = "",
    operation: str = "",
    says: tuple[str, ...] = (),
    quiet: bool = False,
) -> Callable[[Builder], Builder]:
    """Register a builder under its own name, underscores as blanks."""

    def register(build: Builder) -> Builder:
        name = build.__name__.strip("_").replace("_", " ")
        assert name not in SHAPES
        SHAPES[name] = Shape(name, build, refused, damage, undelivered, operation, says, quiet)
        return build

    return register


class Ground:
    """An empty folder to build in. `canary` is a file that only a program which must not run would make."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self.canary = folder / "canary"

    def repo(self, *words: str, name: str = "repo") -> Repo:
        """A repository with three commits and, in its working tree, one path of each plain kind of change. `words` go to `git init`."""
        repo = self.bare_start(*words, name=name)
        self.history(repo)
        self.work(repo)
        return repo

    def bare_start(self, *words: str, name: str = "repo") -> Repo:
        """`git init WORDS`, skipped by name where this git does not know them."""
        root = self.folder / name
        done = subprocess.run(["git", "init", "-q", "-b", "main", "--template=", *words, str(root)], capture_output=True, text=True, check=False)
        if done.returncode:
            self.cannot(f"git init {' '.join(words)}: {done.stderr.strip().splitlines()[-1]}")
        return Repo(root)

    def cannot(self, why: str) -> None:
        """Skip by name."""
        pytest.skip(f"{git_version()} cannot: {why}")

    def can(self, repo: Repo, *words: str) -> None:
        """A git command that older gits do not know."""
        done = subprocess.run(["git", *words], cwd=repo.root, capture_output=True, text=True, check=False)
        if done.returncode:
            self.cannot(f"git {' '.join(words)}: {(done.stderr.strip().splitlines() or ['?'])[-1]}")

    def history(self, repo: Repo) -> None:
        """Three commits on main: texts in three folders."""
        repo.commit("feat: start", {"README.md": "start\n", "src/a.py": "def a():\n    return 1\n", "src/b.py": "def b():\n    return 2\n"})
        repo.commit("feat: more", {"docs/guide.md": "# Guide\n", "lib/deep/c.py": "def c():\n    return 3\n", "lib/d.py": "D = 4\n"})
        repo.commit("fix: b", {"src/b.py": "def b():\n    return 3\n"})

    def work(self, repo: Repo) -> None:
        """One path of each plain kind: staged, modified, deleted, renamed, touched only, untracked."""
        repo.write("src/staged.py", "def staged():\n    return 5\n")
        repo.git("add", "src/staged.py")
        repo.git("mv", "README.md", "READ.md")
        repo.write("src/a.py", "def a():\n    return 10  # TODO: check\n")
        repo.path("src/b.py").touch()
        repo.path("docs/guide.md").unlink()
        repo.write("src/new.py", "def new():\n    return 6\n")

    def origin(self) -> Path:
        """A bare repository with the usual history, that serves filtered clones."""
        source, origin = self.bare_start(name="source"), self.folder / "origin.git"
        self.history(source)
        source.git("clone", "-q", "--bare", "--template=", str(source.root), str(origin))
        for key in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
            source.git("--git-dir", str(origin), "config", key, "true")
        shutil.rmtree(source.root)
        return origin

    def script(self, name: str, text: str) -> Path:
        """An executable sh script beside the repository."""
        file = self.folder / name
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)
        return file

    def program(self, name: str, text: str) -> None:
        """An sh script that this test's processes find on PATH."""
        programs = self.folder / "bin"
        programs.mkdir()
        self.script(f"bin/{name}", text)
        self._monkeypatch.setenv("PATH", os.pathsep.join((str(programs), os.environ["PATH"])))


def git_version() -> str:
    return subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.strip()
