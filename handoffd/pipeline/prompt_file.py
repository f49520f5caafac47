"""One line for a shell's prompt, kept in a small file that sh can read in no time: `handoff 11-24 16:42 +7, 2 failing`."""

from __future__ import annotations

import time
from contextlib import suppress

from handoffd.compose.session_events import count_open
from handoffd.files.atomic_write import write_whole
from handoffd.files.layout import prompt_in
from handoffd.journal.reader import Reader
from handoffd.model.facts import Test
from handoffd.model.kinds import FactKind
from handoffd.pipeline.workspace import Workspace


def prompt_line(reader: Reader, worktree: str) -> str:
    """When the newest handoff was written, how many events came since it closed a session, how many tests fail in a run since then."""
    closed = reader.closed_through(worktree)
    newest = next(iter(reader.handoff_facts(worktree, 1)), None)
    when = time.strftime("handoff %m-%d %H:%M", time.localtime(newest.ended)) if newest else "no handoff yet"
    count = count_open(reader, worktree)
    run = reader.last(worktree, FactKind.TEST)
    failing = run.fact.failed if run and run.id > closed and isinstance(run.fact, Test) else 0
    return when + (f" +{count}" if count else "") + (f", {failing} failing" if failing else "")


def keep_prompt(place: Workspace, reader: Reader) -> None:
    """Write the line where it changed. A prompt is no reason for anything to fail."""
    file = prompt_in(place.worktree.git_dir)
    line = f"{prompt_line(reader, place.id)}\n"
    with suppress(OSError):
        if file.is_file() and file.read_text() == line:
            return
        # One name for all, which a killed process leaves to the next: only the holder of the journal's lock writes it.
        write_whole(file, line, draft=f"{file.name}.new", fsync=False)
