"""Wheels of this tree, and machines to install them on: a home, and a PATH that holds exactly the tools named."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import HERMETIC, IDENTITY

TOP = Path(__file__).resolve().parent.parent.parent
PARTS = ("handoffd", "hooks", "shell", "docs", "config.example.yaml", "pyproject.toml", "README.md", "LICENSE", "install.sh")
OUTSIDE = dict(os.environ)
NEXT = "0.1.1"
PLAIN_TOOLS = (
    "sh",
    "git",
    "env",
    "sed",
    "dirname",
    "mkdir",
    "rm",
    "ln",
    "mktemp",
    "find",
    "sort",
    "grep",
    "rmdir",
    "cp",
    "id",
    "cat",
    "ls",
    "readlink",
    "base64",
)


def copy_of_source(where: Path) -> Path:
    """What is built from, and the installer."""
    where.mkdir(parents=True)
    for name in PARTS:
        if (TOP / name).is_dir():
            shutil.copytree(TOP / name, where / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(TOP / name, where / name)
    return where


def run(*command: str | Path, **more: object) -> str:
    """What it printed. AssertionError with its words when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, **more)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return str(done.stdout)


def build(source: Path, into: Path, kind: str = "--wheel") -> Path:
    """Build a wheel or an sdist without the network."""
    into.mkdir(parents=True, exist_ok=True)
    before = set(into.iterdir())
    run(sys.executable, "-m", "build", kind, "--no-isolation", "--outdir", into, source, env=OUTSIDE)
    (made,) = set(into.iterdir()) - before
    return made


@contextmanager
def once(folder: Path) -> Iterator[bool]:
    """Whether the caller is the first of this run's test processes and has to fill the folder; the others wait for it."""
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not (folder / ".ready").exists()
        (folder / ".ready").touch()


def shared(factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder that all test processes of this run see."""
    base = factory.getbasetemp()
    return (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name


def fetch(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, env=OUTSIDE)
    if done.returncode:
        pytest.skip(f"the package index cannot be reached: {done.stderr.strip()[-300:]}")


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with this tree's wheel, the next version's, and all that building and running them needs."""
    folder = shared(tmp_path_factory, "house")
    with once(folder) as first:
        if first:
            wheel = build(copy_of_source(folder / "src" / "this"), folder)
            after = copy_of_source(folder / "src" / "next")
            for name in ("pyproject.toml", "handoffd/__init__.py"):
                file = after / name
                file.write_text(re.sub(r'(version__ = |version = )"[^"]*"', rf'\1"{NEXT}"', file.read_text(), count=1))
            build(after, folder)
            fetch(sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:", "--dest", folder, wheel, "hatchling", "editables")
    return folder


@pytest.fixture(scope="session")
def installers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the programs uv and pipx."""
    folder = shared(tmp_path_factory, "installers")
    with once(folder) as first:
        if first:
            run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
            fetch(sys.executable, "-m", "pip", "--python", str(folder / "venv"), "install", "--quiet", "uv", "pipx")
    return folder / "venv" / "bin"


def wheel_of(house: Path, version: str = "") -> Path:
    """The wheel of handoffd in the house; by default this tree's."""
    found = sorted(house.glob(f"handoffd-{version or '*'}-*.whl"))
    return next(wheel for wheel in found if version or NEXT not in wheel.name)


class Machine:
    """A user's machine: `home`, and `path`, a folder that is the whole PATH."""

    def __init__(self, where: Path, house: Path, *tools: Path) -> None:
        self.home, self.path = where / "ho me ü", where / "programs"
        self.home.mkdir(parents=True)
        self.path.mkdir()
        python = Path(sys._base_executable)  # type: ignore[attr-defined]
        for name in ("python3", f"python3.{sys.version_info.minor}"):
            (self.path / name).symlink_to(python)
        for tool in (*(Path(found) for found in map(shutil.which, PLAIN_TOOLS) if found), *tools):
            (self.path / tool.name).symlink_to(tool.absolute())
        local = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(house), "UV_NO_INDEX": "1", "UV_FIND_LINKS": str(house), "UV_OFFLINE": "1"}
        self.env = {"PATH": str(self.path), "HOME": str(self.home), **HERMETIC, **IDENTITY, **local}

    def install(self, source: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """`./install.sh WORDS`."""
        command = ["sh", source / "install.sh", *words]
        return subprocess.run(command, cwd=self.home, env=self.env, capture_output=True, text=True, timeout=600, check=False)

    def handoffd(self, *words: str | Path, cwd: Path | None = None, program: Path | None = None) -> str:
        return run(program or self.home / ".local/bin/handoffd", *words, cwd=cwd or self.home, env=self.env)


def tree(root: Path) -> dict[str, str]:
    """Every file below, with mode and digest; what is the journal's own is left out."""
    kept = (file for file in root.rglob("*") if ".git/handoffd" not in str(file) and ".claude" not in file.parts)
    return {str(file.relative_to(root)): f"{file.lstat().st_mode:o} {_digest(file)}" for file in kept}


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
