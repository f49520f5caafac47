"""The loop over the sources, with sources of the test's own: order, narrow scans, failures, and a source that is added as one row."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from handoffd.files.config import Settings
from handoffd.files.repository_config import SwitchedOff
from handoffd.git.repository import NotAWorktree, discover
from handoffd.git.run import GitDistrusts, GitError, GitMissing
from handoffd.journal.store import Journal, Unreadable
from handoffd.model.events import Event
from handoffd.model.facts import Daemon, Note, Test
from handoffd.model.file_state import FileState
from handoffd.model.kinds import FactKind
from handoffd.model.limits import Limits
from handoffd.model.records import replace
from handoffd.pipeline import ingest as ingesting
from handoffd.pipeline.ingest import ingest
from handoffd.pipeline.scan import Reading, ScanResult, read_sources, scan_of, scan_sources
from handoffd.pipeline.source_failures import SourceFailure, known_failures
from handoffd.pipeline.workspace import Workspace, prepare
from handoffd.sources.all_sources import ALL_SOURCES
from handoffd.sources.git.scan_scope import ScanScope
from handoffd.sources.git.tree_state import TreeState
from handoffd.sources.source import Cursor, Found, Scan, Source
from tests.support import Repo, wait_for

NOW = 1_700_000_000.0
HOUR = 3600.0
SCOPE = ScanScope(("a.py",), ())


class Log:
    """A source over a list of lines, each (time, text); its cursor is how many were read. `fails`: what reading raises, None when all is well."""

    about = "the log"

    def __init__(self, name: str, *lines: tuple[float, str], in_narrow_scan: bool = True, **found: Any) -> None:
        self.name, self.lines, self.in_narrow_scan, self.found = name, list(lines), in_narrow_scan, found
        self.fails: Exception | None = None
        self.given: list[tuple[Scan, Cursor | None]] = []

    def folders(self, settings: Settings) -> tuple[Path, ...]:
        return ()

    def read(self, scan: Scan, cursor: Cursor | None) -> Found:
        self.given.append((scan, cursor))
        if self.fails is not None:
            raise self.fails
        new = self.lines[int((cursor or {}).get("read", 0)) :]
        events = tuple(note(scan.clamp(at), f"{self.name}:{at}:{text}", text) for at, text in new)
        return Found(events, {"read": len(self.lines)}, **self.found)


def note(at: float, key: str, text: str) -> Event:
    return Event(FactKind.NOTE, at, key, Note("todo", text))


@pytest.fixture
def place(repo: Repo, home: Path) -> Workspace:
    """A journal that no scan wrote to yet."""
    repo.commit("start", {"a.py": "1\n"})
    made = prepare(discover(repo.root), Settings(), os.environ)
    made.journal.create("", NOW)
    return made


@pytest.fixture
def scan(place: Workspace) -> Scan:
    return replace(scan_of(place, NOW), limits=Limits(NOW, NOW - HOUR, NOW - 10 * HOUR))


def read(scan: Scan, *sources: Source, before: Mapping[str, SourceFailure] | None = None) -> Reading:
    found = read_sources(scan, sources, lambda _: None, before or {})
    assert found is not None
    return found


def keep(place: Workspace, monkeypatch: pytest.MonkeyPatch, now: float, *sources: Source) -> list[str]:
    """Ingest from these sources alone; what the journal has then, in its order."""
    monkeypatch.setattr(ingesting, "scan_sources", lambda place, now, scope: scan_sources(place, now, scope, sources))
    assert not ingest(place, "cli", now).busy
    facts = [event.fact for event in place.journal.events(place.id)]
    return [fact.text for fact in facts if isinstance(fact, Note | Daemon)]


def scanned(place: Workspace, *sources: Source, scope: ScanScope | None = None) -> ScanResult:
    return scan_sources(place, NOW, scope, sources)


def test_events_of_all_sources_come_in_the_order_of_their_times(place: Workspace) -> None:
    one, other = Log("one", (NOW - 10, "first"), (NOW - 1, "last")), Log("other", (NOW - 5, "between"))
    assert [event.at - NOW for event in scanned(place, one, other).events] == [-10, -5, -1]


def test_at_equal_times_the_order_of_the_sources_holds(place: Workspace) -> None:
    one, other = Log("one", (NOW - 5, "a"), (NOW - 5, "b")), Log("other", (NOW - 5, "c"))
    texts = [event.fact.text for event in scanned(place, one, other).events if isinstance(event.fact, Note)]
    assert texts == ["a", "b", "c"]
    assert [event.fact.text for event in scanned(place, other, one).events if isinstance(event.fact, Note)] == ["c", "a", "b"]


def test_what_leads_comes_first_whatever_its_time(place: Workspace) -> None:
    clock, other = Log("clock", (NOW, "set back"), leads=True), Log("other", (NOW - 5, "a"))
    assert [event.at for event in scanned(place, other, clock).events] == [NOW, NOW - 5]


def test_each_source_gets_its_own_cursor(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = Log("one", (NOW - 9, "a")), Log("other", (NOW - 8, "b"), (NOW - 7, "c"))
    keep(place, monkeypatch, NOW, one, other)
    keep(place, monkeypatch, NOW + 1, one, other)
    assert [cursor for _, cursor in one.given] == [None, {"read": 1}]
    assert [cursor for _, cursor in other.given] == [None, {"read": 2}]


def test_a_cursor_that_is_weak_is_apart(place: Workspace) -> None:
    result = scanned(place, Log("one"), Log("clock", weak_cursor=True))
    assert dict(result.cursors) == {"one": {"read": 0}} and dict(result.weak_cursors) == {"clock": {"read": 0}}


def test_a_source_sees_what_those_before_it_found(scan: Scan) -> None:
    one, other, third = Log("one", (NOW, "a")), Log("other", (NOW, "b")), Log("third")
    read(scan, one, other, third)
    assert [[event.key for event in log.given[0][0].earlier] for log in (one, other, third)] == [
        [],
        [f"one:{NOW}:a"],
        [f"one:{NOW}:a", f"other:{NOW}:b"],
    ]


def test_the_tree_is_that_of_the_source_that_has_one(scan: Scan) -> None:
    tree = TreeState({"a.py": FileState("a.py")})
    assert read(scan, Log("one"), Log("tree", tree=tree)).tree == tree
    assert read(scan, Log("one")).tree == TreeState()


def test_a_narrow_scan_reads_those_that_take_part_in_it(scan: Scan) -> None:
    one, other = Log("one", in_narrow_scan=False), Log("other")
    assert set(read(replace(scan, scope=SCOPE), one, other).found) == {"other"} and not one.given
    assert set(read(scan, one, other).found) == {"one", "other"}


def test_where_a_narrow_scan_is_not_enough_all_is_read(place: Workspace) -> None:
    one, tree, after = Log("one", (NOW, "a"), in_narrow_scan=False), Log("tree", needs_whole_scan=True), Log("after")
    assert set(scanned(place, one, tree, after, scope=SCOPE).cursors) == {"one", "tree", "after"}
    assert [scan.scope for scan, _ in tree.given] == [SCOPE, None] and len(after.given) == len(one.given) == 1


@pytest.mark.parametrize("error", [GitError("index file corrupt", "mend it"), OSError(5, "Input/output error"), KeyError("x"), AssertionError()])
def test_a_source_that_fails_keeps_its_cursor_and_the_others_go_on(place: Workspace, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    one, other = Log("one", (NOW - 9, "a")), Log("other", (NOW - 8, "b"))
    keep(place, monkeypatch, NOW, one, other)
    one.lines += [(NOW + 1, "c")]
    other.lines += [(NOW + 2, "d")]
    one.fails = error
    texts = keep(place, monkeypatch, NOW + 5, one, other)
    assert texts[:3] == ["a", "b", "d"] and texts[3].startswith("the log could not be read: ") and len(texts) == 4
    assert place.journal.cursor(place.id, "one") == {"read": 1} and place.journal.cursor(place.id, "other") == {"read": 2}


def test_a_failure_is_reported_once_and_is_gone_when_the_source_is_read_again(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Log("one", (NOW - 9, "a"))
    one.fails = GitError("index file corrupt", "mend it")
    said = "the log could not be read: index file corrupt"
    assert keep(place, monkeypatch, NOW, one) == keep(place, monkeypatch, NOW + 1, one) == [said]
    assert [(failure.says, failure.hint) for failure in known_failures(place.journal, place.id).values()] == [(said, "mend it")]
    one.fails = None
    assert keep(place, monkeypatch, NOW + 2, one) == [said, "a"] and known_failures(place.journal, place.id) == {}
    one.fails = GitError("index file corrupt")
    assert keep(place, monkeypatch, NOW + 3, one) == [said, "a", said], "another failure"


def test_a_failure_in_the_journal_is_that_of_another_worktree(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Log("one")
    one.fails = GitError("no")
    keep(place, monkeypatch, NOW, one)
    assert known_failures(place.journal, "worktrees/x@1") == {}


def test_a_bug_is_named_with_its_place(scan: Scan) -> None:
    class Broken(Log):
        def read(self, scan: Scan, cursor: Cursor | None) -> Found:
            scan.clamp("soon")  # type: ignore[arg-type]
            return Found()

    (failure,) = read(scan, Broken("one")).failures.values()
    assert "TypeError" in failure.says and "handoffd/model/limits.py:" in failure.says and "report" in failure.hint


def test_what_happened_while_a_source_failed_keeps_its_time(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = Log("one"), Log("other")
    keep(place, monkeypatch, NOW, one, other)
    one.fails = GitError("no")
    for minute in range(1, 5):
        other.lines.append((NOW + minute, f"{minute}"))
        keep(place, monkeypatch, NOW + minute, one, other)
    one.fails = None
    one.lines.append((NOW + 1.5, "meanwhile"))
    other.lines.append((NOW + 1.5, "late"))
    keep(place, monkeypatch, NOW + 9, one, other)
    assert {event.fact.text: event.at - NOW for event in place.journal.events(place.id) if isinstance(event.fact, Note)} == {
        "1": 1, "2": 2, "3": 3, "4": 4, "meanwhile": 1.5, "late": 4,
    }  # fmt: skip


def test_a_run_that_was_reported_late_keeps_its_time(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    class Runs(Log):
        def read(self, scan: Scan, cursor: Cursor | None) -> Found:
            found = super().read(scan, cursor)
            return replace(found, events=tuple(Event(FactKind.TEST, at, f"run:{at}", Test("pytest", 1, 0, 0)) for at, _ in self.lines))

    runs, other = Runs("one"), Log("other")
    keep(place, monkeypatch, NOW, runs, other)
    runs.fails = GitError("no")
    other.lines.append((NOW + 4, "a"))
    keep(place, monkeypatch, NOW + 5, runs, other)
    runs.fails = None
    runs.lines.append((NOW + 2, "run"))
    keep(place, monkeypatch, NOW + 9, runs, other)
    assert [event.at for event in place.journal.events(place.id, kinds=("test",))] == [NOW + 2]


def test_the_failure_of_a_source_that_a_narrow_scan_leaves_out_stands(scan: Scan) -> None:
    before = {"one": SourceFailure("the log could not be read: no", "", NOW - 9)}
    one, other = Log("one", in_narrow_scan=False), Log("other")
    assert read(replace(scan, scope=SCOPE), one, other, before=before).failures == before
    assert read(scan, one, other, before=before).failures == {}


def test_a_failure_of_a_source_that_is_no_more_goes(scan: Scan) -> None:
    assert read(scan, Log("other"), before={"one": SourceFailure("", "", 0.0)}).failures == {}


def test_sources_know_which_were_not_read(scan: Scan) -> None:
    one, other = Log("one"), Log("other")
    one.fails = GitError("no")
    read(scan, one, other)
    assert other.given[0][0].unread == {"one"}


@pytest.mark.parametrize("error", [NotAWorktree("no"), SwitchedOff("off"), GitDistrusts("no"), GitMissing("no"), MemoryError()])
def test_where_nothing_can_be_done_at_all_the_scan_ends(scan: Scan, error: Exception) -> None:
    one = Log("one")
    one.fails = error
    with pytest.raises(type(error)):
        read(scan, one)


def test_an_error_of_the_journal_ends_the_scan_as_itself(place: Workspace) -> None:
    class Unanswering(Journal):
        def has_keys(self, keys: Iterable[str]) -> set[str]:
            raise Unreadable("the journal cannot be read", hint="the disk failed")

    class Asking(Log):
        def read(self, scan: Scan, cursor: Cursor | None) -> Found:
            scan.known(["a"])
            return Found()

    with pytest.raises(Unreadable, match="the journal cannot be read"):
        scanned(replace(place, journal=Unanswering(place.journal.folder)), Asking("one"))


def test_a_source_is_added_as_one_row(place: Workspace, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the real ones, whose events it does not disturb."""
    diary = Log("diary", (NOW - 60, "from the diary"))
    repo.commit("feat: one", {"b.py": "2\n"})
    sources: tuple[Source, ...] = (*ALL_SOURCES, diary)
    monkeypatch.setattr(ingesting, "scan_sources", lambda place, now, scope: scan_sources(place, now, scope, sources))
    wait_for(lambda: not ingest(place, "cli", NOW).busy)
    kinds = [event.kind for event in place.journal.events(place.id)]
    assert kinds.count("note") == 1 and kinds.count("commit") == 2 and place.journal.cursor(place.id, "diary") == {"read": 1}
    assert [name for name in ("clock", "reflog", "refs", "worktree", "reports", "spool") if place.journal.cursor(place.id, name) is None] == []
