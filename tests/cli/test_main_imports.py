"""What a verb loads: a person waits for each module. Asked of real processes, in a repository that was looked at before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handoffd.git.objects import FEW
from tests.support import Repo, cli

HEAVY = {"watchdog", "pygit2", "yaml", "apscheduler"}
# What brings much along, and no verb needs.
DEAR = {"dataclasses", "inspect", "ast", "logging", "decimal", "email"}
JOURNAL = {"sqlite3", "subprocess", "dataclasses", "hashlib", "handoffd.git.run", "handoffd.model.facts"}
WORDS = {"argparse", "json", "pathlib", "typing", "handoffd.cli.environment", "handoffd.cli.verbs"}
RUN = """
import sys
before = set(sys.modules)
from handoffd.__main__ import run
code = run()
print("MODULES", *(set(sys.modules) - before), file=sys.stderr)
sys.exit(code)
"""
VERBS = (
    "note todo more",
    "status",
    "log",
    "flush",
    "flush --dry-run",
    "prompt",
    "show",
    "list",
    "run -- true",
    "completion bash",
    "prune --before 2d",
)


def loaded(repo: Repo, words: str) -> set[str]:
    """Names of the modules that `handoffd WORDS` loads in a repository."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words.split()], cwd=repo.root, env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(next(line for line in done.stderr.splitlines() if line.startswith("MODULES")).split()[1:])


@pytest.fixture
def looked_at(tmp_path: Path) -> Repo:
    repo = Repo.create(tmp_path / "r")
    repo.commit("first", {"a.py": "def f():\n    return 1\n"})
    assert cli("init", cwd=repo.root).returncode == 0
    repo.commit("second", {"a.py": "def f():\n    return 2\n"})
    assert cli("flush", cwd=repo.root).returncode == 0
    assert cli("note", "todo", "the rest", cwd=repo.root).returncode == 0
    return repo


@pytest.mark.parametrize("words", VERBS)
def test_a_verb_loads_none_of_the_four_big_packages(looked_at: Repo, words: str) -> None:
    assert not loaded(looked_at, words) & (HEAVY | DEAR)


def test_a_note_loads_neither_git_nor_journal(looked_at: Repo) -> None:
    assert not loaded(looked_at, "note learning quick") & (HEAVY | JOURNAL)


def test_the_version_loads_next_to_nothing(looked_at: Repo) -> None:
    assert not loaded(looked_at, "--version") & (HEAVY | JOURNAL | WORDS)


def test_many_commits_are_read_with_pygit2_and_settings_with_yaml(looked_at: Repo) -> None:
    """The test sees what is loaded."""
    looked_at.write(".handoffd.yaml", "ignore: [build/]\n")
    for number in range(FEW):
        looked_at.commit(f"change {number}", {"a.py": f"a = {number}\n"})
    assert {"pygit2", "yaml"} <= loaded(looked_at, "log")
