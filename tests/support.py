"""What tests of every part use: a real git repository, the command line as a real process, waiting for a condition."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import pytest

from tests import forked

T = TypeVar("T")

OTHER_USER = 65534
"""A user id that is not ours: nobody's."""

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada Author",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada Author",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}
# Git needs these for a result that does not depend on the machine.
HERMETIC = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "NO_COLOR": "1"}


def environment(home: Path) -> dict[str, str]:
    """The whole environment of a test's processes: PATH from outside, the rest its own, with every folder under `home`."""
    folders = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_STATE_HOME": home / ".local" / "state",
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_RUNTIME_DIR": home / ".run",
    }
    # Whoever runs the tests may be an agent; the tests' own words are a person's.
    nobody = {"HANDOFFD_TEST_PROCESSES": str(home / "no processes")}
    return {"PATH": os.environ["PATH"], **HERMETIC, **nobody, **IDENTITY, **{name: str(path) for name, path in folders.items()}}


class Repo:
    """A repository with a working tree at `root`, driven by the git command."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def create(cls, root: Path, *words: str) -> Repo:
        """`git init` at `root` (made when missing), on branch main, without anybody's hook templates."""
        root.mkdir(parents=True, exist_ok=True)
        repo = cls(root)
        repo.git("init", "-q", "-b", "main", "--template=", *words)
        return repo

    def git(self, *words: str, at: int | None = None, env: Mapping[str, str] | None = None) -> str:
        """Run git here and return its output without the last newline; `at` is the date of author and committer in epoch seconds.

        Raises AssertionError with what git said when it fails. Bytes that are no UTF-8 come as lone surrogates.
        """
        own = dict(os.environ, **(env or {}))
        if at is not None:
            own |= {"GIT_AUTHOR_DATE": f"{at} +0000", "GIT_COMMITTER_DATE": f"{at} +0000"}
        done = subprocess.run(["git", *words], cwd=self.root, env=own, capture_output=True, check=False)
        assert done.returncode == 0, f"git {' '.join(words)}: {done.stderr.decode(errors='replace')}"
        return os.fsdecode(done.stdout).removesuffix("\n")

    def path(self, name: str) -> Path:
        """The absolute path of a file of the tree."""
        return self.root / name

    def write(self, path: str, text: str | bytes = "") -> Path:
        """Write a file, folders included."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text)
        return file

    def read(self, path: str) -> str:
        """A file's text, bytes that are no UTF-8 as lone surrogates."""
        return (self.root / path).read_bytes().decode("utf-8", "surrogateescape")

    def commit(self, message: str, files: Mapping[str, str | bytes] | None = None, *, at: int | None = None, **more: str | bytes) -> str:
        """Write `files` (by path; `more` for names that are identifiers), commit all that changed, return the full object name."""
        for path, text in {**(files or {}), **more}.items():
            self.write(path, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message, at=at)
        return self.head

    @property
    def head(self) -> str:
        """The full object name of HEAD."""
        return self.git("rev-parse", "HEAD")


def cli(
    *words: str, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: float = 60, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `handoffd WORDS` as a process of its own: forked where that makes no difference. `env` is added to the test's environment."""
    whole = dict(os.environ, **(env or {}))
    if forked.possible(whole, stdin):
        return forked.client.call(words, str(cwd or Path.cwd()), whole, timeout, stdin)
    return subprocess.run(
        [sys.executable, "-I", "-m", "handoffd", *words],
        cwd=cwd,
        env=whole,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=timeout,
        check=False,
        **({"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}),
    )


def default_signals() -> None:
    """For `preexec_fn`: what a caller may have ignored acts again. A shell starts a command with `&` so that it ignores SIGINT and SIGQUIT, and all
    children of pytest would inherit that."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def other_user() -> list[str]:
    """Words before a command that run it as OTHER_USER, for root alone. Where our Python lies in a folder that is root's own, the other user is
    given the right to read everything, and none to write. Skips by name where that cannot be."""
    if not shutil.which("setpriv"):
        pytest.skip("needs setpriv (util-linux)")
    plain = ["setpriv", f"--reuid={OTHER_USER}", f"--regid={OTHER_USER}", "--clear-groups"]
    for words in plain, [*plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]:
        if not subprocess.run([*words, sys.executable, "-c", "import yaml, pygit2"], cwd="/", capture_output=True, check=False).returncode:
            return words
    pytest.skip(f"another user cannot run {sys.executable}")


def wait_for(condition: Callable[[], T], seconds: float = 10, every: float = 0.02) -> T:
    """The first true answer of `condition`; AssertionError when it gives none in time."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < end, f"nothing after {seconds} s"
        time.sleep(every)
