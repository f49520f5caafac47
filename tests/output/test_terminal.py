"""What a person sees: one line an event, one screen of status, no escape that is not ours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from handoffd.output.terminal import Style, ago, handoff_list, log_line, size, status_screen

A, B = "a" * 40, "b" * 40
LINES = [
    ("commit", Commit(A, B, "commit", subject="feat: x", count=1), "bbbbbbbb feat: x, 1 file"),
    ("commit", Commit(A, B, "amend", subject="feat: x", count=2), "bbbbbbbb feat: x (amend), 2 files"),
    ("checkout", Checkout(A, B, "checkout", source="main", target="work"), "main to work"),
    ("checkout", Checkout(A, B, "pull", message="pull: Fast-forward"), "pull: Fast-forward"),
    ("reset", Reset(A, B, message="reset: moving to HEAD~1"), "aaaaaaaa to bbbbbbbb: reset: moving to HEAD~1"),
    ("stash", Stash(A, "made", "On main: x"), "made aaaaaaaa On main: x"),
    ("push", Push("refs/remotes/origin/main", A, B), "origin/main at bbbbbbbb"),
    ("branch", Branch("work", A, "main"), "work created at aaaaaaaa from main"),
    ("file", File("src/a.py", "renamed", "b.py"), "src/a.py renamed from b.py"),
    ("test", Test("pytest", 12, 3, 1, report="j.xml"), "12 passed, 3 failed, 1 skipped (pytest, j.xml)"),
    ("note", Note("todo", "ask", path="a.py", line=3), "todo: ask (a.py:3)"),
    ("agent", Agent("claude", "edit", "text", "a.py"), "claude edit a.py text"),
    ("snapshot", Snapshot(branch="work"), "work: 0 uncommitted"),
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


@given(st.text(max_size=80), st.integers(30, 120))
def test_no_escape_that_is_not_ours_and_no_line_that_is_too_long(text: str, width: int) -> None:
    event = Event("note", 1_700_000_000.0, "k", Note("todo", f"\x1b[31m{text}\r\n\x9b2J"))
    line = log_line(event, Style(True, width))
    bare = re.sub(r"\x1b\[\d+m", "", line)
    assert "\x1b" not in bare and "\n" not in bare and "\r" not in bare and "\x9b" not in bare
    assert len(bare) <= max(width, 55)
    assert "\x1b" not in log_line(event, Style(False, width))


def test_one_screen_of_status() -> None:
    worktree = {"path": "/w", "state": "", "branch": "work", "last_event": 900.0, "idle_at": 2100.0, "last_handoff": "/w/h.md", "journal_bytes": 91000}
    screen = status_screen({"now": 1000.0, "daemon": {"pid": 7, "since": 400.0, "version": "1"}, "wanted": True, "worktrees": [worktree]}, Style())
    assert screen.splitlines() == [
        "daemon    running, pid 7, since 10 min, version 1",
        "",
        "/w",
        "  branch        work",
        "  last event    1 min ago",
        "  session       open, idle in 18 min",
        "  last handoff  /w/h.md",
        "  journal       91 KB",
    ]
    dead = status_screen({"now": 1.0, "daemon": None, "wanted": True, "trouble": "config not used", "worktrees": []}, Style())
    assert "wanted but not running" in dead and "config not used" in dead and "handoffd init" in dead
    degraded = status_screen({"now": 1e4, "daemon": None, "worktrees": [{**worktree, "state": "degraded: polling"}]}, Style(True))
    assert "degraded: polling" in degraded and "its handoff is due" in degraded and "\x1b[31m" in degraded


def test_the_list_of_handoffs() -> None:
    row = {"n": 0, "name": "h.md", "worktree": ".", "branch": "work", "started": 0.0, "ended": 1_700_000_000.0, "trigger": "push", "closed": False, "reconstructed": False}
    assert handoff_list([row, {**row, "n": 1, "name": "", "reconstructed": True}], Style()).splitlines()[0].split() == ["0", "2023-11-14", "22:13", "work", "h.md", "push,", "checkpoint"]


@pytest.mark.parametrize(("seconds", "said"), [(-5, "0 s"), (35, "35 s"), (120, "2 min"), (3600, "1 h"), (11100, "3 h 5 min"), (4 * 86400, "4 d")])
def test_how_long_ago(seconds: float, said: str) -> None:
    assert ago(seconds) == said


def test_sizes() -> None:
    assert (size(10), size(91000), size(3_400_000)) == ("1 KB", "91 KB", "3.4 MB")
