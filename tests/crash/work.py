"""Random real work in a repository: what a person, git and a test runner do in an hour, in a second. Each step is told to the model."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.crash.world import World

HOOK_LINE = "v1\tpost-commit\t\t1\n"
REPORT = '<testsuites><testsuite name="s" tests="{count}" failures="0">{cases}</testsuite></testsuites>'


class Model:
    """What was acknowledged, known without handoffd. `notes`: text -> whether its exit code 0 was seen; `runs`: the same of wrapped commands, `going`: from when
    until when they ran, epoch seconds; `reports`: the number of tests of each report written, `last_report` the newest; `removed` counts deletions a
    path, `unstashed` those that a stash may have brought back."""

    def __init__(self) -> None:
        self.notes: dict[str, bool] = {}
        self.runs: dict[str, bool] = {}
        self.going: list[tuple[float, float]] = []
        self.reports: set[int] = set()
        self.last_report = 0
        self.removed: Counter[str] = Counter()
        self.unstashed = 0
        self.steps: list[str] = []


class Work:
    """The worker: `step` does one thing. Everything is chosen by `rng`."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.world, self.rng, self.model = world, rng, Model()
        self.root = self.here = world.repo.root
        self.linked: Path | None = None
        self._number = 0
        self._steps: tuple[tuple[int, Callable[[], None]], ...] = (
            (24, self.commit), (8, self.edit), (5, self.remove), (6, self.amend), (7, self.branch), (6, self.switch), (5, self.merge),
            (4, self.rebase), (4, self.cherry_pick), (4, self.reset), (6, self.stash), (5, self.unstash), (3, self.worktree), (5, self.push),
            (1, self.collect), (8, self.report), (4, self.storm), (5, self.spooled),
        )  # fmt: skip

    def step(self) -> None:
        """One random piece of work."""
        self.here = self.linked if self.linked is not None and self.rng.random() < 0.3 else self.root
        weights = [weight for weight, _ in self._steps]
        (work,) = self.rng.choices([work for _, work in self._steps], weights)
        self.model.steps.append(work.__name__)
        work()

    def note_words(self) -> list[str]:
        """The words of a note that no other note has; it is not acknowledged yet."""
        text = f"note {self._next()}"
        self.model.notes[text] = False
        return ["note", self.rng.choice(["todo", "gotcha", "learning", "doing"]), text]

    def flush_words(self) -> list[str]:
        """A flush of any kind, sometimes with words of its own."""
        words = ["flush", *self.rng.choice([[], [], ["--trigger", "pre-push"]])]
        if self.rng.random() < 0.3:
            text = f"message {self._next()}"
            self.model.notes[text] = False
            words += ["-m", text]
        return words

    def run_words(self) -> list[str]:
        """A wrapped command that no other run has; it ends at once or goes on for a moment."""
        command = ["sleep", f"{self.rng.choice(['0.0', '0.1'])}{self._next():06}"]
        self.model.runs[" ".join(command)] = False
        return ["run", "--", *command]

    def acknowledged(self, words: list[str]) -> None:
        """The exit code 0 of these words was seen: what they said must last."""
        if words[0] == "run":
            self.model.runs[" ".join(words[2:])] = True
        for word in words:
            if word in self.model.notes:
                self.model.notes[word] = True

    def commit(self) -> None:
        self.edit()
        self._git("add", "-A")
        self._git("commit", "-q", "-m", f"feat: step {self._next()}")

    def edit(self) -> None:
        name = self.rng.choice(["src/f0.py", "src/f1.py", "src/f2.py", "docs/a.md", "new folder/ü.txt"])
        file = self.here / name
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = file.read_text().splitlines()[-30:] if file.exists() else []
        file.write_text("\n".join([*lines, f"def g{self._next()}():", "    return 1", ""]))

    def remove(self) -> None:
        files = [file for file in sorted((self.root / "src").glob("f[12].py")) if file.is_file()]
        if files:
            file = self.rng.choice(files)
            self.model.removed[str(file.relative_to(self.root))] += 1
            file.unlink()

    def amend(self) -> None:
        self._git("commit", "-q", "--amend", "--allow-empty", "-m", f"fix: amended {self._next()}")

    def branch(self) -> None:
        self._git("checkout", "-q", "-b", f"topic/{self._next()}")

    def switch(self) -> None:
        self._git("checkout", "-q", self.rng.choice(self._branches()))

    def merge(self) -> None:
        how = self.rng.choice([["--no-ff"], []])
        self._git("merge", "-q", *how, "--no-edit", "-X", "ours", self.rng.choice(self._branches())) or self._git("merge", "--abort")

    def rebase(self) -> None:
        self._git("rebase", "-q", "--no-ff", "-X", "ours", "HEAD~2") or self._git("rebase", "--abort")

    def cherry_pick(self) -> None:
        picked = self.rng.choice(self._branches())
        self._git("cherry-pick", "--allow-empty", "--keep-redundant-commits", "-X", "theirs", picked) or self._git("cherry-pick", "--abort")

    def reset(self) -> None:
        self._git("reset", "-q", "--hard", self.rng.choice(["HEAD", "HEAD~1", "HEAD~1"]))

    def stash(self) -> None:
        self.here = self.root
        self.edit()
        self._git("stash", "push", "-q", "-u")

    def unstash(self) -> None:
        self.here = self.root
        self.model.unstashed += 1
        self._git("stash", self.rng.choice(["pop", "drop"]), "-q") or self._git("reset", "-q", "--hard")

    def worktree(self) -> None:
        """Add the linked worktree, or remove it with all that was done there."""
        self.here = self.root
        if self.linked is None:
            path = self.world.home / f"linked-{self._next()}"
            self._git("worktree", "add", "-q", "-b", f"side/{self._next()}", str(path))
            self.linked = path
        else:
            self._git("worktree", "remove", "--force", str(self.linked))
            shutil.rmtree(self.linked, ignore_errors=True)
            self.linked = None

    def push(self) -> None:
        """Mostly past the hook, whose flush costs a whole start of Python."""
        self.here = self.root
        how = [] if self.rng.random() < 0.15 else ["--no-verify"]
        self._git("push", "-q", "--force", *how, "origin", "HEAD")

    def collect(self) -> None:
        self._git("gc", "-q")

    def report(self) -> None:
        """A test report, put in place whole."""
        count = self._next()
        cases = "".join(f'<testcase classname="c" name="t{one}"/>' for one in range(count))
        folder = self.root / "test-results"
        folder.mkdir(exist_ok=True)
        draft = folder / "draft"
        draft.write_text(REPORT.format(count=count, cases=cases))
        draft.replace(folder / "junit.xml")
        self.model.reports.add(count)
        self.model.last_report = count

    def storm(self) -> None:
        """Hooks' lines enough for the spool to be rotated."""
        self._append(HOOK_LINE * 20_000)

    def hook(self) -> None:
        """One hook's line: a wake-up that tells nothing."""
        self._append(HOOK_LINE)

    def spooled(self) -> None:
        """A fact left in the spool, as by a process that had no lock; it is acknowledged when its line is whole."""
        text = f"spooled {self._next()}"
        record = {"v": 1, "kind": "note", "key": f"note:{text}", "at": time.time(), "branch": "", "data": {"type": "todo", "text": text}}
        self._append(json.dumps(record) + "\n")
        self.model.notes[text] = True

    def _append(self, text: str) -> None:
        with (self.root / ".git/handoffd/spool").open("a") as spool:
            spool.write(text)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _branches(self) -> list[str]:
        return self._ask("for-each-ref", "--format=%(refname:short)", "refs/heads").split()

    def _ask(self, *words: str) -> str:
        return self._run(*words).stdout

    def _git(self, *words: str) -> bool:
        """Run git where work is done now; False when git refuses, as it does when a conflict or dirty files are in the way."""
        return self._run(*words).returncode == 0

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        env = {**self.world.env, "GIT_EDITOR": "true"}
        return subprocess.run(["git", *words], cwd=self.here, env=env, capture_output=True, text=True, check=False)
