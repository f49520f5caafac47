"""Where the place of a person's words stands now: it moves with its line and its file. When the line is gone, the path alone stands."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.git.content import read_text
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.questions import AskedPlace
from handoffd.model.snapshot import Entry, NotePlace


def note_places(reader: WorktreeReader, asked: Sequence[AskedPlace], entries: Sequence[Entry]) -> tuple[NotePlace, ...]:
    """One for each note that named a place."""
    renamed = {entry.old_path: entry.path for entry in entries if entry.old_path}
    return tuple(_place(reader, one, renamed.get(one.path, one.path)) for one in asked)


def _place(reader: WorktreeReader, asked: AskedPlace, path: str) -> NotePlace:
    if not asked.line:
        return NotePlace(asked.event, path)
    text = read_text(reader, path)
    lines = text.split("\n") if text is not None else []
    line = _line(asked, lines)
    return NotePlace(asked.event, path, line, line + asked.last - asked.line if line and asked.last else 0)


def _line(asked: AskedPlace, lines: Sequence[str]) -> int:
    """The nearest line that reads as the note's did when it was made. Where nothing stood there then, the number is a person's word and stands."""
    if not asked.quote:
        return asked.line
    same = [number for number, line in enumerate(lines, 1) if line.strip()[: len(asked.quote)] == asked.quote]
    return min(same, key=lambda number: abs(number - asked.line), default=0)
