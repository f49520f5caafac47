"""What a person installs it for: step away, and the handoff is there."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable

from tests.support import cli, wait_for
from tests.watched import Watched


def test_idle_writes_the_handoff_by_itself(watched: Watched) -> None:
    watched.configure("idle: 2s\n")
    watched.handoffd("flush")  # what was there at the start is a session of its own
    watched.daemon()
    watched.repo.commit("feat: add retry", {"src/retry.py": "def retry():\n    return 1\n"})
    text = wait_for(lambda: watched.files()[1:], seconds=30)[0].read_text()
    assert "feat: add retry" in text and "✓ Add retry — adds retry (1 file)" in text
    assert watched.events("handoff")[-1]["data"]["trigger"] == "idle"
    assert watched.events("handoff")[-1]["by"] == "daemon"


def test_a_daemon_says_of_a_session_that_was_over_before_it_came_that_it_is_reconstructed(watched: Watched) -> None:
    watched.configure("idle: 1s\nsession_gap: 2s\n")
    watched.repo.commit("feat: before the crash", {"a.py": "x = 1\n"})
    watched.handoffd("log")
    time.sleep(3)  # longer than the gap, and nobody there
    watched.daemon()
    assert "Reconstructed" in wait_for(watched.files, seconds=20)[0].read_text()


def test_an_idle_session_is_written_once(watched: Watched) -> None:
    watched.configure("idle: 1s\n")
    watched.handoffd("flush")  # what was there at the start is a session of its own
    watched.daemon()
    watched.repo.commit("feat: one")
    wait_for(lambda: len(watched.files()) == 2, seconds=20)
    watched.handoffd("flush")
    watched.handoffd("flush")
    assert len(watched.files()) == 2


def test_a_commit_is_journalled_by_the_daemon_within_two_seconds(watched: Watched) -> None:
    watched.daemon()
    oid = watched.repo.commit("feat: live")
    time.sleep(2)  # the promise itself: two seconds, without anybody asking
    found = [event for event in watched.events("commit") if event["data"]["new"] == oid]
    assert [event["by"] for event in found] == ["daemon"]


def test_a_push_leaves_a_checkpoint_and_is_not_held_up(watched: Watched, pushed: Callable[[], None]) -> None:
    pushed()
    watched.repo.commit("feat: to be pushed", {"a.py": "def a():\n    pass\n"})
    watched.daemon()
    before = time.monotonic()
    watched.repo.git("push", "-q", "origin", "main")
    assert time.monotonic() - before < 5
    files = wait_for(watched.files, seconds=20)
    handoff = wait_for(lambda: [e for e in watched.events("handoff") if e["data"]["stage"] == "written"], seconds=20)
    assert handoff[0]["data"].get("closes", False) is False
    wait_for(lambda: "(pushed)" in files[0].read_text(), seconds=20)
    assert len(watched.files()) == 1


def test_a_push_mends_what_the_last_handoff_says(watched: Watched, pushed: Callable[[], None]) -> None:
    pushed()
    watched.repo.commit("feat: later", {"a.py": "x = 1\n"})
    watched.handoffd("flush")
    assert "Push 1 commit" in watched.files()[0].read_text()
    watched.repo.git("push", "-q", "origin", "main")
    watched.handoffd("log")
    wait_for(lambda: "Push 1 commit" not in watched.files()[0].read_text(), seconds=20)
    assert len(watched.files()) == 1


def test_sigusr1_writes_and_sigterm_leaves_a_checkpoint(watched: Watched) -> None:
    daemon = watched.daemon()
    watched.repo.commit("feat: one")
    wait_for(lambda: any(event["data"]["subject"] == "feat: one" for event in watched.events("commit")))
    os.kill(daemon.pid, signal.SIGUSR1)
    wait_for(watched.files)
    watched.repo.commit("feat: two")
    wait_for(lambda: any(event["data"]["subject"] == "feat: two" for event in watched.events("commit")))
    os.kill(daemon.pid, signal.SIGTERM)
    assert daemon.wait(15) == 0
    assert len(watched.files()) == 2
    assert watched.events("handoff")[-1]["data"]["trigger"] == "terminate"


def test_a_bad_config_keeps_the_old_settings_and_says_so(watched: Watched) -> None:
    watched.configure("idle: 2s\n")
    daemon = watched.daemon()
    watched.configure("idel: 9\n")
    os.kill(daemon.pid, signal.SIGHUP)
    wait_for(lambda: b"did you mean idle" in (watched.home / "daemon.err").read_bytes())
    watched.configure("idle: 2s\n")
    watched.repo.commit("feat: still watched")
    wait_for(watched.files, seconds=20)


def test_two_linked_worktrees_never_mix(watched: Watched) -> None:
    watched.daemon()
    other = watched.repo.root.parent / "linked"
    watched.repo.git("worktree", "add", "-q", "-b", "side", str(other))
    (other / "side.py").write_text("def side():\n    pass\n")
    watched.repo.git("-C", str(other), "add", "side.py")
    watched.repo.git("-C", str(other), "commit", "-qm", "feat: side")
    watched.repo.commit("feat: main", {"main.py": "def main():\n    pass\n"})
    watched.handoffd("flush")
    watched.handoffd("flush", cwd=other)
    mine, theirs = watched.files()[0].read_text(), watched.files(other)[0].read_text()
    assert "feat: main" in mine and "side.py" not in mine and "feat: side" not in mine.replace("feat: side-", "")
    assert "feat: side" in theirs and "main.py" not in theirs
    assert not [event for event in watched.events("commit", cwd=other) if event["data"]["subject"] == "feat: main"]


def test_a_stopped_daemon_stops_nobody(watched: Watched, pushed: Callable[[], None]) -> None:
    pushed()
    daemon = watched.daemon()
    os.kill(daemon.pid, signal.SIGSTOP)
    before = time.monotonic()
    watched.repo.commit("feat: while stopped", {"a.py": "a = 1\n"})
    watched.repo.git("push", "-q", "origin", "main")
    assert time.monotonic() - before < 3
    watched.handoffd("flush")
    assert "feat: while stopped" in watched.files()[0].read_text()
    os.kill(daemon.pid, signal.SIGCONT)
    assert watched.movements() == [tuple(line) for line in watched.reflog()]


def test_a_second_daemon_says_who_runs(watched: Watched) -> None:
    daemon = watched.daemon()
    second = cli("daemon", cwd=watched.home)
    assert second.returncode == 1
    assert f"pid {daemon.pid}" in second.stderr and "Traceback" not in second.stderr


def test_a_dead_daemon_is_started_again_by_the_next_verb(watched: Watched) -> None:
    watched.handoffd("start")
    state = wait_for(lambda: next(watched.home.glob(".local/state/handoffd/*/runtime.json"), None))
    pid = wait_for(lambda: json.loads(state.read_text()).get("pid"))
    os.kill(pid, signal.SIGKILL)
    watched.handoffd("log")
    assert wait_for(lambda: json.loads(state.read_text()).get("pid") != pid)
    watched.handoffd("stop")
    assert "not running" in cli("status").stdout


def test_every_folder_is_watched_and_status_says_that_all_is_well(watched: Watched) -> None:
    watched.repo.write(".gitignore", "node_modules/\n")
    watched.repo.write("node_modules/x/y/z.js", "1\n")
    watched.repo.write("src/deep/er/a.py", "x = 1\n")
    watched.daemon()
    status = json.loads(watched.handoffd("status", "--json"))
    assert [worktree["state"] for worktree in status["worktrees"]] == [""]
    watched.repo.write("new/folder/b.py", "y = 1\n")
    wait_for(lambda: watched.file_seen_by_the_daemon("new/folder/b.py"))


def test_doctor_finds_nothing_wrong_after_init_and_start(watched: Watched) -> None:
    watched.daemon()
    done = cli("doctor", cwd=watched.repo.root)
    assert "hook pre-push" in done.stdout and "handoff files" in done.stdout
    assert "WRONG" not in done.stdout.replace("WRONG  program", ""), done.stdout


def test_a_journal_folder_taken_away_under_a_daemon_is_told_with_its_remedy(watched: Watched) -> None:
    watched.daemon()
    shutil.rmtree(watched.repo.root / ".git/handoffd")
    watched.repo.commit("feat: nowhere to put it")
    wait_for(lambda: "no journal" in watched.said, seconds=30)
    assert "handoffd init" in watched.said
    watched.handoffd("init")
    oid = watched.repo.commit("feat: kept again")
    wait_for(lambda: watched.seen_by_the_daemon(oid), seconds=60, every=0.5)
    assert len(watched.events("commit")) == 3
