"""Every test has a home of its own, and no daemon outlives the test that started it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tests.amounts  # noqa: F401  its profiles are there before any law is read
from tests.support import Repo, cli, environment, wait_for
from tests.watched import Watched


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes goes first, so that nobody waits for it at the end."""
    items.sort(key=lambda item: "tests/soak/" not in item.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What a test measured (`record_property("report", ...)`) is printed also when it passes."""
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        for name, value in report.user_properties:
            if name == "report":
                terminalreporter.write_line(str(value))


# What agents set for the commands that they run.
AGENTS = ("CLAUDE", "CODEX_", "GEMINI_", "QWEN_", "CURSOR_", "COPILOT_", "OPENCODE", "PI_CODING", "AI_AGENT")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home folder, and an environment that knows no other: no identity, config, zone or language of the machine's."""
    folder = tmp_path_factory.mktemp("home")
    own = environment(folder)
    for name in set(os.environ) - set(own):
        if name.startswith(("GIT_", "XDG_", "HANDOFFD_", "LC_", "DBUS_", "SUDO_", *AGENTS)) and name != "HANDOFFD_NIGHTLY":
            monkeypatch.delenv(name)
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    yield folder
    for lock in folder.rglob("handoffd/*/daemon.lock"):
        if lock.is_file():
            end_daemon(lock)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An empty repository on branch main."""
    return Repo.create(tmp_path / "repo")


@pytest.fixture
def watched(repo: Repo, home: Path) -> Iterator[Watched]:
    """One commit, then `init`."""
    repo.commit("chore: start", {"README.md": "start\n"})
    one = Watched(repo, home)
    one.handoffd("init")
    yield one
    one.end()


@pytest.fixture(name="cli")
def cli_fixture() -> Callable[..., object]:
    """The command line, as a real process: see tests.support.cli."""
    return cli


def held(lock: Path) -> bool:
    """Whether a living process holds the daemon's lock."""
    with lock.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def end_daemon(lock: Path) -> None:
    """Stop the daemon that holds `lock`: by asking, and when that does not help, by force. Nothing when nobody holds it."""
    if not held(lock):
        return
    pid = json.loads(lock.read_text() or "{}").get("pid", 0)
    cli("stop")
    if held(lock) and pid:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not held(lock))
