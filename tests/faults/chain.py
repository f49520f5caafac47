"""A chain of rounds in one repository, each with calls that fail: run with the shim loaded, prints one JSON object.

    round:  edit (each fifth: commit) -> note, flush, status, log, each with its own n-th call failing -> all is well again: log -> truths

`python chain.py REPOSITORY SHIM KINDS FIRST ROUNDS`: round r of FIRST .. FIRST+ROUNDS-1 fails one of the K calls that a verb makes, another
each round, with the errors in turn, so that a long chain meets every call with every error.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import io
import json
import os
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from handoffd.cli.main import main
from tests.support import Repo

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EMFILE)
# What a call can fail with at all; the others with any of them.
POSSIBLE = {"r": (errno.EIO,), "s": (errno.ENOSPC, errno.EIO, errno.EROFS), "w": (errno.ENOSPC, errno.EIO)}
OURS = {"journal.db", "journal.db-wal", "journal.db-shm", "journal.lock", "redaction.key", "spool", "spool.1", "made-hooks-folder", "prompt", "hooks"}
# Rounds step through a verb's calls so far at a time, so that a short chain meets early and late ones.
STRIDE = 37
MOST = 10


class Shim:
    """The loaded shim: see shim.c."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        self._library.fault_calls.restype = self._library.fault_unlocked.restype = ctypes.c_long

    def arm(self, kinds: str, first: int, last: int, error: int) -> None:
        self._library.fault_arm(kinds.encode(), ctypes.c_long(first), ctypes.c_long(last), error)

    def calls(self) -> int:
        return int(self._library.fault_calls())

    def unlocked(self) -> int:
        """Writes to the database or its log while nobody held the journal's lock."""
        return int(self._library.fault_unlocked())


class Said:
    """What a verb did: exit code and both streams."""

    def __init__(self, *words: str) -> None:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            self.code = main(words)
        self.out, self.err = out.getvalue(), err.getvalue()

    def unclear(self) -> bool:
        """Neither done nor refused with a reason and a remedy."""
        refused = self.code == 1 and (("handoffd: " in self.err and "hint: " in self.err) or self.out)
        return "Traceback" in self.err + self.out or not (self.code == 0 or refused)


class Chain:
    """`wrong`: every promise that was broken; `hit`: how many calls were made to fail; `refused`: how often each verb said no."""

    def __init__(self, root: Path, shim: Shim, kinds: str) -> None:
        self.repo, self.shim, self.kinds = Repo(root), shim, kinds
        self.errors = POSSIBLE.get(kinds, ERRORS)
        self.wrong: list[str] = []
        self.noted: list[str] = []
        self.tried: set[str] = set()
        self.hit = 0
        self.refused: Counter[str] = Counter()
        self.calls: dict[str, int] = {}

    def faulty(self, number: int, *words: str) -> Said:
        """The verb with one call failing."""
        count = self.calls[words[0]]
        stride = STRIDE if count % STRIDE else 1
        position, error = number * stride % count + 1, self.errors[(number + number // count) % len(self.errors)]
        self.shim.arm(self.kinds, position, position, error)
        said = Said(*words)
        self.hit += self.shim.calls() >= position
        self.calls[words[0]] = max(count, self.shim.calls())
        self.shim.arm("", 0, 0, 0)
        self.refused[words[0]] += said.code != 0
        if said.unclear():
            self.wrong.append(f"{words} call {position} of {self.kinds!r} {errno.errorcode[error]}: {said.code} {said.err}{said.out[:300]}")
        return said

    def calibrate(self) -> None:
        """A round without faults: how many calls of our kinds each verb makes."""
        self.repo.commit("feat: calibrate", {"work.txt": "calibrate\n"})
        for words in (("note", "todo", "calibrate"), ("flush",), ("status",), ("log",)):
            self.shim.arm(self.kinds, -1, -1, 0)
            Said(*words)
            self.calls[words[0]] = max(1, self.shim.calls())
        self.tried.add("calibrate")

    def round(self, number: int) -> None:
        before = len(os.listdir("/proc/self/fd"))
        self.repo.write("work.txt", f"{number}\n")
        if number % 5 == 0:
            self.repo.commit(f"feat: number {number}")
        text = f"note number {number}"
        self.tried.add(text)
        if self.faulty(number, "note", "todo", text).code == 0:
            self.noted.append(text)
        flushed = self.faulty(number, "flush")
        if flushed.code == 0 and not Path(flushed.out.strip()).is_file():
            self.wrong.append(f"round {number}: flush told of no file: {flushed.out}")
        self.faulty(number, "status")
        self.faulty(number, "log")
        if len(os.listdir("/proc/self/fd")) != before:
            self.wrong.append(f"round {number}: descriptors left open")
        self.settle(number)

    def settle(self, number: int) -> None:
        """The fault is gone: one look, and everything is as if it had never been."""
        said = Said("log")
        if said.code != 0:
            self.wrong.append(f"round {number}: log after the fault: {said.code} {said.err}")
        self.wrong += [f"round {number}: {what}" for what in truths(self.repo, self.noted, self.tried)]

    def report(self) -> dict[str, Any]:
        last = Said("flush", "-m", "the end")
        if last.code != 0 or "the end" not in Path(last.out.strip()).read_text():
            self.wrong.append(f"the last flush: {last.code} {last.err}")
        if self.shim.unlocked():
            self.wrong.append(f"{self.shim.unlocked()} writes without the lock")
        return {"wrong": self.wrong, "hit": self.hit, "refused": self.refused, "noted": len(self.noted)}


def truths(repo: Repo, noted: list[str], tried: set[str]) -> list[str]:
    """What does not hold of the journal, the files and the folders, told without handoffd."""
    folder = repo.path(".git/handoffd")
    with contextlib.closing(sqlite3.connect(f"{(folder / 'journal.db').as_uri()}?mode=ro", uri=True)) as journal:
        sound = journal.execute("PRAGMA integrity_check").fetchone()[0]
        rows = [
            (kind, stage, json.loads(data), digest)
            for kind, stage, data, digest in journal.execute("SELECT kind, stage, data, sha256 FROM event ORDER BY id")
        ]
    found = [] if sound == "ok" else [f"integrity: {sound}"]
    notes = Counter(data["text"] for kind, _, data, _ in rows if kind == "note")
    found += [f"acknowledged and lost: {text}" for text in noted if not notes[text]]
    found += [f"doubled or invented: {text}" for text, count in notes.items() if count > 1 or text not in tried]
    moves = [(data["old"], data["new"]) for _, _, data, _ in rows if data.get("ref") == "HEAD"]
    log = [tuple(line.split(" ", 2)[:2]) for line in repo.read(".git/logs/HEAD").splitlines()]
    found += [] if moves == log else [f"movements {len(moves)}, reflog {len(log)}"]
    return found + strays(repo, {digest for *_, digest in rows})


def strays(repo: Repo, digests: set[str]) -> list[str]:
    """Files that nobody should leave, and handoffs that are not what the journal says."""
    found = [f"left in the journal's folder: {name}" for name in os.listdir(repo.path(".git/handoffd")) if name not in OURS]
    state = Path(os.environ["XDG_STATE_HOME"])
    found += [f"left in the state folder: {file}" for file in state.rglob("*") if file.is_file() and file.suffix != ".json"]
    output = repo.path(".claude")
    for file in output.iterdir() if output.is_dir() else ():
        if not file.name.startswith("handoff-"):
            found.append(f"left beside the handoffs: {file.name}")
        elif hashlib.sha256(file.read_bytes()).hexdigest() not in digests:
            found.append(f"{file.name} is not as it was journalled")
    return found


def run(root: Path, shim: Shim, kinds: str, first: int, rounds: int) -> dict[str, Any]:
    os.chdir(root)
    chain = Chain(root, shim, kinds)
    chain.calibrate()
    for number in range(first, first + rounds):
        chain.round(number)
        if len(chain.wrong) > MOST:
            break
    return chain.report()


if __name__ == "__main__":
    root, library, kinds, first, rounds = sys.argv[1:]
    print(json.dumps(run(Path(root), Shim(library), kinds, int(first), int(rounds))))
