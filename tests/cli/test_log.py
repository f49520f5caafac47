"""What `log` selects and `prune` forgets, asked of a real journal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import cli
from tests.watched import Watched


@pytest.fixture
def worked(watched: Watched) -> Watched:
    repo = watched.repo
    repo.commit("feat: one", {"src/a.py": "x = 1\n"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("feat: two", {"src/deep/b.py": "x = 1\n", "docs/b.md": "b\n"})
    repo.git("mv", "src/a.py", "src/c.py")
    repo.commit("refactor: three")
    return watched


def subjects(watched: Watched, *words: str, cwd: Path | None = None) -> list[str]:
    lines = watched.handoffd("log", "--json", "--kind", "commit", *words, cwd=cwd).splitlines()
    return [json.loads(line)["data"]["subject"] for line in lines]


def test_by_branch(worked: Watched) -> None:
    assert subjects(worked, "--branch", "side") == ["feat: two", "refactor: three"]


def test_by_path_of_a_file_a_folder_and_an_old_name(worked: Watched) -> None:
    assert subjects(worked, "--path", "docs") == ["feat: two"]
    assert subjects(worked, "--path", "src/a.py") == ["feat: one", "refactor: three"]
    assert subjects(worked, "--path", "sr") == []
    assert subjects(worked, "--path", "deep", cwd=worked.repo.root / "src") == ["feat: two"]
    assert len(subjects(worked, "--path", ".")) == 4


def test_by_time_on_both_sides(worked: Watched) -> None:
    assert subjects(worked, "--since", "1h") == subjects(worked)
    assert subjects(worked, "--until", "1h") == []
    assert subjects(worked, "--since", "1h", "--until", "0s") == subjects(worked)


@pytest.mark.parametrize("words", [("--since", "tuesday"), ("--until", "99999999999"), ("--path", "../other"), ("--kind", "nothing")])
def test_what_cannot_be_is_a_usage_error(worked: Watched, words: tuple[str, str]) -> None:
    done = cli("log", *words, cwd=worked.repo.root)
    assert done.returncode == 2 and ("hint:" in done.stderr or "outside" in done.stderr)


def test_pruned_events_do_not_come_back(worked: Watched) -> None:
    worked.handoffd("flush")
    # What no remote has, and what the newest handoff of the branch rests on, is not forgotten.
    for ref in ("main", "side"):
        worked.repo.git("update-ref", f"refs/remotes/origin/{ref}", ref)
    worked.handoffd("note", "done", "talked to Kim")
    worked.handoffd("flush")
    worked.repo.commit("feat: four", {"d.py": "x = 1\n"})
    worked.handoffd("log")
    assert json.loads(worked.handoffd("prune", "--before", "0s", "--json"))["forgotten"] > 0
    assert subjects(worked) == ["feat: four"]
    # The log is read anew from its beginning when what was known of it does not fit any more.
    log = worked.repo.root / ".git/logs/HEAD"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[1:]))
    assert subjects(worked) == ["feat: four"]
    assert worked.handoffd("show").startswith("# Session Handoff")


def test_nothing_old_is_nothing_forgotten(worked: Watched) -> None:
    before = worked.events()
    assert worked.handoffd("prune").startswith("0 events")
    assert worked.events() == before


def test_handoffs_of_a_removed_worktree_stay_readable(watched: Watched, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    watched.repo.git("worktree", "add", "-q", "-b", "side", str(linked))
    watched.handoffd("note", "todo", "what the linked one knew", cwd=linked)
    watched.handoffd("flush", cwd=linked)
    watched.handoffd("note", "todo", "main's own")
    watched.handoffd("flush")
    watched.repo.git("worktree", "remove", "--force", str(linked))
    assert len(watched.handoffd("list").splitlines()) == 1
    rows = [json.loads(line) for line in watched.handoffd("list", "--all", "--json").splitlines()]
    assert [row["worktree"].partition("@")[0] for row in rows] == [".", "worktrees/linked"]
    assert [["  main worktree  " in line, "  linked  " in line] for line in watched.handoffd("list", "--all").splitlines()] == [[True, False], [False, True]]
    assert "what the linked one knew" in watched.handoffd("show", "--all", "-n", "1")


def test_a_worktree_that_takes_a_removed_one_s_name_begins_anew(watched: Watched, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    for branch in ("one", "two"):
        watched.repo.git("worktree", "add", "-q", "-b", branch, str(linked))
        assert cli("list", cwd=linked).returncode == 1
        watched.handoffd("note", "todo", f"of {branch}", cwd=linked)
        watched.handoffd("flush", cwd=linked)
        assert f"of {branch}" in watched.handoffd("show", cwd=linked)
        assert len(watched.handoffd("list", cwd=linked).splitlines()) == 1
        watched.repo.git("worktree", "remove", "--force", str(linked))
    assert len(watched.handoffd("list", "--all").splitlines()) == 2
