"""The user's own git as a hardened process: it runs no program of the repository's, takes no lock, prompts nobody, fetches nothing."""

from __future__ import annotations

import itertools
import os
import shlex
import signal
import subprocess
from collections.abc import Collection
from pathlib import Path

from handoffd.files.stamp import Stamp
from handoffd.git.hardening import FIXED, Defences, defences, files_behind, settings_of, stamps
from handoffd.model.errors import UserError

TIMEOUT = 30.0
# Kept from the caller's environment: where its configuration is. Everything else that starts with GIT_ (hooks set GIT_DIR,
# GIT_INDEX_FILE, ...) would point git somewhere else than at the folder we ask about.
_KEPT = frozenset({"GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CEILING_DIRECTORIES"})
# Files that include files: the list of them is read until it names no new one.
_ROUNDS = 4
_DISTRUST = b"dubious ownership"


class GitError(UserError):
    """git said no; the message is its own."""


class GitDistrusts(GitError):
    """The repository is another user's, and git refuses it."""


class GitMissing(GitError):
    """There is no git on PATH."""


class GitTimeout(GitError):
    """git did not answer in time; it was killed."""


class Git:
    """git in one folder. `trusted_filters` are names of content filters that the user's own config allows to run.

    Every answer is bytes as git gave them; paths are NUL separated where the caller asks with -z.
    """

    def __init__(self, root: Path, trusted_filters: Collection[str] = ()) -> None:
        self.root = root
        self._trusted = frozenset(trusted_filters)
        self._known = Defences((), frozenset())
        self._read_from: dict[str, Stamp | None] = {}

    def run(self, *args: str, input: bytes | None = None, timeout: float = TIMEOUT, ok: Collection[int] = (0,), literal: bool = True) -> bytes:
        """stdout of `git ARGS`. Raises GitError when it exits with a code that is not in `ok`. Paths are `literal` unless they are patterns of
        our own; check-ignore refuses to be told that its paths are."""
        return self._said(_process(self.root, self._defences().config, args, input, timeout, literal), args[0], ok)

    def lines(self, *args: str) -> list[bytes]:
        """The lines of what `git ARGS` says. For questions that no program of the configuration has a part in, such as where the repository is:
        the configuration is not read for them. Raises GitError."""
        return self._said(_process(self.root, FIXED, args, None, TIMEOUT), args[0], (0,)).removesuffix(b"\n").split(b"\n")

    def text(self, *args: str, input: bytes | None = None, timeout: float = TIMEOUT, ok: Collection[int] = (0,)) -> str:
        """The same as text, without its last newline; bytes that are not UTF-8 are surrogate-escaped."""
        return self.run(*args, input=input, timeout=timeout, ok=ok).decode("utf-8", "surrogateescape").removesuffix("\n")

    def try_run(self, *args: str, input: bytes | None = None, timeout: float = TIMEOUT, literal: bool = True) -> bytes | None:
        """The same, None where git says no."""
        try:
            return self.run(*args, input=input, timeout=timeout, literal=literal)
        except GitMissing:
            raise
        except GitError:
            return None

    def _said(self, ended: tuple[int, bytes, bytes], verb: str, ok: Collection[int]) -> bytes:
        code, out, err = ended
        if code not in ok:
            raise _refusal(self.root, err, f"git {verb} failed with exit code {code}")
        return out

    @property
    def blanked_filters(self) -> frozenset[str]:
        """Names of configured filters that we do not run: paths under them cannot be compared."""
        return self._defences().blanked

    def configured(self, name: str) -> str | None:
        """What the configuration's files say last of a variable, whose name is in git's lower case; None where they do not name it."""
        return self._defences().said.get(name)

    def _defences(self) -> Defences:
        """Read again whenever a file of the configuration is another than it was: a daemon outlives what a repository says today."""
        if not self._read_from or stamps(self._read_from) != self._read_from:
            self._known, self._read_from = self._read()
        return self._known

    def _read(self) -> tuple[Defences, dict[str, Stamp | None]]:
        """The defences, and the stamps that their files had before they were read; no stamps where the files do not stand still."""
        root = os.fspath(self.root)
        files = files_behind((), root)
        for _ in range(_ROUNDS):
            before = stamps(files)
            settings = settings_of(self._listed(), root)
            named = files_behind(settings, root)
            if named <= files:
                return defences(settings, self._trusted), before
            files |= named
        return defences(settings, self._trusted), {}

    def _listed(self) -> bytes:
        code, out, err = _process(self.root, FIXED, ("config", "--null", "--list", "--includes", "--show-origin"), None, TIMEOUT)
        if code not in (0, 1):
            raise _refusal(self.root, err, "git cannot read its configuration")
        return out


def environment() -> dict[str, str]:
    """The environment of every git process."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    env.update(
        LC_ALL="C",
        GIT_TERMINAL_PROMPT="0",
        GIT_NO_LAZY_FETCH="1",
        # A repository's protocol.NAME.allow is stronger than protocol.allow; this is stronger than both.
        GIT_ALLOW_PROTOCOL="none",
        GIT_OPTIONAL_LOCKS="0",
        GIT_ASKPASS="true",
        SSH_ASKPASS="true",
        GIT_SSH_COMMAND="false",
        GIT_PAGER="cat",
        GIT_EDITOR="false",
    )
    return env


def _process(
    root: Path, config: Collection[tuple[str, str]], args: Collection[str], input: bytes | None, timeout: float, literal: bool = True
) -> tuple[int, bytes, bytes]:
    env = environment()
    env["GIT_CONFIG_COUNT"] = str(len(config))
    for number, (name, value) in enumerate(config):
        env[f"GIT_CONFIG_KEY_{number}"], env[f"GIT_CONFIG_VALUE_{number}"] = name, value
    options = ["--no-optional-locks", "--no-pager", *(["--literal-pathspecs"] if literal else []), "-C", os.fspath(root)]
    command = ["git", *options, *args]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise GitMissing("git is not on PATH", hint="install git") from None
    except (OSError, ValueError) as fault:
        raise GitError(f"git cannot be run: {fault}", hint="handoffd doctor names the git that is found") from None
    with process:
        try:
            out, err = process.communicate(input, timeout)
        except subprocess.TimeoutExpired:
            _kill(process)
            raise GitTimeout(f"git {next(iter(args), '')} did not answer within {timeout:.0f} s", hint="is the disk slow? run it again") from None
        except BaseException:
            _kill(process)
            raise
    return process.returncode, out, err


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The whole group: git may have children that hold the pipes."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        process.kill()
    process.communicate()


def _words(err: bytes) -> str:
    """Why git gave up, on one line: what was fatal with the lines that go on from it, then the first error, which often names the cause."""
    lines = err.decode("utf-8", "surrogateescape").strip("\n").split("\n")
    fatal = next((at for at, line in enumerate(lines) if line.startswith("fatal:")), None)
    error = next((line.removeprefix("error: ") for line in lines if line.startswith("error: ")), "")
    if fatal is None:
        return (error or lines[0])[:500]
    more = itertools.takewhile(lambda line: line.startswith(("\t", " ")), lines[fatal + 1 :])
    said = " ".join([lines[fatal].removeprefix("fatal: ").strip(), *(line.strip() for line in more)])
    return (f"{said} ({error})" if error and error not in said else said)[:500]


def _refusal(root: Path, err: bytes, otherwise: str) -> GitError:
    kind = GitDistrusts if _DISTRUST in err else GitError
    return kind(_words(err) or otherwise, hint=_hint(root, err))


def _hint(root: Path, err: bytes) -> str:
    if _DISTRUST in err:
        trust = f"git config --global --add safe.directory {shlex.quote(os.fspath(root))}"
        return f"it belongs to another user and git refuses it, so handoffd does too; if you trust it: {trust}"
    if b"unknown repository extension" in err or b"repo version is" in err:
        return "a newer git made it: install that one, or put it first on PATH"
    return f"git itself cannot read it, see: git -C {shlex.quote(os.fspath(root))} status"
