"""The journal's lock is free while a handoff is composed: each process of git that composing starts takes it, as another handoffd would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from handoffd.files.layout import JOURNAL_LOCK
from handoffd.model.events import Event
from handoffd.model.facts import Note, Push
from handoffd.model.triggers import Trigger
from handoffd.pipeline import handing_over
from handoffd.pipeline.flush import catch_up, flush, refresh, settle
from handoffd.pipeline.workspace import Workspace
from tests.pipeline.begun import HOUR, MINUTE, NINE, facts, scanned, writing
from tests.support import Repo, wait_for

# Asked under the lock: which handoff files git tracks, as that must hold until the file is in place.
UNDER_LOCK = ("ls-files",)
GIT = """#!{python} -I
import fcntl, os, sys, time
handle = os.open({lock!r}, os.O_RDWR | os.O_CREAT, 0o600)
try:
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    found = "free"
except BlockingIOError:
    found = "held"
os.close(handle)
with open({log!r}, "a") as log:
    log.write(found + "\\t" + "\\t".join(sys.argv[1:]) + "\\n")
end = time.monotonic() + 30
while os.path.exists({stop!r}) and {slow!r} in sys.argv and time.monotonic() < end:
    open({stopped!r}, "w").close()
    time.sleep(0.01)
os.execv({git!r}, ["git", *sys.argv[1:]])
"""


class Spy:
    """A git on PATH that notes whether the lock is free, and while `hold` is there goes on with no `for-each-ref`."""

    def __init__(self, place: Workspace, folder: Path) -> None:
        self.log, self.hold, self.stopped = folder / "log", folder / "hold", folder / "stopped"
        git = shutil.which("git")
        assert git is not None
        names = {"log": self.log, "stop": self.hold, "stopped": self.stopped, "lock": place.journal.folder / JOURNAL_LOCK}
        words = {name: str(path) for name, path in names.items()}
        (folder / "git").write_text(GIT.format(python=sys.executable, git=git, slow="for-each-ref", **words))
        (folder / "git").chmod(0o755)
        self.path = f"{folder}{os.pathsep}{os.environ['PATH']}"

    def calls(self) -> list[tuple[bool, list[str]]]:
        """(was the lock free, the words) of each call."""
        lines = self.log.read_text().splitlines()
        return [(line.startswith("free\t"), line.split("\t")[1:]) for line in lines]


@pytest.fixture
def spy(place: Workspace, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Spy:
    one = Spy(place, tmp_path_factory.mktemp("git"))
    monkeypatch.setenv("PATH", one.path)
    return one


def note(at: float, text: str = "x") -> Event:
    return Event("note", at, f"n{text}", Note("todo", text), ".", "main")


def closing(place: Workspace) -> None:
    flush(place, Trigger.FLUSH, "cli", NINE + 5 * MINUTE)


def idle(place: Workspace) -> None:
    settle(place, "daemon", NINE + HOUR, NINE)


def gap(place: Workspace) -> None:
    scanned(place, NINE + 10 * HOUR, note(NINE + 10 * HOUR, "next day"))


def two_gaps(place: Workspace) -> None:
    scanned(place, NINE + 20 * HOUR, note(NINE + 10 * HOUR, "next day"), note(NINE + 20 * HOUR, "and the next"))


def reading(place: Workspace) -> None:
    catch_up(place, "cli", NINE + 10 * HOUR, watched=False)


@pytest.mark.parametrize("write", [closing, idle, gap, two_gaps, reading])
def test_git_is_asked_with_the_lock_free(place: Workspace, started: Repo, spy: Spy, write: Callable[[Workspace], None]) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    scanned(place, NINE + 61, note(NINE + 61))
    spy.log.write_text("")
    write(place)
    assert [fact.stage for fact in facts(place, "handoff")].count("written") == (2 if write is two_gaps else 1)
    _held_for_nothing(spy)


def test_a_closed_handoff_is_brought_up_to_date_with_the_lock_free(place: Workspace, started: Repo, spy: Spy) -> None:
    oid = started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    written = flush(place, Trigger.FLUSH, "cli", NINE + 5 * MINUTE).written
    assert written is not None
    started.git("update-ref", "refs/remotes/origin/main", oid)
    scanned(place, NINE + 6 * MINUTE, Event("push", NINE + 6 * MINUTE, "p", Push("refs/remotes/origin/main", "", oid), ".", "main"))
    spy.log.write_text("")
    refresh(place, "cli", NINE + 7 * MINUTE)
    assert Path(written.path).read_text() != written.markdown
    _held_for_nothing(spy)


def _held_for_nothing(spy: Spy) -> None:
    calls = spy.calls()
    held = [words for free, words in calls if not free and not set(UNDER_LOCK) & set(words)]
    assert not held and any(free for free, _ in calls)


def test_another_process_journals_while_a_slow_handoff_is_composed(place: Workspace, started: Repo, spy: Spy) -> None:
    """Its word stands in the handoff, which is composed once more."""
    started.commit("feat: one", {"a.py": "1\n"})
    spy.hold.touch()
    ours, env = [sys.executable, "-I", "-m", "handoffd"], dict(os.environ)
    slow = subprocess.Popen([*ours, "flush"], cwd=started.root, env=env, stdout=subprocess.PIPE, text=True)
    try:
        wait_for(spy.stopped.exists, 30)
        before = place.journal.last_id()
        began = time.monotonic()
        fast = {**env, "PATH": env["PATH"].split(os.pathsep, 1)[1]}
        subprocess.run([*ours, "note", "todo", "said meanwhile"], cwd=started.root, env=fast, check=True, capture_output=True)
        subprocess.run([*ours, "log"], cwd=started.root, env=fast, check=True, capture_output=True)
        assert place.journal.last_id() > before and slow.poll() is None and time.monotonic() - began < 20
    finally:
        spy.hold.unlink()
        path = slow.communicate(timeout=60)[0]
    assert "said meanwhile" in Path(path.strip()).read_text()


def test_a_handoff_is_written_although_others_journal_all_the_time(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never with the lock held: what came too late begins the next session."""
    calls: list[float] = []

    def meanwhile(*args: object, **more: object) -> object:
        calls.append(NINE + 4 * MINUTE + len(calls))
        with writing(place) as writer:
            writer.append([note(calls[-1], f"word {len(calls)}")])
        return composed(*args, **more)  # type: ignore[arg-type]

    composed = handing_over.document_now
    monkeypatch.setattr(handing_over, "document_now", meanwhile)
    scanned(place, NINE + 60, note(NINE + 60))
    written = flush(place, Trigger.FLUSH, "cli", NINE + 5 * MINUTE).written
    assert written is not None and len(calls) == 3 and "word 2" in written.markdown
    late = place.journal.last(".", "note")
    assert late is not None and late.id > place.journal.closed_through(".")
    monkeypatch.setattr(handing_over, "document_now", composed)
    later = flush(place, Trigger.FLUSH, "cli", NINE + 6 * MINUTE).written
    assert later is not None and later.path != written.path and "word 3" in later.markdown
