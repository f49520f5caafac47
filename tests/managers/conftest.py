"""The real hook managers, fetched once for all processes of a test run; a handoffd that says when it is called; a git of each kind."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.gits import GITS, name_of, path_with
from tests.managers import theirs
from tests.managers.ground import Ground

PROGRAM = f"""#!{sys.executable}
import sys

if "--trigger" in sys.argv:
    with open(sys.argv[0] + ".called", "a") as calls:
        print(*sys.argv[1:], file=calls)
    sys.exit()
from handoffd.__main__ import run

run()
"""


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all worker processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "managers"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def fetched(shelf: Path) -> Callable[..., Path]:
    """Run the commands that fill a folder of the shelf, unless another worker did; skip where they cannot."""

    def fetch(name: str, *commands: Sequence[str]) -> Path:
        folder = shelf / name
        with (shelf / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                try:
                    for command in commands:
                        subprocess.run(command, cwd=shelf, capture_output=True, text=True, timeout=300, check=True)
                except (OSError, subprocess.SubprocessError) as trouble:
                    shutil.rmtree(folder, ignore_errors=True)
                    pytest.skip(f"{name} cannot be fetched: {trouble}")
        return folder

    return fetch


@pytest.fixture(scope="session")
def node_modules(shelf: Path, fetched: Callable[..., Path]) -> Path:
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    packages = (f"husky@{theirs.HUSKY}", f"lefthook@{theirs.LEFTHOOK}")
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock")
    return fetched("npm", ["npm", "install", *quiet, "--prefix", str(shelf / "npm"), *packages]) / "node_modules"


@pytest.fixture(scope="session")
def pre_commit_python(shelf: Path, fetched: Callable[..., Path]) -> Path:
    python = shelf / "pre-commit/bin/python"
    fetched(
        "pre-commit",
        [sys.executable, "-m", "venv", "--without-pip", str(shelf / "pre-commit")],
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", f"pre-commit=={theirs.PRE_COMMIT}"],
    )
    return python


@pytest.fixture
def manager(request: pytest.FixtureRequest) -> theirs.Manager:
    """By the name that the test is parametrised with."""
    tools = {"husky": "node_modules", "lefthook": "node_modules", "pre_commit": "pre_commit_python"}
    make: Callable[..., theirs.Manager] = getattr(theirs, request.param)
    return make(*(request.getfixturevalue(tools[request.param]),) if request.param in tools else ())


@pytest.fixture(params=GITS, ids=name_of)
def git(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A git program, first on PATH for this test."""
    program: str = request.param
    monkeypatch.setenv("PATH", path_with(program))
    return program


@pytest.fixture
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """Where clones are made. `handoffd` is a real one on PATH, but that what hooks call is only written down: nothing runs on behind a test."""
    program = tmp_path / "bin/handoffd"
    program.parent.mkdir()
    program.write_text(PROGRAM)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", path_with(str(program)))
    return Ground(tmp_path, program, monkeypatch)
