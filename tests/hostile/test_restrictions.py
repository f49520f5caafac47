"""A worktree's own .handoffd.yaml, asked of the command line and of the daemon."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.support import Repo, cli

YAML = ".handoffd.yaml"


@pytest.fixture
def watched(repo: Repo) -> Repo:
    repo.commit("feat: begin", {"a.py": "a = 1\n"})
    assert cli("init", cwd=repo.root).returncode == 0
    assert cli("flush", cwd=repo.root).returncode == 0
    return repo


def test_what_is_ignored_is_in_status_alone(watched: Repo) -> None:
    watched.write(YAML, "ignore: [gen/, '*.log']\n")
    watched.commit("feat: more", {"gen/made.py": "m = 1\n", "b.py": "b = 1\n"})
    watched.write("noise.log", "1\n")
    watched.write("c.py", "c = 1\n")
    assert cli("flush", cwd=watched.root).returncode == 0
    document = json.loads(cli("show", "--json", cwd=watched.root).stdout)
    assert "noise.log" in document["status"]["changes"]["untracked"]
    touched = {path for item in document["files"] for path in item["paths"]}
    assert {"b.py", "c.py"} <= touched and not touched & {"noise.log", "gen/made.py"}
    events = [json.loads(line) for line in cli("log", "--kind", "file", "--json", cwd=watched.root).stdout.splitlines()]
    assert "noise.log" not in {event["data"]["path"] for event in events}
    assert "ignores 2 patterns" in cli("status", cwd=watched.root).stdout


def test_what_comes_to_be_ignored_was_not_restored(watched: Repo) -> None:
    watched.write("noise.log", "1\n")
    cli("log", cwd=watched.root)
    watched.write(YAML, "ignore: ['*.log']\n")
    events = [json.loads(line) for line in cli("log", "--kind", "file", "--json", cwd=watched.root).stdout.splitlines()]
    assert [event["data"]["action"] for event in events if event["data"]["path"] == "noise.log"] == ["created"]


@pytest.mark.parametrize("line", ["init", "log", "flush", "note todo x", "resume", "show", "list"])
def test_a_worktree_that_is_switched_off_is_left_alone(watched: Repo, line: str) -> None:
    watched.write(YAML, "enabled: false\n")
    journal = watched.root / ".git" / "handoffd" / "journal.db"
    before = journal.read_bytes(), sorted(os.listdir(watched.root / ".claude"))
    done = cli(*line.split(), cwd=watched.root)
    assert done.returncode == 1 and YAML in done.stderr and "hint:" in done.stderr
    assert (journal.read_bytes(), sorted(os.listdir(watched.root / ".claude"))) == before


def test_status_and_uninit_work_where_it_is_switched_off(watched: Repo) -> None:
    watched.write(YAML, "enabled: false\n")
    status = cli("status", cwd=watched.root)
    assert status.returncode == 0 and f"switched off by its {YAML}" in status.stdout
    assert cli("uninit", cwd=watched.root).returncode == 0


def test_mistakes_are_told_and_change_nothing(watched: Repo, tmp_path: Path) -> None:
    watched.write(YAML, f"directory: {tmp_path}\nignore: ['*.log']\ntrusted_filters: [x]\n")
    watched.write("noise.log", "1\n")
    watched.commit("feat: c", {"c.py": "c = 1\n"})
    assert cli("flush", cwd=watched.root).returncode == 0
    for verb in ("status", "doctor"):
        said = cli(verb, cwd=watched.root).stdout
        assert f"{YAML}:1: directory: no such key" in said and f"{YAML}:3: trusted_filters" in said
    assert sorted(file.name for file in tmp_path.iterdir()) == ["repo"]


def test_a_link_in_its_place_is_not_followed(watched: Repo, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text("enabled: false\n")
    (watched.root / YAML).symlink_to(tmp_path / "elsewhere.yaml")
    assert "is no regular file" in cli("status", cwd=watched.root).stdout
    assert cli("log", cwd=watched.root).returncode == 0
