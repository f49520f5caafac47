"""All of the world that composing needs, read once. How often git is asked: test_snapshot.py."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from handoffd.files.run_locks import hold, release
from handoffd.git.status import status
from handoffd.model.events import Event
from handoffd.model.facts import Note, Stash
from handoffd.model.limits import Limits
from handoffd.model.questions import Questions, questions_of
from handoffd.model.session import Session, fold
from handoffd.model.snapshot import Snapshot
from handoffd.present.snapshot import NO_LOGS, ended, take
from handoffd.sources.git.head import read_reflog
from tests.scans import HOUR, NINE, reader_of, scan_of
from tests.support import Repo

LIMITS = Limits(NINE + HOUR, NINE, NINE - HOUR)


def session_of(repo: Repo, *more: Event) -> Session:
    """What HEAD's log tells, folded, and more."""
    events: Iterable[Event] = (*read_reflog(scan_of(repo), None).events, *more)
    return fold([Event(one.kind, one.at, one.key, one.fact, one.worktree, one.branch, number) for number, one in enumerate(events, 1)])


def taken(repo: Repo, *more: Event, baseline: tuple[str, ...] = ()) -> Snapshot:
    reader = reader_of(repo)
    return take(reader, questions_of(session_of(repo, *more)), status(reader.git), baseline, LIMITS)


@pytest.fixture
def work(repo: Repo) -> Repo:
    """An old commit, then one of the session."""
    repo.commit("old", {"a.py": "1\n", "b.py": "1\n"}, at=NINE - 9999)
    repo.commit("one", {"a.py": "2\n"}, at=NINE + 60)
    return repo


def test_a_clean_tree(work: Repo) -> None:
    found = taken(work)
    assert (found.head, found.branch, found.detached, found.operation, found.entries, found.changes) == (work.head, "main", False, None, (), ())
    assert found.on_head == (work.head,) and found.base == work.git("rev-parse", "HEAD~1") and found.totals == (("a.py", 1, 1),)
    assert dict(found.short)[work.head] == work.git("rev-parse", "--short", "HEAD") and found.known and not found.trouble


def test_the_working_tree(work: Repo) -> None:
    work.write("a.py", "3\n")
    work.write("b.py", "2  # TODO x\n")
    found = taken(work, baseline=("b.py",))
    assert [(entry.path, entry.baseline) for entry in found.entries] == [("a.py", False), ("b.py", True)]
    assert [change.path for change in found.changes] == ["a.py", "b.py"] and [mark.text for mark in found.marks] == ["x"]


def test_a_detached_head(work: Repo) -> None:
    work.git("checkout", "-q", "--detach")
    assert (taken(work).branch, taken(work).detached) == ("", True)


def test_the_upstream_and_what_it_lacks(work: Repo, tmp_path: Path) -> None:
    Repo.create(tmp_path / "origin", "--bare")
    work.git("remote", "add", "origin", str(tmp_path / "origin"))
    work.git("push", "-q", "-u", "origin", "main")
    pushed = work.head
    work.commit("two", {"a.py": "3\n"}, at=NINE + 120)
    found = taken(work)
    assert (found.upstream, found.ahead, found.behind, found.on_remotes) == ("origin/main", 1, 0, (pushed,))
    assert [one.subject for one in found.unpushed] == ["two"]
    work.git("update-ref", "-d", "refs/remotes/origin/main")
    assert taken(work).upstream_gone and taken(work).has_remote


def test_an_open_merge(work: Repo) -> None:
    work.git("checkout", "-q", "-b", "side", "HEAD~1")
    work.commit("theirs", {"a.py": "9\n"}, at=NINE + 120)
    work.git("checkout", "-q", "main")
    assert subprocess.run(["git", "merge", "-q", "side"], cwd=work.root, capture_output=True, check=False).returncode == 1
    found = taken(work)
    assert found.operation is not None and (found.operation.kind, found.operation.other) == ("merge", "side")
    assert [(one.path, one.lines) for one in found.conflicts] == [("a.py", (1,))] and [entry.kind for entry in found.entries] == ["conflicted"]
    assert found.operation.other_oid in dict(found.short)
    theirs = work.git("rev-parse", "side")
    assert found.on_branches == ((theirs, "side"),)


def test_head_has_a_short_name_in_a_session_without_commits(work: Repo) -> None:
    reader = reader_of(work)
    found = take(reader, Questions(), status(reader.git), (), LIMITS)
    assert work.head in dict(found.short) and (found.on_head, found.base) == ((), work.head)


def test_commits_that_are_gone_are_not_asked_about(work: Repo) -> None:
    work.git("reset", "-q", "--hard", "HEAD~1", at=NINE + 120)
    lost = work.git("rev-parse", "ORIG_HEAD")
    found = taken(work)
    assert (found.on_head, found.on_branches, lost in dict(found.short)) == ((), (), True)
    log = work.root / ".git" / "logs" / "HEAD"
    log.write_text(log.read_text().replace(lost, "1" * 40))
    assert "1" * 40 not in dict(taken(work).short)


def test_a_stash_of_the_session_and_a_run_that_goes_on(work: Repo) -> None:
    work.write("a.py", "4\n")
    work.git("stash", "-q", at=NINE + 90)
    oid = work.git("rev-parse", "stash")
    folder = work.root / ".git" / "handoffd"
    folder.mkdir()
    handle = hold(folder, "r1", NINE)
    found = taken(work, Event("stash", NINE + 90, "s", Stash(oid, "made")))
    release(folder, "r1", handle)
    assert [stash.oid for stash in found.stashes] == [oid] and oid in dict(found.short) and found.going == ("r1",) and taken(work).going == ()


def test_where_git_keeps_no_logs_the_snapshot_says_so(work: Repo) -> None:
    work.git("config", "core.logAllRefUpdates", "false")
    assert taken(work).trouble == NO_LOGS


def test_an_object_that_cannot_be_read_is_trouble_and_no_traceback(work: Repo) -> None:
    work.write("a.py", "5\n")
    blob = work.git("rev-parse", "HEAD:a.py")
    file = work.root / ".git" / "objects" / blob[:2] / blob[2:]
    file.chmod(0o600)
    file.write_bytes(b"damaged")
    found = taken(work)
    assert "a.py" in found.trouble and [entry.path for entry in found.entries] == ["a.py"]


def test_a_session_that_ended_before_newer_work_knows_its_commits_alone(work: Repo) -> None:
    session = session_of(work)
    work.commit("newer", {"a.py": "7\n"}, at=NINE + 999)
    work.write("b.py", "dirty\n")
    found = ended(reader_of(work), questions_of(session))
    one = work.git("rev-parse", "HEAD~1")
    assert (found.head, found.branch, found.on_head, found.known, found.entries) == (one, "main", (one,), False, ())


def test_the_ended_sessions_own_branch_is_what_it_counts_when_head_is_elsewhere(work: Repo) -> None:
    session = session_of(work)
    one = work.head
    work.git("checkout", "-q", "--orphan", "new")
    work.commit("unrelated", {"z": "1"}, at=NINE + 999)
    found = ended(reader_of(work), questions_of(session))
    assert (found.on_head, found.on_branches, found.detached) == ((one,), (), False)


def test_a_session_of_notes_alone(work: Repo) -> None:
    work.git("reflog", "expire", "--expire=all", "--all")
    note = Event("note", NINE + 60.0, "n", Note("todo", "x"), branch="main")
    assert ended(reader_of(work), questions_of(fold([note]))) == Snapshot(branch="main", known=False)
