"""Accelerated work on many worktrees, and what it makes of the daemon: samples of its memory, threads, descriptors, watches and journals."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path

from tests.support import Repo, cli

MB = 1024 * 1024
IDLE = 3
"""Seconds after which a session ends, so that sessions begin and end all the time."""
KEPT = "20s"
"""How long closed sessions are kept: they are pruned by the command, as the daemon does it once a day."""
WORDS = ("retry", "cache", "queue", "parser", "timeout", "header", "token", "index")


@dataclass(frozen=True)
class Sample:
    """The daemon at one moment. `seconds` since the start; `memory` is what is its own alone (anonymous pages, in MB), `cpu` seconds so far."""

    seconds: float
    memory: float
    threads: int
    descriptors: int
    watches: int
    journals: float
    events: int
    cpu: float


def sample(pid: int, began: float, repos: Sequence[Repo]) -> Sample:
    proc = Path(f"/proc/{pid}")
    memory = re.search(r"^Pss_Anon:\s+(\d+) kB", (proc / "smaps_rollup").read_text(), re.M)
    assert memory
    handles = list((proc / "fdinfo").iterdir())
    watches = sum(_text(handle).count("inotify wd:") for handle in handles)
    journals = [_size(file) for repo in repos for file in (repo.root / ".git/handoffd").glob("journal.db*")]
    return Sample(
        time.monotonic() - began,
        int(memory[1]) / 1024,
        len(list((proc / "task").iterdir())),
        len(handles),
        watches,
        sum(journals) / MB,
        _journalled(repos),
        spent(pid),
    )


def spent(pid: int) -> float:
    """CPU seconds of the process so far."""
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def rests(pid: int, seconds: float = 2.0) -> bool:
    """Whether it does nothing for so long."""
    before = spent(pid)
    time.sleep(seconds)
    return spent(pid) == before


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:  # closed since it was listed
        return ""


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # folded back since it was listed
        return 0


def _journalled(repos: Sequence[Repo]) -> int:
    """Highest event number over all journals: how much went in, whatever was pruned."""
    total = 0
    for repo in repos:
        database = sqlite3.connect(f"file:{repo.root}/.git/handoffd/journal.db?mode=ro", uri=True)
        try:
            total += database.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()[0]
        except sqlite3.OperationalError:  # being folded back at this moment: counted next time
            pass
        finally:
            database.close()
    return total


def kept(repo: Repo) -> int:
    """How many events its journal has now."""
    with closing(sqlite3.connect(f"file:{repo.root}/.git/handoffd/journal.db?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM event").fetchone()[0])


def prepare(folder: Path, count: int) -> list[Repo]:
    """So many watched repositories of some files in some folders."""
    repos = []
    for number in range(count):
        repo = Repo.create(folder / f"repo{number}")
        repo.commit("chore: start", {f"src/{word}/{word}.py": f"def {word}():\n    return 1\n" for word in WORDS} | {".gitignore": "test-results/\n"})
        done = cli("init", cwd=repo.root)
        assert done.returncode == 0, done.stderr
        repos.append(repo)
    return repos


def work(repo: Repo, luck: random.Random) -> None:
    """One step of somebody's day."""
    word = luck.choice(WORDS)
    step = luck.choice((_edit, _edit, _commit, _commit, _amend, _branch, _stash, _report, _note, _flush, _folders, _prune))
    step(repo, word, luck)


def _edit(repo: Repo, word: str, luck: random.Random) -> None:
    repo.write(f"src/{word}/{word}.py", f"def {word}():\n    # TODO: {luck.random()}\n    return {luck.randrange(9)}\n")


def _commit(repo: Repo, word: str, luck: random.Random) -> None:
    repo.commit(f"feat: {word} {luck.randrange(999)}", {f"src/{word}/more.py": f"x = {luck.random()}\n"})


def _amend(repo: Repo, word: str, luck: random.Random) -> None:
    repo.git("commit", "-q", "--amend", "--allow-empty", "-m", f"fix: {word} {luck.randrange(999)}")


def _branch(repo: Repo, word: str, luck: random.Random) -> None:
    repo.git("checkout", "-q", "-f", "-B", f"{word}-{luck.randrange(3)}")


def _stash(repo: Repo, word: str, luck: random.Random) -> None:
    _edit(repo, word, luck)
    repo.git("stash", "-q")
    repo.git("stash", "drop", "-q")


def _report(repo: Repo, word: str, luck: random.Random) -> None:
    failed = luck.randrange(2)
    case = '<failure message="no"/>' if failed else ""
    repo.write(
        "test-results/junit.xml", f'<testsuite tests="1" failures="{failed}"><testcase classname="{word}" name="a">{case}</testcase></testsuite>'
    )


def _note(repo: Repo, word: str, luck: random.Random) -> None:
    cli("note", "learning", f"{word} {luck.random()}", cwd=repo.root)


def _flush(repo: Repo, word: str, luck: random.Random) -> None:
    cli("flush", "-m", f"{word} {luck.random()}", cwd=repo.root)
    for old in sorted(repo.root.glob(".claude/handoff-*.md"))[:-3]:
        old.unlink()


def _folders(repo: Repo, word: str, luck: random.Random) -> None:
    """Folders come and go: their watches must go with them."""
    repo.write(f"new/{word}/deep/er/{word}.py", f"x = {luck.random()}\n")
    repo.git("clean", "-q", "-fd", "new")


def _prune(repo: Repo, _word: str, _luck: random.Random) -> None:
    cli("prune", "--before", KEPT, cwd=repo.root)


def slope(samples: Sequence[Sample]) -> float:
    """Growth of memory in MB an hour: least squares over what came after warming up, the first third."""
    warm = samples[len(samples) // 3 :]
    return statistics.linear_regression([one.seconds / 3600 for one in warm], [one.memory for one in warm]).slope


def table(samples: Sequence[Sample]) -> str:
    """At most 30 lines, evenly chosen, the last among them."""
    names = [field.name for field in fields(Sample)]
    step = max(1, len(samples) // 30)
    lines = [" ".join(f"{name:>11}" for name in names)]
    for one in samples[::-step][::-1]:
        lines.append(
            " ".join(f"{getattr(one, name):>11.1f}" if isinstance(getattr(one, name), float) else f"{getattr(one, name):>11}" for name in names)
        )
    return "\n".join(lines)
