"""Test runs from the command to the handoff: wrapped, recorded by pytest, reported; each told once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.life.conftest import Watched
from tests.support import cli, wait_for

TOP = Path(__file__).resolve().parents[2]
REPORT = '<testsuites name="jest tests"><testsuite name="s" tests="2" failures="1"><testcase classname="s" name="a"/><testcase classname="s" name="b"><failure message="boom"/></testcase></testsuite></testsuites>'
WRITES = f"mkdir -p test-results && printf '%s' '{REPORT}' > test-results/junit.xml; exit 1"
# pytest with the plugin of this tree alone, as where handoffd is installed beside it.
PYTEST = (sys.executable, "-m", "pytest", "-p", "handoffd.pytest_plugin", "--junitxml=test-results/junit.xml")


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch, watched: Watched) -> None:
    """Two tests, one red, and nothing of the outer pytest's settings. Its mark of the running test is set again after each phase."""
    for name in [name for name in os.environ if name.startswith(("PYTEST_ADD", "COV_", "COVERAGE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(TOP))
    watched.repo.write("test_a.py", "def test_a(): pass\ndef test_b(): assert 0, 'boom'\n")


def run(watched: Watched, *words: str) -> int:
    """`handoffd run`, as from a shell: not inside of a test."""
    return cli("run", "--", "env", "-u", "PYTEST_CURRENT_TEST", *words, cwd=watched.repo.root).returncode


def status_line(watched: Watched) -> str:
    lines = watched.handoffd("flush", "--dry-run").splitlines()
    return next(line for line in lines if line.startswith("- **Tests**"))


def runs(watched: Watched) -> list[dict[str, Any]]:
    return [event["data"] for event in watched.events("test")]


def test_a_command_without_a_report_has_a_code_and_no_counts(watched: Watched) -> None:
    assert cli("run", "--", "sh", "-c", "exit 1", cwd=watched.repo.root).returncode == 1
    text = watched.handoffd("flush", "--dry-run")
    assert "- **Tests**: ⚠️ exit 1, counts unknown (sh -c 'exit 1', " in text and "> Check with: `sh -c 'exit 1'`" in text
    assert cli("run", "--", "true", cwd=watched.repo.root).returncode == 0
    assert "- **Tests**: ⚠️ exit 0, counts unknown (true, " in watched.handoffd("flush", "--dry-run"), "the other one is still red"
    shown = watched.handoffd("log", "--kind", "test").splitlines()
    assert len(shown) == 2 and shown[0].endswith("exit 1, counts unknown (sh -c 'exit 1')")


def test_a_report_that_appears_during_the_run_is_its_result(watched: Watched) -> None:
    assert run(watched, "sh", "-c", WRITES) == 1
    (told,) = runs(watched)
    assert (told["runner"], told["passed"], told["failed"], told["exit"]) == ("jest", 1, 1, 1) and told["command"].startswith("env -u")
    assert "⚠️ 1 passed, 1 failed (jest, " in status_line(watched)


def test_an_old_report_is_not_the_runs(watched: Watched) -> None:
    subprocess.run(["sh", "-c", WRITES], cwd=watched.repo.root, check=False)
    os.utime(watched.repo.path("test-results/junit.xml"), (1.7e9, 1.7e9))
    assert run(watched, "false") == 1
    assert all("counts unknown" in line for line in (status_line(watched), watched.handoffd("log", "--kind", "test")))


@pytest.mark.usefixtures("plugin")
def test_report_plugin_and_wrapper_are_one_run(watched: Watched) -> None:
    assert run(watched, *PYTEST) == 1
    (told,) = runs(watched)
    assert (told["passed"], told["failed"], told["exit"], told["scope"], told["report"]) == (1, 1, 1, "all", "test-results/junit.xml")
    assert told["command"].endswith(" ".join(PYTEST[1:])) and told["head"] == watched.repo.head
    assert "⚠️ 1 passed, 1 failed (pytest, " in status_line(watched)
    watched.repo.write("test_a.py", "def test_a(): pass\ndef test_b(): pass\n")
    assert run(watched, *PYTEST, "-k", "test_b") == 0
    text = watched.handoffd("flush", "--dry-run")
    assert "- **Tests**: 1 passed, 0 failed (pytest, " in text, text
    assert ", only -k test_b)" in text and "  - test-results/junit.xml — 1 passed, 1 failed (" in text
    assert "Tests green again: test_b" in text and "Fix 1 failing" not in text


@pytest.mark.usefixtures("plugin")
def test_seen_by_a_daemon_as_it_happens_it_is_one_run_too(watched: Watched) -> None:
    watched.daemon()
    assert run(watched, *PYTEST) == 1
    wait_for(lambda: any(event.get("exit") == 1 and event.get("state") != "running" for event in runs(watched)), 30, every=0.2)
    lines = watched.handoffd("flush", "--dry-run").split("**Tests**: ")[1].split("\n\n")[0].splitlines()
    assert len(lines) == 1 and lines[0].startswith("⚠️ 1 passed, 1 failed (pytest, ")


@pytest.mark.usefixtures("plugin")
def test_a_secret_in_the_command_is_not_journalled(watched: Watched) -> None:
    run(watched, "env", "API_TOKEN=abcdef0123456789", *PYTEST)
    assert b"abcdef0123456789" not in b"".join(file.read_bytes() for file in (watched.repo.root / ".git/handoffd").glob("journal.db*"))
    assert "[redacted:" in runs(watched)[0]["command"]


def begin(watched: Watched) -> subprocess.Popen[str]:
    """A wrapped command that goes on until its stdin is closed, in a session of its own that is idle after a second."""
    watched.handoffd("flush")
    watched.configure("idle: 1s\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "handoffd", "run", "--", "sh", "-c", "echo up; read line; exit 3"],
        cwd=watched.repo.root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "up\n"
    wait_for(lambda: any(told.get("state") == "running" for told in runs(watched)), 30, every=0.2)
    return process


def test_a_session_with_a_run_that_goes_on_is_not_idle(watched: Watched) -> None:
    process = begin(watched)
    watched.repo.write("a.txt", "a\n")
    watched.daemon()
    with pytest.raises(AssertionError):
        wait_for(lambda: watched.files()[1:], 4)
    assert "still running (sh -c 'echo up; read line; exit 3', since " in status_line(watched)
    process.communicate("\n", timeout=30)
    assert process.returncode == 3
    (file,) = wait_for(lambda: watched.files()[1:], 30)
    assert "exit 3, counts unknown" in file.read_text() and "Reconstructed" not in file.read_text()


def test_nobody_closes_it_meanwhile_without_a_daemon_either(watched: Watched) -> None:
    process = begin(watched)
    with pytest.raises(AssertionError):
        wait_for(lambda: watched.handoffd("log") and watched.files()[1:], 3, every=0.3)
    process.communicate("\n", timeout=30)
    (file,) = wait_for(lambda: watched.handoffd("log") and watched.files()[1:], 30, every=0.3)
    assert "exit 3, counts unknown" in file.read_text()


@pytest.mark.parametrize("daemon", [True, False], ids=["daemon", "alone"])
def test_a_killed_wrapper_keeps_nothing_open_and_did_not_end(watched: Watched, daemon: bool) -> None:
    process = begin(watched)
    if daemon:
        watched.daemon()
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    (file,) = wait_for(lambda: watched.handoffd("log") and watched.files()[1:], 30, every=0.3)
    assert "⚠️ did not end (sh -c 'echo up; read line; exit 3', since " in file.read_text()


def test_where_nothing_is_watched_the_command_is_just_run(tmp_path: Path, watched: Watched) -> None:
    for folder in (tmp_path, watched.repo.root):
        if folder == watched.repo.root:
            watched.handoffd("uninit")
        done = cli("run", "--", "sh", "-c", "echo out; echo err >&2; exit 6", cwd=folder)
        assert (done.returncode, done.stdout, done.stderr) == (6, "out\n", "err\n")
    assert not (watched.repo.root / ".git" / "handoffd" / "spool").exists()


def test_a_linked_worktree_has_its_own_runs(watched: Watched, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    watched.repo.git("worktree", "add", "-q", str(linked))
    watched.handoffd("status", cwd=linked)
    watched.handoffd("log", cwd=linked)
    (linked / "sub").mkdir()
    assert cli("run", "--", "false", cwd=linked / "sub").returncode == 1
    assert [event["data"]["command"] for event in watched.events("test", cwd=linked)] == ["cd sub && false"] and not runs(watched)
