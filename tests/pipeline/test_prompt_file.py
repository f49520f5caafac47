"""One line for a shell's prompt."""

from __future__ import annotations

import os
import time

import pytest

from handoffd.files.layout import PROMPT
from handoffd.model.events import Event
from handoffd.model.facts import Handoff, Note, Push, Test
from handoffd.pipeline.prompt_file import keep_prompt, prompt_line
from handoffd.pipeline.workspace import Workspace
from tests.pipeline.begun import HOUR, NINE, scanned, writing


def add(place: Workspace, *facts: Note | Test | Push | Handoff) -> None:
    kinds = {Note: "note", Test: "test", Push: "push", Handoff: "handoff"}
    with writing(place) as writer:
        start = writer.last_id()
        writer.append([Event(kinds[type(fact)], NINE, f"k{start + at}", fact, ".") for at, fact in enumerate(facts)])


def line(place: Workspace) -> str:
    return prompt_line(place.journal, ".")


def handoff(place: Workspace, closes: bool) -> Handoff:
    return Handoff("a.md", "x", "written", through=place.journal.last_id(), closes=closes, ended=NINE)


WHEN = time.strftime("handoff %m-%d %H:%M", time.localtime(NINE))


def test_before_there_is_a_handoff(place: Workspace) -> None:
    assert line(place) == "no handoff yet"
    add(place, Note("todo", "x"), Push("r", "a", "b"))
    assert line(place) == "no handoff yet +1", "a push makes no session"


def test_events_count_since_the_last_session_was_closed(place: Workspace) -> None:
    add(place, Note("todo", "x"))
    add(place, handoff(place, closes=False))
    assert line(place) == f"{WHEN} +1"
    add(place, handoff(place, closes=True))
    assert line(place) == WHEN
    add(place, Note("todo", "y"), Note("todo", "z"))
    assert line(place) == f"{WHEN} +2"


@pytest.mark.parametrize(("failed", "end"), [(0, "no handoff yet +1"), (3, "no handoff yet +1, 3 failing")])
def test_failing_tests_of_the_newest_run(place: Workspace, failed: int, end: str) -> None:
    add(place, Test("pytest", 5, failed))
    assert line(place) == end


def test_a_run_of_the_session_before_is_not_told(place: Workspace) -> None:
    add(place, Test("pytest", 5, 3))
    add(place, handoff(place, closes=True))
    assert line(place) == WHEN


def test_an_ingest_keeps_the_line_in_its_file(place: Workspace) -> None:
    file = place.worktree.git_dir / "handoffd" / PROMPT
    scanned(place, NINE + HOUR, Event("note", NINE + HOUR, "n", Note("todo", "x"), "."))
    assert file.read_text() == "no handoff yet +1\n" and file.stat().st_mode & 0o777 == 0o600


def test_a_line_that_is_the_same_is_not_written_again(place: Workspace) -> None:
    file = place.worktree.git_dir / "handoffd" / PROMPT
    keep_prompt(place, place.journal)
    before = file.stat().st_ino
    keep_prompt(place, place.journal)
    assert file.stat().st_ino == before
    add(place, Note("todo", "x"))
    keep_prompt(place, place.journal)
    assert file.read_text() == "no handoff yet +1\n" and os.listdir(file.parent).count(f"{PROMPT}.new") == 0


def test_a_draft_that_a_killed_process_left_is_no_hindrance(place: Workspace) -> None:
    folder = place.worktree.git_dir / "handoffd"
    (folder / f"{PROMPT}.new").write_text("half a li")
    add(place, Note("todo", "x"))
    keep_prompt(place, place.journal)
    assert (folder / PROMPT).read_text() == "no handoff yet +1\n" and not (folder / f"{PROMPT}.new").exists()


def test_a_prompt_is_no_reason_for_anything_to_fail(place: Workspace) -> None:
    file = place.worktree.git_dir / "handoffd" / PROMPT
    file.unlink(missing_ok=True)
    (file / "folder").mkdir(parents=True)
    keep_prompt(place, place.journal)
    assert file.is_dir()
