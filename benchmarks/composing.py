"""What a handoff costs as the day grows: changed files, branches, events, checkpoints. Ratios are of one run.

    python benchmarks/composing.py                        a repository of 10,000 files, made for this
    python benchmarks/composing.py --clone ~/src/git      a clone of that repository
    python benchmarks/composing.py --rounds 3 --only files,branches

Composing is reading the world into a snapshot and making the document of it, in one process and without the journal's lock. Before each round the
objects that were read are forgotten, as a process that starts has none.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from handoffd.compose.document_now import document_now, snapshot_now
from handoffd.files.config import Settings
from handoffd.model.events import Event
from handoffd.model.facts import File
from handoffd.model.handoff_request import HandoffRequest
from handoffd.model.session import fold
from handoffd.model.triggers import Trigger
from handoffd.pipeline.flush import flush
from handoffd.pipeline.ingest import ingest
from handoffd.pipeline.scan import limits_of, reader_of
from handoffd.pipeline.sessions import keep_digest, open_events
from handoffd.pipeline.workspace import Workspace, open_place

FILES, FEW, SOME, MANY = 10_000, 1, 60, 200
A_FILE, FIRST, AGAIN, NOT_PUSHED = 4.0, 3000.0, 50.0, 500.0
BRANCHES, TOLD = 300, 20
SHORT, LONG, LONGER = 3_000, 300_000, 2.0
CHECKPOINTS, MEGABYTES = 200, 2.0
_WHO = {f"GIT_{who}_{what}": f"{who.lower()}@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def main() -> int:
    asked = _arguments()
    parts = {"files": changed_files, "branches": branches, "events": events, "checkpoints": checkpoints}
    wrong = 0
    with tempfile.TemporaryDirectory() as top:
        home = Path(top, "home")
        home.mkdir()
        for name in [name for name in os.environ if name.startswith(("XDG_", "GIT_"))]:
            del os.environ[name]
        os.environ.update(_WHO, HOME=str(home), LC_ALL="C.UTF-8", GIT_CONFIG_NOSYSTEM="1")
        for name, part in parts.items():
            if name in asked.only:
                root = _tree(Path(top, name), asked.clone)
                wrong += sum(not met for met in part(root, asked.rounds))
    return 1 if wrong else 0


def changed_files(root: Path, rounds: int) -> Iterator[bool]:
    """Tracked files with one hunk each."""
    paths = [path for path in _git(root, "ls-files", "*.py", "*.c", "*.sh").split("\n") if path and (root / path).stat().st_size > 600]
    times = {}
    for count in (FEW, SOME, MANY):
        for path in paths[:count]:
            _change(root / path)
        times[count] = _composed(root, rounds)
        _git(root, "checkout", "-q", "--", ".")
    middle = {count: statistics.median(values) for count, values in times.items()}
    for count, values in times.items():
        each = (middle[count] - middle[FEW]) / (count - FEW) if count > FEW else 0.0
        print(f"{count:>4} changed files        {_spread(values)}" + (f"   {each:.2f} ms a file more (bar {A_FILE:.0f})" if each else ""))
        yield each <= A_FILE
    growth, even = (middle[MANY] - middle[FEW]) / max(middle[SOME] - middle[FEW], 0.001), (MANY - FEW) / (SOME - FEW)
    print(f"     {MANY} to {SOME}             {growth:.2f} x, linear is {even:.2f}")
    yield growth <= 1.5 * even


def branches(root: Path, rounds: int) -> Iterator[bool]:
    """300 branches with a commit each that no remote has, a mark in each; 20 of them are told."""
    _git(root, "remote", "add", "elsewhere", str(root))
    _git(root, "update-ref", "refs/remotes/elsewhere/main", "HEAD")
    _git(root, "config", "user.email", _WHO["GIT_AUTHOR_EMAIL"])
    none = _composed(root, rounds)
    file = "mark.py"
    for number in range(BRANCHES):
        (root / file).write_text(f"# TODO: the work of branch {number}\n")
        _git(root, "add", file)
        commit = _git(root, "commit-tree", "-p", "HEAD", "-m", f"feat: {number}", _git(root, "write-tree").strip()).strip()
        _git(root, "branch", f"own{number}", commit)
    _git(root, "rm", "-qf", "--cached", file)
    (root / file).unlink()
    first = _composed(root, 1, warm=0)
    all_of = _composed(root, rounds)
    base = statistics.median(none)
    for what, values, bar in ((f"{TOLD} of {BRANCHES} branches, first", first, FIRST), ("nothing moved", all_of, NOT_PUSHED + AGAIN)):
        more = statistics.median(values) - base
        print(f"{what:<28}{_spread(values)}   {more:.0f} ms more than with none (bar {bar:.0f})")
        yield more <= bar


def events(root: Path, rounds: int) -> Iterator[bool]:
    """A session of very many file events on few files."""
    place = _begun(root)
    times = {}
    at = time.time() - 3600
    for count, after in ((SHORT, 0), (LONG, SHORT)):
        with place.journal.write(at, "bench") as writer:
            writer.append(_file_events(at, after, count))
            keep_digest(place, writer, open_events(place, writer))
        times[count] = _composed(root, rounds, begin=False)
    ratio = statistics.median(times[LONG]) / statistics.median(times[SHORT])
    for count, values in times.items():
        print(f"{count:>7,} events           {_spread(values)}")
    print(f"     ratio                  {ratio:.2f} x (bar {LONGER:.0f})")
    yield ratio <= LONGER


def checkpoints(root: Path, _rounds: int) -> Iterator[bool]:
    """A day of 200 checkpoints, a file changed before each."""
    place = _begun(root)
    paths = [path for path in _git(root, "ls-files", "*.py", "*.c").split("\n") if path][:CHECKPOINTS]
    at = time.time()
    before, took = _journal_size(place), list[float]()
    for number, path in enumerate(paths):
        _change(root / path)
        began = time.perf_counter()
        flush(place, Trigger.PRE_PUSH, "bench", at + number * 60)
        took.append((time.perf_counter() - began) * 1000)
    added = (_journal_size(place) - before) / 1e6
    print(f"{len(paths)} checkpoints: {added:.2f} MB more in the journal (bar {MEGABYTES:.0f}); {_spread(took)} each")
    yield added <= MEGABYTES


def _composed(root: Path, rounds: int, warm: int = 1, begin: bool = True) -> list[float]:
    """Milliseconds, by round."""
    if begin:
        _begun(root)
    found = list[float]()
    for number in range(warm + rounds):
        place = open_place(root, Settings(), os.environ)
        began = time.perf_counter()
        with place.journal.reading():
            session = fold(open_events(place), place.id)
            snapshot = snapshot_now(reader_of(place), place.journal, session, limits_of(place, time.time()))
            document_now(reader_of(place), place.journal, session, snapshot, HandoffRequest(Trigger.PRE_PUSH, time.time(), closes=False))
        if number >= warm:
            found.append((time.perf_counter() - began) * 1000)
    return found


def _begun(root: Path) -> Workspace:
    """The worktree is watched, and the journal knows all that happened."""
    if not (root / ".git" / "handoffd").exists():
        for verb in ("init", "flush"):
            subprocess.run([sys.executable, "-I", "-m", "handoffd", verb], cwd=root, check=True, capture_output=True)
    place = open_place(root, Settings(), os.environ)
    _until(lambda: not ingest(place, "bench", time.time()).busy)
    return place


def _until(done: Callable[[], bool]) -> None:
    """git had written its index a moment before: the scan is made again."""
    while not done():
        time.sleep(0.1)


def _file_events(at: float, after: int, until: int) -> Iterator[Event]:
    for number in range(after, until):
        path = f"d{number % 40}/f{number % 90}.py"
        when = at + number / 1000
        yield Event("file", when, f"file:.:{path}:{number}", File(path, "changed", size=number, mtime=when), ".", "main")


def _journal_size(place: Workspace) -> int:
    return sum(file.stat().st_size for file in place.journal.folder.glob("journal.db*"))


def _change(file: Path) -> None:
    """One line in the middle."""
    lines = file.read_text("utf-8", "surrogateescape").split("\n")
    lines[len(lines) // 2] += "  "
    file.write_text("\n".join(lines), "utf-8", "surrogateescape")


def _tree(root: Path, clone: Path | None) -> Path:
    if clone is not None:
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(clone), str(root)], check=True)
        return root
    for number in range(FILES):
        file = root / f"d{number // 100}" / f"f{number}.py"
        if number % 100 == 0:
            file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"def f{number}_{part}(x):\n    return x + {part}\n\n\n" for part in range(40)))
    for words in (("init", "-qb", "main"), ("add", "-A"), ("commit", "-qm", "chore: start")):
        _git(root, *words, when=time.time() - 60 * 86400)
    return root


def _git(root: Path, *words: str, when: float = 0) -> str:
    env = {**os.environ, **({f"GIT_{who}_DATE": f"{int(when)} +0000" for who in ("AUTHOR", "COMMITTER")} if when else {})}
    return subprocess.run(["git", *words], cwd=root, env=env, check=True, capture_output=True, text=True, errors="surrogateescape").stdout


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.0f} ms ({min(values):.0f} to {max(values):.0f})"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clone", type=Path, metavar="REPOSITORY")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", type=lambda text: text.split(","), default=["files", "branches", "events", "checkpoints"])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
