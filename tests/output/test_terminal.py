"""What a person sees: one line an event, one screen of status, no escape that is not ours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.drops import Drop
from handoffd.model.events import KINDS, Event
from handoffd.model.facts import (
    Agent,
    Branch,
    Checkout,
    Commit,
    Daemon,
    File,
    Handoff,
    Note,
    Push,
    Reset,
    Stash,
    Test,
    Unknown,
)
from handoffd.model.snapshot import Snapshot
from handoffd.output.columns import columns
from handoffd.output.terminal import Style, ago, finding_lines, headed, log_line, size, status_screen, verdict

A, B = "a" * 40, "b" * 40
PAINT = re.compile(r"\x1b\[\d+m")
WORKTREE = {"path": "/w", "state": "", "branch": "work", "last_event": 900.0, "idle_at": 2100.0, "last_handoff": "/w/h.md", "journal_bytes": 91000}
LINES = [
    ("commit", Commit(A, B, "commit", subject="feat: x", count=1), "bbbbbbbb feat: x, 1 file"),
    ("commit", Commit(A, B, "amend", subject="feat: x", count=2), "bbbbbbbb feat: x (amend), 2 files"),
    ("checkout", Checkout(A, B, "checkout", source="main", target="work"), "main to work"),
    ("checkout", Checkout(A, B, "pull", message="pull: Fast-forward"), "pull: Fast-forward"),
    ("reset", Reset(A, B, message="reset: moving to HEAD~1"), "aaaaaaaa to bbbbbbbb: reset: moving to HEAD~1"),
    ("stash", Stash(A, "made", "On main: x"), "made aaaaaaaa On main: x"),
    ("push", Push("refs/remotes/origin/main", A, B), "origin/main at bbbbbbbb"),
    ("branch", Branch("work", A, "main"), "created work at aaaaaaaa from main"),
    ("file", File("src/a.py", "renamed", "b.py"), "src/a.py renamed from b.py"),
    ("test", Test("pytest", 12, 3, 1, report="j.xml"), "12 passed, 3 failed, 1 skipped (pytest, j.xml)"),
    ("note", Note("todo", "ask", path="a.py", line=3), "todo: ask (a.py:3)"),
    ("drop", Drop("1a2b3c4d", "ask Kim", "a.py", 3), "taken off: ask Kim (a.py:3)"),
    ("drop", Drop("1a2b3c4d", undo=True, agent="Codex"), "put back: 1a2b3c4d (by Codex)"),
    ("agent", Agent("claude", "edit", "text", "a.py"), "claude edit a.py text"),
    ("snapshot", Snapshot(branch="work"), "0 uncommitted on work"),
    ("handoff", Handoff("h.md", "", "written", "idle", closes=True), "h.md written, idle, session closed"),
    ("daemon", Daemon("init"), "init"),
    ("later", Unknown({"x": 1}), ""),
]


@pytest.mark.parametrize(("kind", "fact", "said"), LINES)
def test_a_line_of_the_log(kind, fact, said) -> None:
    line = log_line(Event(kind, 1_700_000_000.0, "k", fact), Style())
    assert line == f"2023-11-14 22:13:20  {kind:<9} {said}".rstrip()


def test_every_kind_has_a_line() -> None:
    assert {kind for kind, _, _ in LINES} >= KINDS.keys()


@given(st.text(max_size=80) | st.text("日本語", max_size=80), st.integers(30, 120))
def test_no_escape_that_is_not_ours_and_no_line_that_is_too_long(text: str, width: int) -> None:
    event = Event("note", 1_700_000_000.0, "k", Note("todo", f"\x1b[31m{text}\r\n\x9b2J"))
    line = log_line(event, Style(True, width))
    bare = PAINT.sub("", line)
    assert "\x1b" not in bare and "\n" not in bare and "\r" not in bare and "\x9b" not in bare
    assert columns(bare) <= max(width, 55)
    assert "\x1b" not in log_line(event, Style(False, width))


def test_one_screen_of_status() -> None:
    screen = status_screen({"now": 1000.0, "daemon": {"pid": 7, "since": 400.0, "version": "1"}, "wanted": True, "worktrees": [WORKTREE]}, Style())
    assert screen.splitlines() == [
        "daemon    running for 10 min, pid 7, version 1",
        "",
        "/w",
        "  branch        work",
        "  last event    1 min ago",
        "  session       open, idle in 18 min",
        "  last handoff  h.md",
        "  journal       91 KB",
    ]
    dead = status_screen({"now": 1.0, "daemon": None, "wanted": True, "trouble": "config not used", "worktrees": []}, Style())
    assert "wanted but not running" in dead and "config not used" in dead and "handoffd init" in dead
    degraded = status_screen({"now": 1e4, "daemon": None, "worktrees": [{**WORKTREE, "state": "degraded: polling"}]}, Style(True))
    told = status_screen({"now": 1000.0, "daemon": None, "worktrees": [{**WORKTREE, "told": True}]}, Style())
    assert "open, its handoff is written; over in 18 min" in told
    assert "degraded: polling" in degraded and "its handoff is due" in degraded and "\x1b[31m" in degraded


def test_of_a_worktree_that_cannot_be_read_nothing_is_guessed() -> None:
    unread = {**WORKTREE, "state": "it is not there", "branch": "", "last_event": 0.0, "last_handoff": "", "journal_bytes": 0}
    assert status_screen({"now": 1.0, "daemon": None, "worktrees": [unread]}, Style()).splitlines()[2:] == ["/w", "  state         it is not there"]


def test_what_is_to_be_done_is_wrapped_whole_and_in_the_terminals_own_colour() -> None:
    remedy = " ".join(f"word{number}" for number in range(40))
    status = status_screen({"now": 1.0, "daemon": None, "worktrees": [{**WORKTREE, "state": remedy, "remarks": [remedy]}]}, Style(True, 80))
    doctor = finding_lines({"check": "journal", "ok": False, "says": remedy, "remedy": remedy, "mend": "journal"}, Style(True, 80))
    for lines in status.splitlines(), doctor:
        bare = [PAINT.sub("", line) for line in lines]
        assert " ".join("\n".join(bare).split()).count(remedy) == 2 and all(len(line) <= 80 for line in bare)
        assert not [line for line in lines if re.search(rf"{PAINT.pattern}[^\x1b]*word", line) and not re.search(r"\x1b\[0m[^\x1b]*word", line)]


def test_findings_stand_in_columns_with_a_verdict_at_the_end() -> None:
    rows = [
        {"check": "git", "ok": True, "says": "2.39", "remedy": "", "mend": ""},
        {"check": "hook post-commit", "ok": False, "says": "gone", "remedy": "put it back", "mend": "hooks"},
    ]
    assert [line for row in rows for line in finding_lines(row, Style())] == [
        "ok     git               2.39",
        "WRONG  hook post-commit  gone",
        "         remedy          put it back (handoffd doctor --fix does it)",
    ]
    assert [verdict(rows, Style()), verdict(rows[:1], Style())] == ["2 checks, 1 wrong", "1 check, all is well"]


def test_headings_of_a_handoff_are_bold_and_nothing_else() -> None:
    assert headed("# A\n\n## B\n- #c", Style(True)) == "\x1b[1m# A\x1b[0m\n\n\x1b[1m## B\x1b[0m\n- #c"
    assert headed("# A\n- b", Style()) == "# A\n- b"


@pytest.mark.parametrize(("seconds", "said"), [(-5, "0 s"), (35, "35 s"), (120, "2 min"), (3600, "1 h"), (11100, "3 h 5 min"), (4 * 86400, "4 d")])
def test_how_long_ago(seconds: float, said: str) -> None:
    assert ago(seconds) == said


def test_sizes() -> None:
    assert (size(10), size(91000), size(3_400_000)) == ("1 KB", "91 KB", "3.4 MB")
