"""Odd surroundings: locales that are not UTF-8, a config that cannot be read to an end, streams that are closed or full."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import Repo, cli, default_signals
from tests.watched import Watched


@pytest.mark.parametrize("env", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}])
def test_paths_are_utf_8_whatever_the_locale(watched: Watched, env: dict[str, str]) -> None:
    watched.repo.write("日本.py", "x = 1\n")
    for verb in ("status", "log", "flush", "resume", "show"):
        done = cli(verb, cwd=watched.repo.root, env=env)
        assert done.returncode == 0, done.stderr
    assert "日本.py" in watched.files()[0].read_text()
    assert json.loads(cli("show", "--json", cwd=watched.repo.root, env=env).stdout)["status"]["changes"]["untracked"] == ["日本.py"]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["fifo", "folder"])
def test_a_config_that_is_no_file_is_told(watched: Watched, make: object, home: Path) -> None:
    file = home / ".config" / "handoffd" / "config.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    assert callable(make)
    make(file)
    done = cli("log", cwd=watched.repo.root, timeout=20)
    assert done.returncode == 1 and "is no regular file" in done.stderr and "hint:" in done.stderr


def in_shell(words: str, watched: Watched, **limits: str) -> subprocess.CompletedProcess[str]:
    """The command line as a shell runs it, `$handoffd` being the program."""
    script = f"handoffd() {{ '{sys.executable}' -m handoffd \"$@\"; }}; {words}"
    return subprocess.run(["sh", "-c", script], cwd=watched.repo.root, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_keep_a_handoff_from_being_written(watched: Watched, closed: str) -> None:
    watched.handoffd("note", "todo", "one more")
    done = in_shell(f"handoffd flush {closed}", watched)
    assert done.returncode == 0 and not done.stderr.startswith(("Traceback", "handoffd:"))
    assert len(watched.files()) == 1
    assert watched.handoffd("doctor", "--json").count('"check": "journal", "ok": true') == 1


@pytest.mark.parametrize("words", ["--version", "status", "flush", "log", "log --json", "doctor"])
def test_a_full_output_is_told_as_such(watched: Watched, words: str) -> None:
    done = in_shell(f"handoffd {words} >/dev/full", watched)
    assert done.returncode == 1 and "cannot be written" in done.stderr and "hint:" in done.stderr
    assert "bug" not in done.stderr and "Exception ignored" not in done.stderr


def test_talk_that_nobody_can_hear_is_no_failure(watched: Watched) -> None:
    watched.handoffd("note", "todo", "one more")
    assert in_shell("handoffd flush 2>/dev/full", watched).returncode == 0


def test_an_interrupt_during_the_start_is_quiet(watched: Watched) -> None:
    """At any moment from our first line on; before that it is Python's own."""
    program = (
        "import os, signal, sys; sys.argv = ['handoffd', 'log']; sys.addaudithook(lambda name, args: "
        "name == 'import' and args[0] == 'handoffd.cli.environment' and os.kill(os.getpid(), signal.SIGINT)); from handoffd.__main__ import run; sys.exit(run())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=watched.repo.root, capture_output=True, text=True, timeout=60, check=False, preexec_fn=default_signals
    )
    assert done.returncode in (130, -signal.SIGINT) and not done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be called by sudo")
@pytest.mark.parametrize("verb", ["init", "start"])
def test_sudo_in_the_callers_own_folder_is_refused(tmp_path: Path, home: Path, verb: str) -> None:
    """Root's files there would keep the caller out."""
    repo = Repo.create(tmp_path / "theirs")
    for folder in (repo.root, repo.root / ".git", home):
        os.chown(folder, 12345, 12345)
    done = cli(verb, cwd=repo.root, env={"SUDO_UID": "12345"})
    assert done.returncode == 1 and "without sudo" in done.stderr, done.stderr
    assert not (repo.root / ".git" / "handoffd").exists() and not list(home.iterdir())
    os.chown(home, 0, 0)
