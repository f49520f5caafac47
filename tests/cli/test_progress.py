"""Long work on a real terminal: a line while it goes on, nothing of it afterwards, and nothing at all where no person looks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.cli.progress import DELAY, Line
from handoffd.model.progress import Stage
from tests.cli.terminals import shell
from tests.watched import Watched

HANDOFFD = [sys.executable, "-m", "handoffd"]
CLEAR = "\r\x1b[K"
PHRASES = [str(stage) for stage in Stage]
SLOW = 'case " $* " in *" status "*) while [ ! -e "$GATE" ]; do sleep 0.1; done;; esac\n'
LATE = f'case " $* " in *" status "*) sleep {3 * DELAY};; esac\n'


def slow_git(folder: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> Path:
    """A git first on PATH whose `status` takes as long as `how` says; returns the gate that opens it."""
    gate, real = folder / "gate", os.environ["PATH"]
    (folder / "bin").mkdir()
    program = folder / "bin" / "git"
    program.write_text(f'#!/bin/sh\n{how}PATH="{real}" exec git "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{real}")
    monkeypatch.setenv("GATE", str(gate))
    return gate


@pytest.mark.parametrize("words", [["flush"], ["status"], ["log"], ["show"], ["doctor"]], ids=lambda words: words[0])
def test_a_line_is_there_while_it_goes_on_and_gone_afterwards(
    words: list[str], watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = slow_git(tmp_path, monkeypatch, SLOW if words != ["doctor"] else SLOW.replace("status", "--show-origin"))
    with shell(watched.repo.root, "xterm") as terminal:
        terminal.line(*HANDOFFD, *words)
        terminal.expect("|".join(PHRASES))
        gate.touch()
        rest = terminal.before("ready> ")
    assert CLEAR in rest and not any(phrase in rest.rpartition(CLEAR)[2] for phrase in PHRASES)


@pytest.mark.parametrize(
    ("term", "end"),
    [("dumb", ""), ("xterm", " --json"), ("xterm", " | cat"), ("xterm", " 2> err"), ("xterm", " & wait")],
    ids=["dumb", "json", "piped", "stderr", "background"],
)
def test_nothing_is_shown_where_no_person_looks(term: str, end: str, watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow_git(tmp_path, monkeypatch, LATE)
    with shell(watched.repo.root, term) as terminal:
        terminal.type(f"{sys.executable} -m handoffd status{end}\n")
        said = terminal.before("ready> $")
    errors = watched.repo.path("err")
    assert str(watched.repo.root) in said and not any(phrase in said for phrase in PHRASES)
    assert not errors.exists() or not errors.read_text()


def test_quick_work_shows_nothing(watched: Watched) -> None:
    """A line that was never painted is not cleared either: not a byte."""
    written: list[str] = []
    line = Line(written.append, lambda: 80)
    line.report(Stage.CHECKS, 1, 2)
    line.clear()
    assert written == []


@given(st.sampled_from(Stage), st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 300))
def test_the_line_fits_the_window(stage: Stage, done: int, total: int, columns: int) -> None:
    written: list[str] = []
    line = Line(written.append, lambda: columns)
    line.report(stage, done, total)
    line.paint()
    line.paint()
    line.clear()
    shown = [text.removeprefix(CLEAR) for text in written]
    assert all(text.startswith(CLEAR) for text in written) and all(len(text) < max(columns, 1) for text in shown)
    assert "\n" not in "".join(written) and (not written or shown[-1] == "")
    assert len(written) in (0, 2), "written only where it changed"
