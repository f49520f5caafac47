"""A note is a line in the spool where that is enough, and goes the whole way where it is not; the next look has it either way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import Repo, cli

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8" * 2 + "abcd"


@pytest.fixture
def watched(tmp_path: Path) -> Repo:
    repo = Repo.create(tmp_path / "r")
    repo.commit("first", {"src/a.py": "a = 1\n"})
    assert cli("init", cwd=repo.root).returncode == 0
    assert cli("status", cwd=repo.root).returncode == 0
    return repo


def spool(repo: Repo) -> bytes:
    return Path(repo.git("rev-parse", "--absolute-git-dir"), "handoffd", "spool").read_bytes()


def notes(repo: Repo) -> list[dict[str, object]]:
    """The notes that the next look finds, as `log --json` tells them."""
    done = cli("log", "--kind", "note", "--json", cwd=repo.root)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_field_comes_through_the_spool(watched: Repo) -> None:
    words = ("--why", "reason", "--tradeoff", "cost", "--at", "a.py:3-5", "--step", "one", "--step", "two", "--category", "Git")
    assert cli("note", "decision", "raise", *words, cwd=watched.root / "src").returncode == 0
    assert b"raise" in spool(watched)
    (found,) = notes(watched)
    assert found["branch"] == "main"
    assert found["data"] == {
        "type": "decision", "text": "raise", "why": "reason", "tradeoff": "cost", "path": "src/a.py", "line": 3, "last": 5,
        "steps": ["one", "two"], "category": "Git",
    }  # fmt: skip


def test_two_notes_keep_their_order(watched: Repo) -> None:
    for word in "first", "second", "third":
        cli("note", "todo", word, cwd=watched.root)
    assert [note["data"]["text"] for note in notes(watched)] == ["first", "second", "third"]  # type: ignore[index]
    assert len(notes(watched)) == 3


def test_a_secret_is_in_no_spool(watched: Repo) -> None:
    cli("note", "gotcha", f"the key is {SECRET}", cwd=watched.root)
    assert SECRET.encode() not in spool(watched)
    assert "[redacted:github:" in str(notes(watched))


def test_a_detached_head_is_no_branch(watched: Repo) -> None:
    watched.git("checkout", "-q", "--detach")
    cli("note", "todo", "attach", cwd=watched.root)
    assert [note["branch"] for note in notes(watched)] == [""]


def test_a_linked_worktree_has_its_own(watched: Repo) -> None:
    watched.git("worktree", "add", "-q", "../other", "-b", "side")
    other = Repo(watched.root.parent / "other")
    assert cli("status", cwd=other.root).returncode == 0
    cli("note", "todo", "there", cwd=other.root)
    assert [(note["branch"], note["data"]["text"]) for note in notes(other)] == [("side", "there")]  # type: ignore[index]
    assert not notes(watched)


def test_what_stands_in_the_way_is_told(watched: Repo) -> None:
    watched.write(".handoffd.yaml", "enabled: false\n")
    refused = cli("note", "todo", "x", cwd=watched.root)
    assert refused.returncode == 1 and "switched off" in refused.stderr
    watched.path(".handoffd.yaml").unlink()
    (watched.root / ".git" / "handoffd" / "spool").unlink()
    assert cli("note", "todo", "without a spool", cwd=watched.root).returncode == 0
    assert len(notes(watched)) == 1


def test_nowhere_is_said_to_be_nowhere(tmp_path: Path) -> None:
    refused = cli("note", "todo", "x", cwd=tmp_path)
    assert refused.returncode == 1 and "no git worktree" in refused.stderr
