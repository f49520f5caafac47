"""One scan: every source asked what is new since the scan before."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from handoffd.files.config import Settings
from handoffd.files.spool_line import put
from handoffd.model.facts import Commit, File, Note, Test
from handoffd.pipeline.scan import ScanResult, limits_of, scan_sources
from handoffd.pipeline.workspace import Workspace
from handoffd.sources.git.scan_scope import ScanScope
from tests.pipeline.begun import DAY, HOUR, MINUTE, NINE, begun, prepared, scanned, writing
from tests.support import Repo, wait_for

REPORT = '<testsuite name="pytest" tests="2" failures="{failed}"><testcase classname="t" name="a"/><testcase classname="t" name="b">{body}</testcase></testsuite>'


def news(place: Workspace, now: float, scope: ScanScope | None = None) -> ScanResult:
    """A scan that git did not keep from looking."""
    return wait_for(lambda: next((found for found in [scan_sources(place, now, scope)] if not found.tree.busy), None))


def spooled(place: Workspace, kind: str, at: float, **data: object) -> None:
    put(place.spool, {"kind": kind, "key": f"{kind}:{at}", "at": at, "branch": "main", "data": data})


def report(repo: Repo, failed: int, at: float) -> None:
    file = repo.write("junit.xml", REPORT.format(failed=failed, body="<failure/>" if failed else ""))
    os.utime(file, (at, at))


@pytest.fixture
def ignoring(started: Repo) -> Workspace:
    """The report is ignored by git, as reports mostly are."""
    started.write(".git/info/exclude", "junit.xml\n")
    return begun(started)


def test_nothing_new(place: Workspace) -> None:
    found = news(place, NINE + MINUTE)
    assert found.events == () and not found.first and found.now == NINE + MINUTE


def test_the_first_scan_says_so(started: Repo) -> None:
    place = prepared(started)
    place.journal.create("", NINE)
    assert news(place, NINE).first


def test_every_source_is_asked_and_events_come_in_the_order_of_their_times(ignoring: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    spooled(ignoring, "note", NINE + 30, type="todo", text="write")
    report(started, 0, NINE + 90)
    started.write("b.py", "2\n")
    os.utime(started.path("b.py"), (NINE + 120, NINE + 120))
    found = news(ignoring, NINE + HOUR)
    assert [(event.kind, event.at - NINE) for event in found.events] == [("note", 30), ("commit", 60), ("test", 90), ("file", 120)]
    assert set(found.cursors) == {"reflog", "refs", "worktree", "reports", "spool"} and found.weak_cursors["clock"]["wall"] > 0


def test_a_scan_writes_nothing(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    spooled(place, "note", NINE + 30, type="todo", text="write")
    before = place.journal.last_id(), place.journal.cursor(".", "reflog")
    one, other = news(place, NINE + HOUR), news(place, NINE + HOUR)
    assert one.events == other.events and one.cursors == other.cursors
    assert (place.journal.last_id(), place.journal.cursor(".", "reflog")) == before


def test_times_are_clamped_between_the_scans(place: Workspace, started: Repo) -> None:
    spooled(place, "note", NINE - DAY, type="todo", text="early")
    spooled(place, "note", NINE + DAY, type="todo", text="late")
    assert [(event.fact.text, event.at) for event in news(place, NINE + HOUR).events if isinstance(event.fact, Note)] == [
        ("early", NINE),
        ("late", NINE + HOUR),
    ]


def test_while_git_writes_the_tree_is_left_and_the_others_are_told(place: Workspace, started: Repo) -> None:
    started.write("a.py", "1\n")
    spooled(place, "note", NINE + 30, type="todo", text="write")
    (started.root / ".git" / "index.lock").touch()
    found = scan_sources(place, NINE + HOUR)
    assert found.tree.busy and [event.kind for event in found.events] == ["note"]
    assert found.cursors.get("worktree") in (None, place.journal.cursor(".", "worktree"))


def test_of_a_scope_the_tree_is_asked_about_that_alone(place: Workspace, started: Repo) -> None:
    scanned(place, NINE + MINUTE)
    stamp = news(place, NINE + MINUTE).tree.stamp
    assert stamp is not None
    for name in ("a.py", "b.py"):
        started.write(name, "1\n")
    narrow = news(place, NINE + HOUR, ScanScope(("a.py",), stamp))
    assert [event.fact.path for event in narrow.events if isinstance(event.fact, File)] == ["a.py"]
    assert set(narrow.cursors) == {"reports", "spool"}, "git did nothing: its logs are as they were"


def test_a_scope_is_no_use_once_git_did_something(place: Workspace, started: Repo) -> None:
    stamp = news(place, NINE + MINUTE).tree.stamp
    assert stamp is not None
    started.commit("feat: one", {"b.py": "1\n"}, at=NINE + 60)
    started.write("a.py", "1\n")
    found = news(place, NINE + HOUR, ScanScope(("a.py",), stamp))
    assert [type(event.fact) for event in found.events] == [Commit, File] and "reflog" in found.cursors


def test_a_report_and_the_wrapper_around_it_are_one_run(ignoring: Workspace, started: Repo) -> None:
    started.write("a.py", "1\n")
    os.utime(started.path("a.py"), (NINE + 30, NINE + 30))
    report(started, 1, NINE + 90)
    spooled(
        ignoring,
        "test",
        NINE + 100,
        runner="",
        passed=0,
        failed=0,
        state="uncounted",
        run="r1",
        command="make test",
        exit=2,
        started=NINE + 60,
        ended=NINE + 100,
    )
    (run,) = [event for event in news(ignoring, NINE + HOUR).events if event.kind == "test"]
    fact = run.fact
    assert isinstance(fact, Test) and (fact.passed, fact.failed, fact.command, fact.exit) == (1, 1, "make test", 2)
    assert fact.head == started.head and fact.dirty == (("a.py", started.git("hash-object", "a.py")),) and run.branch == "main"


def test_a_test_that_failed_before_and_passes_now_is_fixed(ignoring: Workspace, started: Repo) -> None:
    report(started, 1, NINE + 60)
    scanned(ignoring, NINE + 2 * MINUTE)
    report(started, 0, NINE + 180)
    (run,) = [event.fact for event in news(ignoring, NINE + HOUR).events if isinstance(event.fact, Test)]
    assert run.fixed == ("t::b",)


def test_a_report_that_was_read_is_not_told_again(ignoring: Workspace, started: Repo) -> None:
    report(started, 1, NINE + 60)
    scanned(ignoring, NINE + 2 * MINUTE)
    assert news(ignoring, NINE + HOUR).events == ()


def test_keys_of_reports_are_of_their_worktree(ignoring: Workspace, started: Repo, tmp_path: Path) -> None:
    started.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = begun(Repo(tmp_path / "linked"))
    keys = []
    for place in ignoring, linked:
        report(Repo(place.root), 0, NINE + 60)
        keys += [event.key for event in news(place, NINE + HOUR).events if event.kind == "test"]
    assert len(set(keys)) == 2


def test_secrets_are_not_in_cursors(place: Workspace, started: Repo) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    started.git("checkout", "-q", "-b", token)
    assert token not in json.dumps(news(place, NINE + HOUR).cursors, default=dict)


def test_the_first_scan_looks_a_day_back(started: Repo) -> None:
    place = prepared(started)
    place.journal.create("", NINE)
    limits = limits_of(place, NINE)
    assert limits.floor == NINE - DAY == limits.previous


def test_a_later_scan_looks_back_to_the_one_before(place: Workspace) -> None:
    limits = limits_of(place, NINE + HOUR)
    assert (limits.floor, limits.previous, limits.now) == (NINE - DAY, NINE, NINE + HOUR)


def test_the_floor_follows_what_was_forgotten_and_what_is_kept(place: Workspace, started: Repo) -> None:
    with writing(place) as writer:
        writer.set_meta("floor", repr(NINE - HOUR))
    assert limits_of(place, NINE + HOUR).floor == NINE - HOUR
    short = begun(started, Settings(keep=10.0 * MINUTE))
    with writing(short) as writer:
        writer.set_meta("time confirmed", repr(NINE + HOUR))
    assert limits_of(short, NINE + HOUR).floor == NINE + 50 * MINUTE
    assert limits_of(short, NINE).floor < NINE, "a confirmed time that is to come was none"


def test_a_journal_that_began_under_a_wrong_clock_keeps_nothing_from_being_read(place: Workspace) -> None:
    with writing(place) as writer:
        writer.set_meta("began", repr(NINE + 999 * DAY))
    assert limits_of(place, NINE + HOUR).floor == NINE + HOUR - DAY
