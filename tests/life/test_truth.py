"""Every movement once, whatever happens to git's logs, and one file a session, whenever a process dies."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from handoffd.files.config import Settings
from handoffd.files.crash_points import VARIABLE
from handoffd.pipeline.flush import refresh
from handoffd.pipeline.workspace import open_place
from tests.support import cli, wait_for
from tests.watched import Watched

HOLD = """
import os, signal, sys, time
from pathlib import Path
from handoffd.journal.store import Journal
from handoffd.model.events import Event
from handoffd.model.facts import Note
with Journal(Path(sys.argv[1])).write(time.time(), "cli") as writer:
    writer.append([Event("note", time.time(), "note:held", Note("todo", "held back"), ".")])
    print("holding", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
"""

DIE = """
import os, sys, time
from pathlib import Path
import handoffd.pipeline.deliver as closing
from handoffd.files.config import Settings
from handoffd.model.triggers import Trigger
from handoffd.pipeline.flush import flush
from handoffd.pipeline.workspace import open_place

def rename_and_die(*args):
    real(*args)
    os._exit(9)

real, closing.write = closing.write, rename_and_die
flush(open_place(Path(sys.argv[1]), Settings(), dict(os.environ)), Trigger.FLUSH, "cli", time.time())
"""


def test_checkouts_stashes_and_twin_branches_within_one_second(watched: Watched) -> None:
    repo = watched.repo
    watched.daemon()
    repo.git("branch", "twin")
    for number in range(3):
        repo.write("README.md", f"stash {number}\n")
        repo.git("stash", "-q")
        repo.git("checkout", "-q", "twin")
        repo.git("checkout", "-q", "main")
    assert watched.movements() == [tuple(line) for line in watched.reflog()]
    made = [event["data"]["oid"] for event in watched.events("stash") if event["data"]["action"] == "made"]
    assert len(made) == len(set(made)) == 3
    middle = repo.git("rev-parse", "stash@{1}")
    repo.git("stash", "drop", "-q", "stash@{1}")
    stashes = watched.events("stash")
    assert [event["data"]["oid"] for event in stashes if event["data"]["action"] == "gone"] == [middle]
    assert len(stashes) == 4


def test_a_reflog_that_expired_and_grew_again_loses_and_doubles_nothing(watched: Watched) -> None:
    repo = watched.repo
    for number in range(4):
        repo.commit(f"feat: {number}")
    before = watched.movements()
    assert before == [tuple(line) for line in watched.reflog()]
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.commit("feat: after")
    grown = watched.reflog()
    assert len(grown) < len(before)
    assert watched.movements() == [*before, tuple(grown[-1])]


def test_a_reflog_that_was_emptied_before_anybody_looked_loses_no_commit_of_the_history(watched: Watched) -> None:
    """As `git reflog expire --expire=now --all && git gc --prune=now` and history filters do it."""
    repo = watched.repo
    watched.handoffd("log")
    repo.commit("feat: one")
    repo.commit("feat: dropped")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit("feat: two")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "-q", "--prune=now")
    told = [("chore: start", "main"), ("feat: one", "topic"), ("feat: two", "topic")]
    assert [(event["data"]["subject"], event["branch"]) for event in watched.events("commit")] == told
    # Emptied again, with a line after it: the gap ends where that begins.
    repo.commit("feat: three")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.commit("feat: four")
    told += [("feat: three", "topic"), ("feat: four", "topic")]
    assert [(event["data"]["subject"], event["branch"]) for event in watched.events("commit")] == told


def test_a_log_that_is_taken_away_is_still_told_from_the_journal(watched: Watched) -> None:
    watched.repo.commit("feat: one")
    before = watched.events()
    (watched.repo.root / ".git/logs/HEAD").unlink()
    assert watched.events() == before


def test_a_process_stopped_inside_its_transaction_stops_nobody(watched: Watched) -> None:
    watched.repo.commit("feat: held up", {"a.py": "def a():\n    pass\n"})
    watched.handoffd("flush", "--trigger", "pre-push")
    journal = watched.repo.root / ".git" / "handoffd"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(journal)], stdout=subprocess.PIPE, cwd=os.getcwd())
    assert holder.stdout is not None and holder.stdout.readline() == b"holding\n"
    try:
        before = time.monotonic()
        watched.repo.commit("feat: goes on")
        watched.handoffd("note", "gotcha", "the queue is slow")
        watched.handoffd("log")
        done = cli("flush", cwd=watched.repo.root)
        assert done.returncode == 1 and "the session is still open" in done.stderr and done.stdout.strip() == str(watched.files()[-1])
        assert time.monotonic() - before < 30
        text = watched.files()[-1].read_text()
        assert len(watched.files()) == 2 and "feat: held up" in text and "feat: goes on" in text
    finally:
        os.kill(holder.pid, signal.SIGCONT)
        holder.wait(15)
        holder.stdout.close()
    notes = [event["data"]["text"] for event in watched.events("note")]
    assert sorted(notes) == ["held back", "the queue is slow"]
    assert watched.movements() == [tuple(line) for line in watched.reflog()]
    watched.handoffd("flush")
    (file,) = watched.files()
    assert "feat: goes on" in file.read_text()


def test_killed_between_rename_and_journal_leaves_one_file(watched: Watched) -> None:
    watched.repo.commit("feat: one", {"a.py": "def a():\n    pass\n"})
    done = subprocess.run([sys.executable, "-c", DIE, str(watched.repo.root)], cwd=os.getcwd(), check=False)
    assert done.returncode == 9
    assert len(watched.files()) == 1
    watched.handoffd("flush")
    assert len(watched.files()) == 1
    written = [event for event in watched.events("handoff") if event["data"]["stage"] == "written"]
    assert len(written) == 1 and written[0]["data"]["closes"] is True


def test_a_daemon_killed_again_and_again_loses_nothing(watched: Watched) -> None:
    for number in range(6):
        daemon = watched.daemon()
        watched.repo.commit(f"feat: {number}", {f"f{number}.py": "x = 1\n"})
        if number % 2:
            time.sleep(0.05 * number)
        os.kill(daemon.pid, signal.SIGKILL)
        daemon.wait()
    assert watched.movements() == [tuple(line) for line in watched.reflog()]


def test_a_gap_closes_the_session_before_newer_work(watched: Watched, set_clock: Callable[[int], None]) -> None:
    watched.configure("idle: 5m\nsession_gap: 10m\n")
    watched.handoffd("flush")  # what was there at the start is a session of its own
    watched.repo.commit("feat: before lunch", {"a.py": "x = 1\n"})
    watched.handoffd("log")
    set_clock(660)  # longer than the gap, and nobody there
    watched.repo.commit("feat: after lunch", {"b.py": "x = 1\n"})
    watched.handoffd("flush")
    _, first, second = (file.read_text() for file in wait_for(lambda: len(watched.files()) == 3 and watched.files()))
    assert "Reconstructed" in first and "feat: before lunch" in first and "after lunch" not in first
    assert "feat: after lunch" in second and "before lunch" not in second


def test_a_note_after_a_gap_begins_a_session(watched: Watched, set_clock: Callable[[int], None]) -> None:
    watched.configure("idle: 5m\nsession_gap: 10m\n")
    watched.handoffd("flush")  # what was there at the start is a session of its own
    watched.repo.commit("feat: before lunch", {"a.py": "x = 1\n"})
    watched.handoffd("note", "todo", "eat")
    set_clock(660)  # longer than the gap, and nobody there
    watched.handoffd("note", "todo", "tidy up")
    watched.handoffd("flush", "-m", "digest")
    _, first, second = (file.read_text() for file in watched.files())
    assert "Reconstructed" in first and "feat: before lunch" in first and "- eat" in first and "- tidy up" not in first
    assert "- tidy up" in second and "digest" in second


def test_a_note_is_kept_where_git_cannot_be_read(watched: Watched) -> None:
    index = watched.repo.path(".git/index")
    sound = index.read_bytes()
    index.write_bytes(b"torn")
    watched.handoffd("note", "todo", "mend the index")
    index.write_bytes(sound)
    assert [event["data"]["text"] for event in watched.events("note")] == ["mend the index"]


def test_who_saw_a_push_and_died_leaves_the_handoff_to_the_next(watched: Watched, pushed: Callable[[], None]) -> None:
    pushed()
    watched.repo.commit("feat: later", {"a.py": "x = 1\n"})
    watched.handoffd("flush")
    assert "Push 1 commit" in watched.files()[0].read_text()
    watched.repo.git("push", "-q", "--no-verify", "origin", "main")
    assert cli("log", cwd=watched.repo.root, env={VARIABLE: "committed"}).returncode == -signal.SIGKILL
    watched.handoffd("log")
    assert "Push 1 commit" not in watched.files()[0].read_text() and len(watched.files()) == 1


def test_several_who_look_at_once_tell_a_deletion_once(watched: Watched) -> None:
    watched.repo.path("README.md").unlink()
    lock = watched.repo.path(".git/handoffd/journal.lock")
    with lock.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        words = [sys.executable, "-m", "handoffd", "log"]
        looking = [subprocess.Popen(words, cwd=watched.repo.root, stdout=subprocess.DEVNULL) for _ in range(4)]
        # All have looked once they wait for the lock. One that waits too long gives up and tells nothing.
        wait_for(lambda: all(one.poll() is not None or waits_for(lock, one.pid) for one in looking), seconds=30)
    assert [one.wait(30) for one in looking] == [0] * 4
    assert [event["data"]["action"] for event in watched.events("file") if event["data"]["path"] == "README.md"] == ["deleted"]


def test_what_is_no_record_is_counted_in_status(watched: Watched) -> None:
    with watched.repo.path(".git/handoffd/spool").open("a") as spool:
        spool.write('garbage\n{"v":1,"kind":"note"\n{"v":1,"kind":"note","key":"k","at":5,"data":{"type":"todo","text":"sound"}}\n')
    assert "2 lines of" in cli("status", cwd=watched.repo.root).stdout
    assert [event["data"]["text"] for event in watched.events("note")] == ["sound"]


def waits_for(lock: Path, pid: int) -> bool:
    """Whether the process has the file open."""
    try:
        return any(os.path.realpath(handle) == str(lock) for handle in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def test_a_session_with_nothing_in_it_writes_nothing(watched: Watched) -> None:
    watched.handoffd("flush")
    watched.repo.git("checkout", "-q", "-b", "other")
    watched.handoffd("flush")
    assert len(watched.files()) == 1  # the first commit is in the backfill
    assert len([event for event in watched.events("handoff") if event["data"]["stage"] == "written"]) == 1


def test_an_edited_handoff_is_left_and_a_deleted_one_blocks_no_later_one(watched: Watched) -> None:
    watched.repo.commit("feat: one")
    watched.handoffd("flush", "--trigger", "pre-push")
    first = watched.files()[0]
    first.write_text("mine now\n")
    watched.handoffd("flush", "--trigger", "pre-push")
    assert len(watched.files()) == 1, "nothing new is to be said"
    watched.repo.commit("feat: two")
    watched.handoffd("flush", "--trigger", "pre-push")
    assert first.read_text() == "mine now\n" and len(watched.files()) == 2
    for file in watched.files():
        file.unlink()
    watched.handoffd("flush", "--trigger", "pre-push")
    assert watched.files() == []
    watched.handoffd("flush")
    assert len(watched.files()) == 1


def test_a_push_is_told_whose_branch_a_rebase_holds(watched: Watched, pushed: Callable[[], None]) -> None:
    """HEAD is detached then, and its log has never named the branch."""
    watched.repo.commit("feat: two", {"a.py": "a = 1\n"})
    pushed()
    base = watched.repo.git("rev-parse", "HEAD~1")
    watched.repo.git("-c", "sequence.editor=sed -i 1s/pick/edit/", "rebase", "-q", "--interactive", base)
    assert [event["branch"] for event in watched.events("push")] == ["main"]


def test_what_a_dead_writer_left_goes_at_the_next_look(watched: Watched) -> None:
    """It may have had no lock, so that no journal knows of it."""
    watched.repo.commit("feat: one")
    watched.handoffd("flush")
    left = watched.repo.write(".claude/.handoff-2026-01-02.0123456789ab.tmp", "# Session Hand")
    other = watched.repo.write(".claude/.handoff-notes.tmp", "mine\n")
    watched.handoffd("log")
    assert not left.exists() and other.exists()


def test_a_note_in_a_worktree_that_is_removed_at_once_is_kept(watched: Watched) -> None:
    """Its spool goes with its git dir."""
    watched.repo.git("worktree", "add", "-q", "../side")
    side = watched.repo.root.parent / "side"
    watched.handoffd("log", cwd=side)
    watched.handoffd("note", "done", "first", cwd=side)
    watched.handoffd("note", "done", "second", cwd=side)
    watched.repo.git("worktree", "remove", "../side")
    assert watched.journalled("note") == 2


def test_a_push_and_a_branch_are_told_once_though_their_names_change(watched: Watched, pushed: Callable[[], None]) -> None:
    """Their logs go along under the new names."""
    repo = watched.repo
    pushed()
    repo.git("checkout", "-q", "-b", "side")
    before = watched.events("push", "branch")
    assert {event["kind"] for event in before} == {"push", "branch"}
    repo.git("remote", "rename", "origin", "upstream")
    repo.git("branch", "-m", "side", "other")
    repo.git("branch", "-c", "other", "copy")
    told = watched.events("push", "branch")
    assert told[: len(before)] == before
    assert [event["data"]["name"] for event in told[len(before) :] if event["data"]["action"] == "renamed"] == ["other"]
    repo.git("push", "-q", "upstream", "main:main", "other")
    repo.commit("feat: more")
    repo.git("push", "-q", "upstream", "other")
    assert [event["data"]["ref"] for event in watched.events("push")] == ["refs/remotes/origin/main", *["refs/remotes/upstream/other"] * 2]


@pytest.mark.parametrize("trigger", ["flush", "stop"])
def test_who_waited_for_a_process_that_died_with_the_file_in_place_knows_it_as_ours(watched: Watched, trigger: str) -> None:
    """It has looked already, and waits for the lock to bring the handoff up to date after a push."""
    repo = watched.repo
    repo.git("clone", "-q", "--bare", ".", str(watched.home / "remote.git"))
    repo.git("remote", "add", "origin", str(watched.home / "remote.git"))
    repo.commit("feat: one")
    watched.handoffd("flush", "--trigger", trigger)
    repo.git("push", "-q", "--no-verify", "-u", "origin", "main")
    assert cli("log", cwd=repo.root, env={VARIABLE: "placed"}).returncode == -signal.SIGKILL
    refresh(open_place(repo.root, Settings(), os.environ), "daemon", time.time())
    assert len(watched.files()) == 1 and watched.files()[0].name == Path(watched.handoffd("flush").strip()).name


@pytest.mark.parametrize(("held", "at_work", "left"), [("DIRC", 30, 120), ("", 300, 900)])
def test_a_lock_that_git_left_hides_no_work(watched: Watched, held: str, at_work: int, left: int) -> None:
    """A young one is that of a git at work: what it has done by half is not looked at, and nobody says that there is nothing."""
    watched.handoffd("flush")
    lock = watched.repo.write(".git/index.lock", held)
    os.utime(lock, (time.time() - at_work,) * 2)
    watched.repo.write("new.py", "x = 1\n")
    refused = cli("flush", cwd=watched.repo.root)
    assert refused.returncode == 1 and "git is at work" in refused.stderr and "hint: " in refused.stderr
    os.utime(lock, (time.time() - left,) * 2)
    path = watched.handoffd("flush").strip()
    assert "new.py" in Path(path).read_text()


def test_a_session_goes_on_in_the_folder_that_the_settings_name_now(watched: Watched) -> None:
    watched.handoffd("note", "todo", "before")
    watched.handoffd("flush", "--trigger", "stop")
    assert len(watched.files()) == 1
    watched.configure("directory: docs/handoffs\n")
    watched.handoffd("note", "todo", "after")
    path = Path(watched.handoffd("flush").strip())
    assert path.parent == watched.repo.root / "docs/handoffs"
    assert "before" in path.read_text() and "after" in path.read_text()
    assert not watched.files()
