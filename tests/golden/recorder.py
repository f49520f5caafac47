"""A day as it is played: a person with git and an editor, and a daemon that sees every step at once."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from handoffd.files.config import Settings
from handoffd.files.run_locks import hold
from handoffd.git.repository import discover
from handoffd.model.events import Event
from handoffd.model.facts import Daemon, Note
from handoffd.model.triggers import Trigger
from handoffd.pipeline.flush import add_note, catch_up, flush, settle
from handoffd.pipeline.registration import begin
from handoffd.pipeline.workspace import Workspace, open_place, prepare
from tests.golden.load import epoch, moment
from tests.support import Repo

START = "2026-03-10T09:00:00Z"
MINUTE = 60
_BY = "daemon"


class Recorder:
    """A day in the repository `base`/repo. `now` is its clock, epoch seconds."""

    def __init__(self, base: Path) -> None:
        self.base, self.now, self.began = base, int(epoch(START)), int(epoch(START))
        self.repo = Repo.create(base / "repo")
        self.here = self.repo.root
        self.hidden = False

    # The clock

    def at(self, clock: str) -> None:
        """Go on to `HH:MM`, or to a whole time `2026-03-11T08:00:00Z`."""
        day = moment(self.now).partition("T")[0]
        self.now = int(epoch(clock if "T" in clock else f"{day}T{clock}:00Z"))

    def _done(self) -> None:
        """A step is over: the files have the day's time, and the daemon has seen it."""
        self._set_times()
        self.now += MINUTE
        if not self.hidden and (self.here / ".git").exists() and (self.repo.root / ".git/handoffd").exists():
            self.look()

    def _set_times(self) -> None:
        """What was written by the clock on the wall bears the day's time instead."""
        for root in self.base.iterdir():
            for folder, names, files in os.walk(root):
                if folder.endswith("/.git"):
                    names[:] = [name for name in names if name not in ("objects", "handoffd", "modules")]
                # Of folders only those whose time is read: git's own of an open rebase, and submodules.
                folders = [name for name in names if name in ("rebase-merge", "rebase-apply") or (Path(folder) / name / ".git").is_file()]
                for path in (Path(folder, name) for name in (*files, *folders)):
                    if path.lstat().st_mtime > self.now:
                        os.utime(path, (self.now, self.now), follow_symlinks=False)

    # The work

    def start(self, files: Mapping[str, str | bytes] | None = None, subject: str = "chore: start") -> None:
        """A commit of two days ago, and `handoffd init` this morning."""
        now, self.now = self.now, self.now - 48 * 3600
        self.commit(subject, files or {"README.md": "start\n"})
        self.now = now
        self.init()

    def init(self) -> None:
        """`handoffd init`. Marks of secrets are made with a key of the journal's own; here with one that is always the same."""
        self._set_times()
        place = prepare(discover(self.here), Settings(), os.environ)
        begin(place, self.base / "state", self.now)
        (place.journal.folder / "redaction.key").write_bytes(b"golden" * 5 + b"!!")
        self.began = self.now
        self.now += MINUTE

    def write(self, path: str, text: str | bytes) -> None:
        """Save a file of the worktree that is worked in."""
        Repo(self.here).write(path, text)
        self._done()

    def edit(self, path: str, old: str, new: str) -> None:
        """Put `new` in the place of `old`."""
        text = Repo(self.here).read(path)
        assert text.count(old) == 1, (path, old)
        self.write(path, text.replace(old, new))

    def remove(self, path: str) -> None:
        (self.here / path).unlink()
        self._done()

    def git(self, *words: str, fails: bool = False, stdin: str = "") -> str:
        """Run git in the worktree that is worked in; `fails`: it stops, as with a conflict."""
        when = {
            "GIT_AUTHOR_DATE": f"{self.now} +0000",
            "GIT_COMMITTER_DATE": f"{self.now} +0000",
            "GIT_EDITOR": "true",
            "GIT_SEQUENCE_EDITOR": "true",
        }
        set_up = ("-c", "protocol.file.allow=always", "-c", "advice.detachedHead=false")
        done = subprocess.run(
            ["git", *set_up, *words], cwd=self.here, env={**os.environ, **when}, capture_output=True, check=False, input=stdin.encode()
        )
        assert (done.returncode != 0) == fails, f"git {words}: {done.returncode} {done.stderr.decode()}"
        self._done()
        return os.fsdecode(done.stdout).strip()

    def commit(self, message: str, files: Mapping[str, str | bytes] | None = None, *words: str) -> str:
        """Write files and commit all that changed; the new commit's name."""
        for path, text in (files or {}).items():
            Repo(self.here).write(path, text)
        self._quietly("add", "-A")
        self.git("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message, *words)
        return Repo(self.here).head

    def _quietly(self, *words: str) -> None:
        Repo(self.here).git(*words)
        self._set_times()

    def colleague(self, message: str, files: Mapping[str, str | bytes], branch: str = "main") -> None:
        """Somebody else's clone of the remote commits and pushes."""
        mine, clone = self.here, self.base / "colleague"
        if not clone.exists():
            self._at_theirs("clone", "-q", "--template=", "../remote.git", ".")
        self._at_theirs("fetch", "-q")
        self._at_theirs("checkout", "-q", "-B", branch, f"origin/{branch}")
        for path, text in files.items():
            Repo(clone).write(path, text)
        self._at_theirs("add", "-A")
        self._at_theirs("-c", "user.name=Kim", "-c", "user.email=kim@example.com", "commit", "-q", "-m", message)
        self._at_theirs("push", "-q", "origin", branch)
        self.here = mine
        self._done()

    def _at_theirs(self, *words: str) -> None:
        clone = self.base / "colleague"
        clone.mkdir(exist_ok=True)
        who = {"GIT_AUTHOR_NAME": "Kim", "GIT_AUTHOR_EMAIL": "kim@example.com", "GIT_COMMITTER_NAME": "Kim", "GIT_COMMITTER_EMAIL": "kim@example.com"}
        Repo(clone).git(*words, at=self.now, env=who)

    def remote(self, *branches: str) -> None:
        """A bare remote `origin` that has these branches (main), each as the upstream of its own."""
        Repo.create(self.base / "remote.git", "--bare")
        self._quietly("remote", "add", "origin", "../remote.git")
        self._quietly("push", "-q", "-u", "origin", *(branches or ("main",)))
        self._done()

    def worktree(self, name: str, *words: str) -> None:
        """`git worktree add ../NAME`, and go on there."""
        self.git("worktree", "add", "-q", f"../{name}", *words)
        self.here = self.base / name
        self.look()

    # Tests

    def report(self, tests: Mapping[str, str], path: str = "junit.xml", runner: str = "pytest") -> None:
        """A JUnit report: `classname::name` -> '' passed, `skip`, else the message of the failure (its first line) and its trace."""
        suites: dict[str, list[str]] = {}
        for test, said in tests.items():
            suite, _, name = test.rpartition("::")
            suites.setdefault(runner if runner == "pytest" else suite, []).append(_case(suite, name, said))
        body = "".join(f'<testsuite name={quoteattr(name)} tests="{len(cases)}">{"".join(cases)}</testsuite>' for name, cases in suites.items())
        self.write(path, f'<?xml version="1.0"?><testsuites name={quoteattr(f"{runner} tests")}>{body}</testsuites>\n')

    def spool(self, kind: str, key: str, **data: Any) -> None:
        """A line that a hook, a wrapper or a plugin leaves."""
        folder = Path(Repo(self.here).git("rev-parse", "--absolute-git-dir")) / "handoffd"
        with (folder / "spool").open("a") as file:
            file.write(json.dumps({"v": 1, "kind": kind, "key": key, "at": self.now, "branch": "", "data": data}) + "\n")
        self._done()

    def run(self, command: str, code: int, name: str = "run1") -> None:
        """`handoffd run -- COMMAND` that took half a minute, of which nothing but the exit code is known."""
        said = {"runner": "", "passed": 0, "failed": 0, "command": command, "run": name, "started": self.now, "ended": self.now + 30}
        self.spool("test", f"run:{name}:end", state="uncounted", exit=code, **said)

    def begin_run(self, command: str, name: str = "run1") -> None:
        """`handoffd run -- COMMAND` that goes on until the recorder ends."""
        hold(self.repo.root / ".git/handoffd", name, self.now)
        self.spool(
            "test", f"run:{name}:start", runner="", passed=0, failed=0, command=command, run=name, state="running", started=self.now, ended=self.now
        )

    # handoffd

    @property
    def place(self) -> Workspace:
        return open_place(self.here, Settings(), os.environ)

    def look(self) -> None:
        """What the daemon does at every change."""
        catch_up(self.place, _BY, self.now, watched=True)

    def note(self, kind: str, text: str, **more: Any) -> None:
        """`handoffd note`."""
        branch = Repo(self.here).git("branch", "--show-current")
        add_note(self.place, Note(kind, text, **more), "cli", self.now, branch)
        self.now += MINUTE

    def daemon(self, action: str, text: str, count: int = 0) -> None:
        """The daemon has something to say about itself."""
        place = self.place
        with place.journal.write(self.now, _BY) as writer:
            writer.append([Event("daemon", self.now, f"{action}:{self.now}", Daemon(action, text, count), place.id)])
        self.now += MINUTE

    def flush(self, trigger: str = "flush", message: str = "") -> None:
        """`handoffd flush`, or what a hook or the daemon asks."""
        flush(self.place, Trigger(trigger), "cli", self.now, message)
        self.now += MINUTE

    def idle(self) -> None:
        """The daemon sees that nothing happened for the idle time."""
        self.now += 30 * MINUTE
        settle(self.place, _BY, self.now, since=self.began)


def _case(suite: str, name: str, said: str) -> str:
    first, _, trace = said.partition("\n")
    inner = "" if not said else "<skipped/>" if said == "skip" else f"<failure message={quoteattr(first)}>{trace}</failure>"
    return f'<testcase classname={quoteattr(suite)} name={quoteattr(name)} time="0.001">{inner}</testcase>'
