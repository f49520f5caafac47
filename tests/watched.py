"""A watched repository and its daemons, asked through the command line alone."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support import Repo, cli, wait_for


class Watched:
    """One commit, then `init`; `home` is where its user's folders are."""

    def __init__(self, repo: Repo, home: Path) -> None:
        self.repo, self.home = repo, home
        self.daemons: list[subprocess.Popen[bytes]] = []

    @property
    def state(self) -> Path:
        """The state folder of this host."""
        return next(self.home.glob(".local/state/handoffd/*"))

    @property
    def said(self) -> str:
        """What the daemons wrote to stderr."""
        return (self.home / "daemon.err").read_text(errors="replace")

    def status(self) -> dict[str, Any]:
        """`status --json`, whatever its exit code."""
        done = cli("status", "--json", cwd=self.home)
        assert done.returncode in (0, 1), done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def worktree_state(self) -> str:
        """What `status` says of the repository, '' when all is well."""
        (worktree,) = [one for one in self.status()["worktrees"] if one["path"] == str(self.repo.root)]
        return str(worktree["state"])

    def journalled(self, kind: str, root: Path | None = None) -> int:
        """How many events of a kind the journal has; a verb would look for new ones first."""
        return len(self._rows("SELECT 1 FROM event WHERE kind = ?", kind, root=root))

    def seen_by_the_daemon(self, oid: str) -> bool:
        """Whether a commit was journalled, by the daemon and not by this question."""
        told = self._rows("SELECT data FROM event WHERE kind = 'commit' AND by = 'daemon'")
        return any(json.loads(data)["new"] == oid for (data,) in told)

    def file_seen_by_the_daemon(self, path: str, root: Path | None = None) -> bool:
        """The same of a file of the working tree."""
        told = self._rows("SELECT data FROM event WHERE kind = 'file' AND by = 'daemon'", root=root)
        return any(json.loads(data)["path"] == path for (data,) in told)

    def _rows(self, query: str, *values: str, root: Path | None = None) -> list[tuple[Any, ...]]:
        database = sqlite3.connect(f"file:{root or self.repo.root}/.git/handoffd/journal.db?mode=ro", uri=True)
        try:
            return database.execute(query, values).fetchall()
        finally:
            database.close()

    def end(self) -> None:
        """Kill what still runs, stopped ones too."""
        for process in self.daemons:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()

    def handoffd(self, *words: str, cwd: Path | None = None) -> str:
        done = cli(*words, cwd=cwd or self.repo.root)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def configure(self, text: str) -> None:
        file = self.home / ".config" / "handoffd" / "config.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def daemon(self, *prefix: str, env: dict[str, str] | None = None, script: str = "", ready: float = 30) -> subprocess.Popen[bytes]:
        """A daemon in the foreground, run by `prefix`, or `script` in its place; returns once it has looked at everything, within `ready` seconds."""
        with (self.home / "daemon.err").open("ab") as log:
            command = [*prefix, sys.executable, *(["-c", script] if script else ["-I", "-m", "handoffd", "daemon"])]
            process = subprocess.Popen(command, cwd=self.home, stdout=log, stderr=log, env={**os.environ, **(env or {})})
        self.daemons.append(process)
        wait_for(lambda: self.runs(process.pid), seconds=ready)
        return process

    def runs(self, pid: int) -> bool:
        """Whether this daemon has looked at everything once."""
        files = list(self.home.glob(".local/state/handoffd/*/runtime.json"))
        return bool(files) and json.loads(files[0].read_text() or "{}").get("pid") == pid

    def events(self, *kinds: str, cwd: Path | None = None) -> list[dict[str, Any]]:
        lines = self.handoffd("log", "--json", *(word for kind in kinds for word in ("--kind", kind)), cwd=cwd).splitlines()
        return [json.loads(line) for line in lines]

    def files(self, root: Path | None = None) -> list[Path]:
        """Handoff files, oldest first."""
        return sorted((root or self.repo.root).glob(".claude/handoff-*.md"), key=lambda file: file.stat().st_mtime_ns)

    def movements(self, cwd: Path | None = None) -> list[tuple[str, str]]:
        return [(e["data"]["old"], e["data"]["new"]) for e in self.events(cwd=cwd) if e["data"].get("ref") == "HEAD"]

    def reflog(self, git_dir: str = ".git") -> list[tuple[str, ...]]:
        lines = (self.repo.root / git_dir / "logs/HEAD").read_text().splitlines()
        return [tuple(line.split(" ", 2)[:2]) for line in lines]
