"""Many processes at once, and the files that say which daemon runs in any state."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from handoffd.daemon.lifecycle import AlreadyRunning, Held, running
from handoffd.daemon.runtime_file import Runtime, read_runtime
from tests.support import cli, other_user, wait_for
from tests.watched import Watched

SECONDS = 60 if os.environ.get("HANDOFFD_NIGHTLY") else 3
LOCK, RUNTIME = "daemon.lock", "runtime.json"


def daemons_of(home: Path) -> list[int]:
    """Pids of the daemons that live in this home, whoever started them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words, variables = (process / "cmdline").read_bytes().split(b"\0"), (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[1:5] == [b"-I", b"-m", b"handoffd", b"daemon"] and f"HOME={home}".encode() in variables:
            found.append(int(process.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="counts processes in /proc")
def test_of_twenty_daemons_started_at_once_one_lives(watched: Watched) -> None:
    words = ["daemon"] * 12 + ["start"] * 8
    said = [watched.home / f"said-{number}" for number in range(len(words))]
    started = []
    for word, file in zip(words, said, strict=True):
        with file.open("wb") as output:
            started.append(subprocess.Popen([sys.executable, "-m", "handoffd", word], cwd=watched.home, stdout=output, stderr=output))
    wait_for(lambda: sum(one.poll() is None for one in started) <= 1 and len(daemons_of(watched.home)) == 1, seconds=90)
    (alive,) = daemons_of(watched.home)
    assert watched.status()["daemon"]["pid"] == alive
    for word, one, file in zip(words, started, said, strict=True):
        if one.pid == alive:
            watched.daemons.append(one)
            continue
        code, output = one.wait(30), file.read_text()
        assert "Traceback" not in output and "bug" not in output, output
        assert (code, f"pid {alive}" in output) == (1 if word == "daemon" else 0, True), output
    log = next(iter(watched.state.glob("daemon.log")), None)
    assert log is None or "Traceback" not in log.read_text()
    oid = watched.repo.commit("feat: seen")
    wait_for(lambda: watched.seen_by_the_daemon(oid), 30)


def test_eight_processes_that_write_at_once_lose_and_double_nothing(watched: Watched) -> None:
    watched.daemon()
    end = time.monotonic() + SECONDS
    failed: list[str] = []
    kept: list[str] = []

    def work(number: int) -> None:
        for turn in range(10**6):
            if time.monotonic() > end:
                return
            text = f"note {number} of turn {turn}"
            words = [("note", "learning", text), ("flush",), ("log", "--json")][(number + turn) % 3]
            done = cli(*words, cwd=watched.repo.root)
            if done.returncode or "Traceback" in done.stderr:
                failed.append(f"{words}: {done.returncode} {done.stderr}")
            elif words[0] == "note":
                kept.append(text)
            if number == 0:
                watched.repo.commit(f"feat: turn {turn}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert not failed, failed[:3]
    events = watched.events()
    notes = [event["data"]["text"] for event in events if event["kind"] == "note"]
    assert kept and sorted(notes) == sorted(kept)
    assert watched.movements() == [tuple(line) for line in watched.reflog()]
    assert [event["id"] for event in events] == sorted({event["id"] for event in events})
    closing = [event for event in events if event["kind"] == "handoff" and event["data"]["stage"] == "written" and event["data"].get("closes", True)]
    assert len({event["data"]["name"] for event in closing}) == len(closing) == len(watched.files())
    assert "Traceback" not in watched.said


@pytest.fixture
def stranger() -> subprocess.Popen[bytes]:
    """A process that has nothing to do with us."""
    process = subprocess.Popen(["sleep", "600"])
    yield process  # type: ignore[misc]
    process.kill()
    process.wait()


def records(pid: int) -> list[bytes]:
    """What may stand in a lock file: nothing, rubbish, another live process, groups and everybody, other shapes."""
    told = [{"pid": number, "since": 1.0, "version": "0"} for number in (pid, 0, -1, 2**70)]
    return [b"", b"\xff\xfe rubbish", b"[" * 9000, b"[1]", b'{"pid": "x"}', *(json.dumps(one).encode() for one in told)]


def test_a_stale_lock_file_fools_nobody(watched: Watched, stranger: subprocess.Popen[bytes]) -> None:
    for record in records(stranger.pid):
        (watched.state / LOCK).write_bytes(record)
        (watched.state / RUNTIME).write_bytes(record)
        assert running(watched.state) is None and read_runtime(watched.state, 1) == Runtime()
    (watched.state / LOCK).write_bytes(records(stranger.pid)[5])
    assert cli("stop").stdout == "no daemon runs\n"
    assert stranger.poll() is None
    watched.daemon()
    assert watched.status()["daemon"]["pid"] == watched.daemons[-1].pid


def test_a_lock_file_that_names_another_process_harms_only_its_daemon(watched: Watched, stranger: subprocess.Popen[bytes]) -> None:
    daemon = watched.daemon()
    for record in records(stranger.pid):
        (watched.state / LOCK).write_bytes(record)
        found = running(watched.state)
        assert found is not None and found.pid == daemon.pid
        with pytest.raises(AlreadyRunning, match=f"pid {daemon.pid}"):
            Held(watched.state, "0")
    (watched.state / LOCK).write_bytes(records(stranger.pid)[5])
    assert cli("stop").stdout == "the daemon has ended\n"
    assert daemon.wait(20) == 0 and stranger.poll() is None


@pytest.mark.parametrize("name", [LOCK, "daemon.log", "wanted"])
def test_a_folder_in_place_of_a_file_is_told_with_its_remedy(watched: Watched, name: str) -> None:
    (watched.state / name).unlink(missing_ok=True)
    (watched.state / name).mkdir()
    done = cli("start")
    assert done.returncode == 1 and str(watched.state / name) in done.stderr and "hint:" in done.stderr, done.stderr
    assert cli("status").returncode in (0, 1)
    watched.handoffd("flush")
    (watched.state / name).rmdir()
    watched.handoffd("start")
    watched.handoffd("stop")


def test_a_runtime_file_that_cannot_be_written_is_said_once(watched: Watched) -> None:
    (watched.state / RUNTIME).mkdir()
    with (watched.home / "daemon.err").open("ab") as log:
        daemon = subprocess.Popen([sys.executable, "-m", "handoffd", "daemon"], stderr=log)
    watched.daemons.append(daemon)
    oids = [watched.repo.commit(f"feat: {number}") for number in range(3)]
    wait_for(lambda: RUNTIME in watched.said, seconds=30)
    wait_for(lambda: set(oids) <= {event["data"]["new"] for event in watched.events("commit")}, seconds=30)
    assert watched.said.count("\n") == 1, watched.said
    assert [file.name for file in watched.state.iterdir() if file.name.startswith(f"{RUNTIME}.")] == []


def test_what_killed_writers_left_half_done_goes_at_the_next_start(watched: Watched) -> None:
    entry = watched.state / "worktrees" / "00.json.7.tmp"
    fresh = entry.with_name("00.json.8.tmp")
    for file in (watched.state / f"{RUNTIME}.99999", entry, fresh):
        file.write_text("{")
    os.utime(entry, (1, 1))
    watched.daemon()
    assert not entry.exists() and fresh.exists()
    assert [file.name for file in watched.state.glob(f"{RUNTIME}*")] == [RUNTIME]


def test_a_home_of_two_hundred_characters(watched: Watched, tmp_path: Path) -> None:
    home = tmp_path / ("h" * 100) / ("o" * 99)
    home.mkdir(parents=True)
    env = {"HOME": str(home), "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""}
    for words in ("init",), ("start",), ("note", "todo", "long way home"), ("flush",), ("status",), ("stop",):
        done = cli(*words, cwd=watched.repo.root, env=env)
        assert done.returncode == 0, (words, done.stdout, done.stderr)


def test_the_state_folder_taken_away_leaves_one_daemon(watched: Watched) -> None:
    daemon = watched.daemon()
    before = watched.state
    before.rename(before.with_name("elsewhere"))
    (before.with_name("elsewhere") / "worktrees").rename(before.with_name("kept"))
    oid = watched.repo.commit("feat: unknown")  # any wake-up lets it look for its lock
    wait_for(lambda: (before / LOCK).exists(), seconds=30)
    assert f"pid {daemon.pid}" in cli("daemon").stderr
    before.with_name("kept").rename(before / "worktrees")
    os.kill(daemon.pid, signal.SIGHUP)
    wait_for(lambda: oid in [event["data"]["new"] for event in watched.events("commit")], seconds=30)
    assert cli("stop").returncode == 0 and daemon.wait(20) == 0


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make another user's files")
def test_another_users_state_folder_is_told_not_used() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        (Path(folder) / "handoffd").mkdir(mode=0o755)
        env = {**os.environ, "XDG_STATE_HOME": folder, "HOME": folder}
        command = [*other_user(), sys.executable, "-I", "-m", "handoffd", "start"]
        done = subprocess.run(command, cwd="/", env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "hint:" in done.stderr and f"{folder}/handoffd" in done.stderr, done.stderr


def test_the_journals_lock_lets_one_process_checkpoint_at_a_time(watched: Watched) -> None:
    """SQLite before 3.51.3 can lose what two processes fold back at once: while the lock is held, nobody changes the database file."""
    journal = watched.repo.root / ".git" / "handoffd"
    with (journal / "journal.lock").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        before = (journal / "journal.db").read_bytes()
        threads = [threading.Thread(target=cli, args=("note", "todo", f"{number}"), kwargs={"cwd": watched.repo.root}) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (journal / "journal.db").read_bytes() == before
    assert len(watched.events("note")) == 3
