"""A clone with somebody's hooks and ours: what its commands answer, what its hooks are told, which bytes its hooks are."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.managers.theirs import SCRIPT
from tests.support import Repo, wait_for

# Object names, and how long something took.
_CHANGING = re.compile(r"\b[0-9a-f]{7,40}\b|\b\d+(?:\.\d+)?\s?s(?:econds)?\b")
_HOOKS = (".git/hooks/*", ".git/config", ".git/info/*", ".husky/**/*")


@dataclass(frozen=True)
class Heard:
    """What our hooks left: lines in the spool by event, and calls of the program."""

    commits: int
    pushes: int
    flushes: int


class Ground:
    """An empty folder in which clones are made, and the handoffd that their hooks call."""

    def __init__(self, folder: Path, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._program = folder, program
        monkeypatch.setenv("HOOK_SEEN", str(folder / "seen"))

    def clone(self, name: str, files: Mapping[str, str]) -> Clone:
        """A repository whose project has `files`, committed and pushed to a remote of its own."""
        repo = Repo.create(self.folder / name / "work")
        repo.commit("chore: start", {"hook.sh": SCRIPT, "work.txt": "", **files})
        repo.git("init", "-q", "--bare", "../remote.git")
        repo.git("push", "-q", "../remote.git", "main")
        return Clone(self, repo)

    def handoffd(self, *words: str, cwd: Path) -> str:
        """stdout of a verb; `doctor` may find something."""
        done = subprocess.run([self._program, *words], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in ((0, 1) if words[0] == "doctor" else (0,)), done.stdout + done.stderr
        return done.stdout

    def calls(self) -> list[str]:
        """How hooks called the program so far."""
        file = self._program.with_name("handoffd.called")
        return file.read_text().splitlines() if file.exists() else []

    def heard(self, work: Callable[[], object], repo: Repo, flushes: int) -> Heard:
        """What our hooks did during `work`; waits until `flushes` calls came, which nobody else waits for."""
        spool, calls = _spool(repo), len(self.calls())
        work()
        wait_for(lambda: len(self.calls()) - calls >= flushes, seconds=30)
        new = _spool(repo)[len(spool) :]
        kinds = [line.split("\t")[1] for line in new]
        return Heard(kinds.count("post-commit"), kinds.count("pre-push"), len(self.calls()) - calls)

    def told(self) -> str:
        """What their hooks were told since this was last asked."""
        file = self.folder / "seen"
        text = file.read_text() if file.exists() else ""
        file.unlink(missing_ok=True)
        return text


def _spool(repo: Repo) -> list[str]:
    file = repo.root / ".git/handoffd/spool"
    return file.read_text().splitlines() if file.exists() else []


@dataclass
class Clone:
    """One clone. Everything that is compared has object names, durations and the clone's own place taken out."""

    ground: Ground
    repo: Repo

    def git(self, *words: str, **env: str) -> tuple[str, int, str, str]:
        """The command with its exit status, output and errors."""
        done = subprocess.run(
            ["git", *words], cwd=self.repo.root, env={**os.environ, **env}, capture_output=True, text=True, timeout=120, check=False
        )
        return " ".join(words), done.returncode, self._plain(done.stdout), self._plain(done.stderr)

    def work(self) -> tuple[list[tuple[str, int, str, str]], str, bool]:
        """Commit and push, commit and be refused by their hook: what git answered, what their hooks were told, whether the remote has the second."""
        answers = []
        for name, env in (("one", {}), ("two", {"HOOK_FAILS": "pre-push"})):
            with (self.repo.root / "work.txt").open("a") as file:
                file.write(f"{name}\n")
            answers += [self.git("add", "work.txt"), self.git("commit", "-m", f"feat: {name}"), self.git("push", "../remote.git", "main", **env)]
        pushed = self.repo.git("--git-dir=../remote.git", "rev-parse", "main") == self.repo.head
        return answers, self._plain(self.ground.told()), pushed

    def _plain(self, text: str) -> str:
        return _CHANGING.sub("*", text.replace(str(self.repo.root.parent), ""))

    def hooks(self) -> dict[str, tuple[int, str]]:
        """Mode and bytes of all that a hook manager or we write; the time in lefthook's own checksum aside."""
        files = [file for pattern in _HOOKS for file in self.repo.root.glob(pattern) if file.is_file()]
        return {self._plain(str(file)): (file.stat().st_mode, re.sub(r" \d{10}\b", "", self._plain(file.read_text()))) for file in files}

    def handoffd(self, *words: str) -> str:
        return self.ground.handoffd(*words, cwd=self.repo.root)

    def finding(self, event: str) -> dict[str, str]:
        """What doctor says of one of our hooks."""
        findings = [json.loads(line) for line in self.handoffd("doctor", "--json").splitlines()]
        (found,) = [finding for finding in findings if finding["check"] == f"hook {event}"]
        return dict(found)
