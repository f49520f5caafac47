"""The shim, compiled once, and processes that run with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support import Repo, cli

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """shim.c as a library."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not sys.platform.startswith("linux") or compiler is None:
        pytest.skip("needs Linux and a C compiler (gcc, libc6-dev)")
    library = tmp_path_factory.mktemp("shim") / "shim.so"
    subprocess.run([compiler, "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(library), str(HERE / "shim.c"), "-ldl"], check=True)
    return library


@pytest.fixture
def ours(repo: Repo, home: Path) -> Repo:
    """A watched repository with one commit."""
    repo.commit("chore: start", {"work.txt": "start\n"})
    assert cli("init", cwd=repo.root).returncode == 0
    return repo


@pytest.fixture
def faulty(shim: Path, ours: Repo, home: Path) -> dict[str, str]:
    """The environment of a process whose calls below journal, output and state folder can fail."""
    places = (ours.path(".git/handoffd"), ours.path(".claude"), home / ".local/state")
    lock = ours.path(".git/handoffd/journal.lock")
    return {"LD_PRELOAD": str(shim), "FAULT_PREFIXES": ":".join(map(str, places)), "FAULT_LOCK": str(lock), "FAULT_REPORT": str(home / "unlocked")}


def run_chain(faulty: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """chain.py in a process of its own."""
    env = {**os.environ, **faulty, "PYTHONPATH": str(HERE.parents[1])}
    return subprocess.run([sys.executable, str(HERE / "chain.py"), *words], env=env, capture_output=True, text=True, timeout=1800, check=False)
