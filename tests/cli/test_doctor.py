"""What `doctor` finds, and that `--fix` mends each of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support import cli, wait_for
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


def no_hook_of_commits(watched: Watched) -> None:
    (watched.repo.root / ".git/hooks/post-commit").write_text("#!/bin/sh\necho theirs\n")


def program_is_gone(watched: Watched) -> None:
    """As when the virtual environment that `init` was run from is deleted, or another one is used now."""
    hook = watched.repo.root / ".git/hooks/pre-push"
    said = re.sub(r'\S+ -C "\$PWD" flush', "'/no where/handoffd' -C \"$PWD\" flush", hook.read_text())
    assert "/no where/" in said
    hook.write_text(said)


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


def misleading_index(watched: Watched) -> None:
    """An index that does not lead to the events any more: SQLite reads it without a word."""
    path = watched.repo.root / ".git/handoffd/journal.db"
    with closing(sqlite3.connect(path)) as database:
        page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event_of_worktree'").fetchone()[0]
    raw = bytearray(path.read_bytes())
    raw[raw.rindex(b".", 0, page * 4096)] = 0xAE
    path.write_bytes(raw)


def damaged_registry(watched: Watched) -> None:
    (state_of(watched) / "worktrees" / "00.json").write_text("{")


def lost_registry(watched: Watched) -> None:
    """As when the state folder was removed, or the host has another name now."""
    shutil.rmtree(state_of(watched) / "worktrees")


def missing_journal(watched: Watched) -> None:
    for file in (watched.repo.root / ".git/handoffd").glob("journal.db*"):
        file.unlink()


def dead_daemon(watched: Watched) -> None:
    (state_of(watched) / "wanted").touch()


def state_of(watched: Watched) -> Path:
    return next(watched.home.glob(".local/state/handoffd/*"))


@pytest.mark.parametrize(
    ("harm", "check"),
    [
        (no_hook, "hook pre-push"),
        (hook_without_right, "hook pre-push"),
        (no_hook_of_commits, "hook post-commit"),
        (program_is_gone, "hook pre-push"),
        (no_exclude, "handoff files"),
        (open_journal, "journal mode"),
        (damaged_journal, "journal"),
        (misleading_index, "journal"),
        (open_state, "state folder"),
        (writable_state, "state folder"),
        (writable_above_the_state, "state folder"),
        (gone_repository, "registry"),
        (damaged_registry, "registry"),
        (dead_daemon, "daemon"),
        (lost_registry, "watched"),
        (missing_journal, "journal"),
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


def folder_is_a_file(watched: Watched) -> None:
    watched.repo.write(".claude", "mine")


def newer_journal(watched: Watched) -> None:
    with closing(sqlite3.connect(watched.repo.root / ".git/handoffd/journal.db")) as database:
        database.execute("INSERT INTO migration SELECT 99, 'later', at FROM migration LIMIT 1")
        database.commit()


def copied_repository(watched: Watched) -> None:
    """Another git dir stands in the place of the one that the journal was made for."""
    git_dir = watched.repo.root / ".git"
    shutil.copytree(git_dir, watched.home / "copy", symlinks=True)
    git_dir.rename(watched.home / "original")
    (watched.home / "copy").rename(git_dir)


@pytest.mark.parametrize(
    ("harm", "check", "remedy"),
    [
        (folder_is_a_file, "handoff folder", "move it away"),
        (newer_journal, "journal", "upgrade"),
        (copied_repository, "journal", "handoffd init"),
    ],
)
def test_what_a_person_must_decide_is_found_with_its_remedy_and_left(
    watched: Watched, harm: Callable[[Watched], None], check: str, remedy: str
) -> None:
    harm(watched)
    found = wrong(watched)
    assert [finding["check"] for finding in found] == [check] and remedy in found[0]["remedy"] and not found[0]["mend"]
    assert wrong(watched, "--fix") == found


@pytest.mark.skipif(not shutil.which("unshare"), reason="no unshare here")
@pytest.mark.parametrize(
    ("mounts", "why"),
    [
        ("mount --bind {0} {0} && mount -o remount,bind,ro {0}", "read-only"),
        ("cp -a {0} {0}.kept && mount -t tmpfs -o size=400k,mode=700 none {0} && cp -a {0}.kept/. {0}", "KB of room left"),
    ],
    ids=["read-only", "full"],
)
def test_a_disk_that_takes_nothing_is_found(watched: Watched, mounts: str, why: str) -> None:
    script = f'{mounts.format(watched.repo.root / ".git/handoffd")} || exit 99; exec "$0" -m handoffd doctor --json'
    done = subprocess.run(["unshare", "-Urm", "sh", "-c", script, sys.executable], cwd=watched.repo.root, capture_output=True, text=True, check=False)
    if done.returncode == 99 or "unshare" in done.stderr:
        pytest.skip("this user may not mount in a namespace")
    (found,) = [finding for line in done.stdout.splitlines() if (finding := json.loads(line))["check"] == "room"]
    assert done.returncode == 1 and not found["ok"] and why in found["says"] and found["remedy"], (done.stdout, done.stderr)


def test_a_daemon_that_stands_still_is_found_and_replaced(watched: Watched) -> None:
    daemon = watched.daemon()
    assert wrong(watched) == [] and not watched.status()["trouble"]
    daemon.send_signal(signal.SIGSTOP)
    wait_for(lambda: "stands still" in watched.status()["trouble"])
    assert cli("status").returncode == 1
    (found,) = wrong(watched)
    assert found["check"] == "daemon" and "stands still" in found["says"] and "handoffd restart" in found["remedy"]
    assert wrong(watched, "--fix") == []
    assert daemon.wait(20) == 0 and watched.status()["daemon"]["pid"] != daemon.pid
    watched.handoffd("stop")


def test_what_made_no_sense_in_the_spool_is_told_with_a_word_on_it(watched: Watched) -> None:
    with (watched.repo.root / ".git/handoffd/spool").open("a") as spool:
        spool.write('{"v": 1, "kind": "no\n')
    watched.handoffd("log")
    said = [line for line in cli("doctor", cwd=watched.repo.root).stdout.splitlines() if "made no sense" in line]
    assert len(said) == 1 and "1 line of" in said[0] and "troubleshooting" in said[0]


def test_outside_of_a_repository_the_machine_is_examined(home: Path, tmp_path: Path) -> None:
    done = cli("doctor", cwd=tmp_path)
    assert "git  " in done.stdout and "all is well" in done.stdout and "hook" not in done.stdout


def test_a_place_that_is_asked_about_must_be_one(home: Path, tmp_path: Path) -> None:
    done = cli("doctor", str(tmp_path))
    assert done.returncode == 1 and "hint:" in done.stderr and not done.stdout


def test_a_clock_that_went_back_is_told(watched: Watched) -> None:
    watched.handoffd("log")
    with closing(sqlite3.connect(watched.repo.root / ".git/handoffd/journal.db")) as database:
        database.execute("UPDATE meta SET value = '9e9' WHERE name = 'looked .'")
        database.commit()
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


def test_status_names_the_remedy_for_a_repository_that_is_gone(watched: Watched) -> None:
    gone_repository(watched)
    gone = watched.home / "other"
    (state,) = [one["state"] for one in watched.status()["worktrees"] if one["path"] == str(gone)]
    assert f"handoffd uninit {gone}" in state


@pytest.mark.parametrize("verb", ["status", "doctor"])
def test_several_mistakes_of_the_config_are_told_apart(watched: Watched, verb: str) -> None:
    watched.configure("idle: 5\nkeeep: 3d\n")
    said = cli(verb, cwd=watched.repo.root).stdout
    assert "idle:" in said and "keeep:" in said and "\\n" not in said
