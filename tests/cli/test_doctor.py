"""What `doctor` finds, and that `--fix` mends each of it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import cli
from tests.watched import Watched


def wrong(watched: Watched, *words: str) -> list[dict[str, Any]]:
    done = cli("doctor", "--json", *words, cwd=watched.repo.root)
    assert done.returncode in (0, 1), done.stderr
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode == 1) == any(not finding["ok"] for finding in findings)
    # Whether a script named handoffd stands beside the Python of the tests is not what is tested.
    return [finding for finding in findings if not finding["ok"] and finding["check"] != "program"]


def no_hook(watched: Watched) -> None:
    (watched.repo.root / ".git/hooks/pre-push").unlink()


def hook_without_right(watched: Watched) -> None:
    (watched.repo.root / ".git/hooks/pre-push").chmod(0o644)


def no_exclude(watched: Watched) -> None:
    (watched.repo.root / ".git/info/exclude").write_text("")


def open_journal(watched: Watched) -> None:
    (watched.repo.root / ".git/handoffd").chmod(0o755)
    (watched.repo.root / ".git/handoffd/journal.db").chmod(0o644)


def damaged_journal(watched: Watched) -> None:
    (watched.repo.root / ".git/handoffd/journal.db").write_bytes(b"no database" * 1000)


def open_state(watched: Watched) -> None:
    state_of(watched).chmod(0o755)


def writable_state(watched: Watched) -> None:
    state_of(watched).chmod(0o770)


def writable_above_the_state(watched: Watched) -> None:
    state_of(watched).parent.chmod(0o777)


def gone_repository(watched: Watched) -> None:
    other = watched.home / "other"
    watched.repo.git("init", "-q", str(other))
    watched.handoffd("init", str(other))
    shutil.rmtree(other)


def damaged_registry(watched: Watched) -> None:
    (state_of(watched) / "worktrees" / "00.json").write_text("{")


def dead_daemon(watched: Watched) -> None:
    (state_of(watched) / "wanted").touch()


def state_of(watched: Watched) -> Path:
    return next(watched.home.glob(".local/state/handoffd/*"))


@pytest.mark.parametrize(
    ("harm", "check"),
    [
        (no_hook, "hook pre-push"),
        (hook_without_right, "hook pre-push"),
        (no_exclude, "handoff files"),
        (open_journal, "journal mode"),
        (damaged_journal, "journal"),
        (open_state, "state folder"),
        (writable_state, "state folder"),
        (writable_above_the_state, "state folder"),
        (gone_repository, "registry"),
        (damaged_registry, "registry"),
        (dead_daemon, "daemon"),
    ],
)
def test_each_harm_is_found_with_its_remedy_and_mended(watched: Watched, harm: Callable[[Watched], None], check: str) -> None:
    assert wrong(watched) == []
    harm(watched)
    found = wrong(watched)
    assert [finding["check"] for finding in found] == [check] and found[0]["remedy"] and found[0]["mend"]
    assert wrong(watched, "--fix") == []
    if harm is dead_daemon:
        watched.handoffd("stop")


def test_outside_of_a_repository_the_machine_is_examined(home: Path, tmp_path: Path) -> None:
    done = cli("doctor", cwd=tmp_path)
    assert "git:" in done.stdout and "hook" not in done.stdout


def test_a_place_that_is_asked_about_must_be_one(home: Path, tmp_path: Path) -> None:
    done = cli("doctor", str(tmp_path))
    assert done.returncode == 1 and "hint:" in done.stderr and not done.stdout


def test_a_clock_that_went_back_is_told(watched: Watched) -> None:
    import sqlite3

    watched.handoffd("log")
    with sqlite3.connect(watched.repo.root / ".git/handoffd/journal.db") as database:
        database.execute("UPDATE meta SET value = '9e9' WHERE name = 'looked .'")
    database.close()
    assert [finding["check"] for finding in wrong(watched)] == ["clock"]


def test_what_is_printed_can_be_pasted(watched: Watched) -> None:
    done = cli("doctor", cwd=watched.repo.root, env={"PASSWORD": "hunter2-hunter2"})
    assert os.fspath(watched.home) not in done.stdout and "hunter2" not in done.stdout and "~/" in done.stdout


def test_a_repository_that_is_gone_can_be_forgotten(watched: Watched) -> None:
    gone_repository(watched)
    done = cli("uninit", str(watched.home / "other"), cwd=watched.home)
    assert done.returncode == 0 and "is not there" in done.stdout
    assert "other" not in cli("status", cwd=watched.home).stdout
    assert cli("uninit", str(watched.home / "never"), cwd=watched.home).returncode == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"worktrees": 3}', '{"worktrees": {"/x": 3}}', ""])
def test_a_damaged_runtime_file_says_nothing(watched: Watched, text: str) -> None:
    watched.daemon()
    (state_of(watched) / "runtime.json").write_text(text)
    done = cli("status", "--json", cwd=watched.repo.root)
    assert "Traceback" not in done.stderr and done.returncode in (0, 1)
    assert [worktree["path"] for worktree in json.loads(done.stdout)["worktrees"]] == [str(watched.repo.root)]


def test_uninit_in_a_linked_worktree_ends_the_whole_repository(watched: Watched, tmp_path: Path) -> None:
    watched.repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    watched.handoffd("uninit", cwd=tmp_path / "linked")
    assert json.loads(cli("status", "--json", cwd=tmp_path).stdout)["worktrees"] == []
