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

from tests.journal.conftest import mislead_index
from tests.support import OTHER_USER, Repo, cli, wait_for
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


def closed_journal(watched: Watched) -> None:
    (watched.repo.root / ".git/handoffd/journal.db").chmod(0o400)


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
    other.rename(watched.home / "moved away")  # in one step, whatever a daemon does there


def misleading_index(watched: Watched) -> None:
    """An index that does not lead to the events any more: SQLite reads it without a word."""
    mislead_index(watched.repo.root / ".git/handoffd/journal.db")


def damaged_registry(watched: Watched) -> None:
    (state_of(watched) / "worktrees" / "00.json").write_text("{")


def lost_registry(watched: Watched) -> None:
    """As when the state folder was removed, or the host has another name now."""
    shutil.rmtree(state_of(watched) / "worktrees")


def list_is_a_file(watched: Watched) -> None:
    lost_registry(watched)
    (state_of(watched) / "worktrees").write_text("mine")


def folder_in_the_list(watched: Watched) -> None:
    (state_of(watched) / "worktrees" / "00.json").mkdir()


def state_is_a_file(watched: Watched) -> None:
    state = state_of(watched)
    shutil.rmtree(state)
    state.write_text("mine")


def lock_is_a_folder(watched: Watched) -> None:
    (state_of(watched) / "daemon.lock").mkdir()


def journal_lock_is_a_folder(watched: Watched) -> None:
    lock = watched.repo.root / ".git/handoffd/journal.lock"
    lock.unlink()
    lock.mkdir()


def spool_is_a_pipe(watched: Watched) -> None:
    spool = watched.repo.root / ".git/handoffd/spool"
    spool.unlink()
    os.mkfifo(spool)


def no_folder_of_ours(watched: Watched) -> None:
    (watched.repo.root / ".git/handoffd").rename(watched.home / "ours")


def no_key(watched: Watched) -> None:
    (watched.repo.root / ".git/handoffd/redaction.key").unlink()


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
        (closed_journal, "journal mode"),
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
        (list_is_a_file, "registry, watched"),
        (folder_in_the_list, "registry"),
        (state_is_a_file, "state folder, watched"),
        (lock_is_a_folder, "state folder"),
        (journal_lock_is_a_folder, "journal"),
        (spool_is_a_pipe, "spool"),
        (no_folder_of_ours, "repository"),
        (no_key, "repository"),
    ],
)
def test_each_harm_is_found_with_its_remedy_and_mended(watched: Watched, harm: Callable[[Watched], None], check: str) -> None:
    assert wrong(watched) == []
    harm(watched)
    found = wrong(watched)
    assert ", ".join(finding["check"] for finding in found) == check and all(finding["remedy"] and finding["mend"] for finding in found)
    assert wrong(watched, "--fix") == []
    if harm is dead_daemon:
        watched.handoffd("stop")


def folder_is_a_file(watched: Watched) -> None:
    watched.repo.write(".claude", "mine")


def folder_is_another_user_s(watched: Watched) -> None:
    if os.geteuid():
        pytest.skip("only root can give a folder away")
    watched.repo.path(".claude").mkdir()
    os.chown(watched.repo.path(".claude"), OTHER_USER, OTHER_USER)


def journal_is_another_user_s(watched: Watched) -> None:
    if os.geteuid():
        pytest.skip("only root can give a file away")
    os.chown(watched.repo.root / ".git/handoffd/journal.db", OTHER_USER, OTHER_USER)


def state_is_another_user_s(watched: Watched) -> None:
    if os.geteuid():
        pytest.skip("only root can give a folder away")
    os.chown(state_of(watched), OTHER_USER, OTHER_USER)


def exclude_is_a_link(watched: Watched) -> None:
    exclude = watched.repo.root / ".git/info/exclude"
    exclude.unlink()
    exclude.symlink_to(watched.home / "elsewhere")


def damaged_index(watched: Watched) -> None:
    watched.repo.path(".git/index").write_bytes(b"no index")


def damaged_head(watched: Watched) -> None:
    watched.repo.path(".git/HEAD").write_text("no head")


def a_file_in_our_place(watched: Watched) -> None:
    no_folder_of_ours(watched)
    watched.repo.path(".git/handoffd").write_text("mine")


def no_git_dir(watched: Watched) -> None:
    watched.repo.path(".git").rename(watched.home / "taken away")


def taken_out(watched: Watched) -> None:
    watched.handoffd("uninit")


def config_is_a_folder(watched: Watched) -> None:
    (watched.home / ".config/handoffd/config.yaml").mkdir(parents=True)


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
        (folder_is_another_user_s, "handoff folder", "chown"),
        (journal_is_another_user_s, "owner", "chown"),
        (state_is_another_user_s, "state folder", "chown"),
        (exclude_is_a_link, "handoff files", "change that rule"),
        (damaged_index, "repository", "git itself cannot read it"),
        (damaged_head, "repository", "mend it"),
        (a_file_in_our_place, "repository", "move it away, then: handoffd init"),
        (no_git_dir, "repository", "handoffd uninit"),
        (taken_out, "watched", "handoffd init"),
        (config_is_a_folder, "config", "make it a file"),
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
    found = {finding["check"]: finding for finding in map(json.loads, done.stdout.splitlines()) if not finding["ok"]}
    assert done.returncode == 1 and why in found["room"]["says"] and found["room"]["remedy"], (done.stdout, done.stderr)
    # What SQLite says then is no damage, and nothing that --fix could mend.
    assert not found.get("journal", {}).get("mend"), found


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


@pytest.mark.parametrize(("harm", "check"), [(no_folder_of_ours, "repository"), (gone_repository, "registry")])
def test_beside_a_running_daemon_a_harm_is_told_once_and_mended(watched: Watched, harm: Callable[[Watched], None], check: str) -> None:
    watched.daemon()
    harm(watched)
    wait_for(lambda: any(worktree["state"] for worktree in watched.status()["worktrees"]), 30)
    assert [finding["check"] for finding in wrong(watched)] == [check]
    assert wrong(watched, "--fix") == []


def test_a_file_system_that_does_not_answer_is_not_waited_for(watched: Watched) -> None:
    watched.daemon()
    gone_repository(watched)
    root = str(watched.home / "other")
    wait_for(lambda: root in (watched.state / "runtime.json").read_text() and "gone" in (watched.state / "runtime.json").read_text(), 30)
    said = json.loads((watched.state / "runtime.json").read_text())
    said["worktrees"][root]["state"] = "not answering"  # as a helper process tells it that waits there
    (watched.state / "runtime.json").write_text(json.dumps(said))
    (found,) = wrong(watched)
    assert found["check"] == "worktree" and "not answering" in found["says"] and "mount" in found["remedy"]  # and not: it is not there


def test_beside_a_running_daemon_a_git_dir_that_is_gone_is_told(watched: Watched) -> None:
    watched.daemon()
    no_git_dir(watched)
    wait_for(lambda: "bring its .git back" in watched.worktree_state(), 30)
    (found,) = wrong(watched)
    assert found["check"] == "repository" and found["remedy"] in watched.worktree_state()


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


def test_without_git_the_rest_is_examined(watched: Watched, tmp_path: Path) -> None:
    done = cli("doctor", "--json", cwd=watched.repo.root, env={"PATH": str(tmp_path)})
    found = {finding["check"]: finding for finding in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 1 and not found["git"]["ok"] and "not on PATH" in found["git"]["says"] and "state folder" in found, done.stderr


def test_one_that_is_switched_off_is_told_and_nothing_is_wrong(watched: Watched) -> None:
    watched.repo.write(".handoffd.yaml", "enabled: false\n")
    done = cli("doctor", cwd=watched.repo.root)
    assert "switched off" in done.stdout and "WRONG  repository" not in done.stdout


@pytest.mark.parametrize("verb", ["flush", "log", "doctor"])
def test_a_shell_in_a_folder_that_was_removed_is_told_so(home: Path, verb: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'mkdir lost && cd lost && rmdir ../lost && exec "$0" -m handoffd {verb}', sys.executable],
        cwd=home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (
        done.returncode == 1
        and "the current folder is not there any more" in done.stdout + done.stderr
        and "cd to a folder" in done.stdout + done.stderr
    )


@pytest.mark.parametrize("harm", [damaged_head, damaged_index, a_file_in_our_place, config_is_a_folder, no_folder_of_ours])
def test_status_names_the_remedy_of_what_cannot_be_worked_in(watched: Watched, harm: Callable[[Watched], None]) -> None:
    harm(watched)
    done = cli("flush", cwd=watched.repo.root)
    hint = done.stderr.rpartition("hint: ")[2].strip()
    assert done.returncode == 1 and hint and hint in watched.worktree_state()


def test_status_tells_of_a_list_that_cannot_be_read(watched: Watched) -> None:
    damaged_registry(watched)
    done = cli("status", cwd=watched.home)
    assert done.returncode == 1 and "cannot be read (handoffd doctor --fix)" in done.stdout


def pasted(line: str, cwd: Path) -> int:
    """The exit code of a remedy, typed as it stands into a shell."""
    here = line.replace("handoffd ", f"{sys.executable} -m handoffd ", 1)
    return subprocess.run(["sh", "-c", here], cwd=cwd, capture_output=True, check=False).returncode


def test_a_remedy_can_be_pasted_whatever_the_path(home: Path) -> None:
    repo = Repo.create(home / "my repo's $HOME")
    repo.commit("x", x="1")
    (hint,) = re.findall("hint: (.*)", cli("flush", cwd=repo.root).stderr)
    assert pasted(hint, home) == 0 and cli("flush", cwd=repo.root).returncode == 0
    repo.root.rename(home / "moved")
    (found,) = [row for row in map(json.loads, cli("doctor", "--json", cwd=home).stdout.splitlines()) if row["check"] == "registry"]
    told = json.loads(cli("status", "--json", cwd=home).stdout)["worktrees"][0]["state"]
    assert found["remedy"] in told
    assert pasted(found["remedy"], home) == 0 and json.loads(cli("status", "--json", cwd=home).stdout)["worktrees"] == []


def test_a_remedy_with_the_home_folder_in_it_can_be_pasted_too(home: Path) -> None:
    repo = Repo.create(home / "my repo")
    repo.commit("x", x="1")
    cli("init", cwd=repo.root)
    shutil.rmtree(repo.root)
    (remedy,) = re.findall(r"remedy +(handoffd uninit .*) \(handoffd doctor", cli("doctor", cwd=home).stdout)
    assert "~/" in remedy and pasted(remedy, home) == 0


@pytest.mark.parametrize("verb", [("note", "todo", "x"), ("flush",), ("log",), ("prompt",)])
def test_a_linked_worktree_that_leads_nowhere_is_no_bug(watched: Watched, tmp_path: Path, verb: tuple[str, ...]) -> None:
    watched.repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    shutil.rmtree(watched.repo.root / ".git/worktrees/linked")
    done = cli(*verb, cwd=tmp_path / "linked")
    assert done.returncode in (0, 1) and "a bug" not in done.stderr
    assert verb == ("prompt",) or "leads to no repository" in done.stderr


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


@pytest.mark.parametrize("words", [("uninit", "{root}"), ("uninit", "--all")])
def test_a_folder_that_is_no_repository_any_more_can_be_forgotten(watched: Watched, words: tuple[str, ...]) -> None:
    no_git_dir(watched)
    subprocess.run(["git", "init", "-q", str(watched.repo.root.parent)], check=True)  # one around it is not the one that is meant
    done = cli(*(word.format(root=watched.repo.root) for word in words), cwd=watched.home)
    assert done.returncode == 0 and "in no git worktree" in done.stdout, done.stderr
    assert watched.status()["worktrees"] == []


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
