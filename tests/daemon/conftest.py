"""Real repositories, real kernel events, and a list of the hints they make."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from handoffd.daemon.watch import Hint, Target, Watch

BOUND = 10.0


class Worktree:
    """A git repository in a temporary folder, and the questions a watcher asks of it, answered by git."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self._env = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1"}
        root.mkdir(parents=True)
        self.git("init", "-q", "-b", "main", "--template=")
        self.git("config", "user.name", "T")
        self.git("config", "user.email", "t@example.org")
        self.write(".gitignore", "node_modules/\nbuild/\n")
        self.write("src/app.py", "one\n")
        self.git("add", "-A")
        self.git("commit", "-qm", "first")

    def git(self, *words: str, stdin: str = "", ok: tuple[int, ...] = (0,)) -> str:
        command = ["git", "-C", str(self.root), *words]
        done = subprocess.run(command, input=os.fsencode(stdin), capture_output=True, env=self._env, check=False)
        assert done.returncode in ok, done.stderr
        return os.fsdecode(done.stdout)

    def write(self, path: str, text: str = "x\n") -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def tracked(self) -> list[str]:
        return sorted({os.path.dirname(name) for name in self.git("ls-files", "-z").split("\0")})

    def directories(self) -> list[str]:
        loose = self.git("ls-files", "-z", "-o", "--directory", "--exclude-standard").split("\0")
        return sorted({*self.tracked()} | {name for name in loose if name.endswith("/")} - {""})

    def ignored(self, folders: Sequence[str]) -> set[str]:
        asked = "\0".join(folders)
        return set(self.git("check-ignore", "--no-index", "--stdin", "-z", stdin=asked, ok=(0, 1)).split("\0")) - {""}

    def target(self, **changes: object) -> Target:
        git_dir = self.root / ".git"
        values: dict[str, object] = {
            "root": self.root,
            "git_dir": git_dir,
            "common_dir": git_dir,
            "extra": (),
            "tracked": self.tracked,
            "directories": self.directories,
            "ignored": self.ignored,
        }
        return Target(**(values | changes))  # type: ignore[arg-type]


class Recorded:
    """The hints so far; waiting for one has a bound."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []
        self._more = threading.Condition()

    def __call__(self, hint: Hint) -> None:
        with self._more:
            self.hints.append(hint)
            self._more.notify_all()

    def until(self, condition: Callable[[], bool]) -> bool:
        with self._more:
            return self._more.wait_for(condition, BOUND)

    def paths(self, root: Path) -> set[str]:
        return {path for hint in self.hints if hint.root == root for path in hint.paths}

    def has(self, root: Path, *paths: str) -> bool:
        return self.until(lambda: set(paths) <= self.paths(root))

    def any(self, root: Path, flag: str) -> bool:
        return self.until(lambda: any(getattr(hint, flag) for hint in self.hints if hint.root == root))


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], Worktree]:
    home = tmp_path / "home-of-test"
    home.mkdir()
    return lambda name: Worktree(tmp_path / name, home)


@pytest.fixture
def tree(make: Callable[[str], Worktree]) -> Worktree:
    return make("tree")


@pytest.fixture
def seen() -> Recorded:
    return Recorded()


@pytest.fixture
def watch(seen: Recorded) -> Iterator[Watch]:
    watcher = Watch(seen, scan_every=0.5)
    watcher.start()
    yield watcher
    watcher.stop()


@pytest.fixture
def settled(seen: Recorded) -> Callable[[Worktree, str], None]:
    """Wait until all that was done before is told: hints keep the order of events, so a last file ends them."""

    def wait(worktree: Worktree, name: str = "last-file") -> None:
        worktree.write(name)
        assert seen.has(worktree.root, name)

    return wait


@pytest.fixture
def quiet_for() -> Callable[[float, Callable[[], bool]], bool]:
    """Whether something stays true for some seconds."""

    def check(seconds: float, condition: Callable[[], bool]) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not condition():
                return False
            time.sleep(0.02)
        return True

    return check
