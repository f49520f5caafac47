"""What changed in one file: the unit that commits, the working tree and stashes share.

`Hunk` and `Patch` are raw and live only while a source reads; `Change` is what is kept in the journal.
Line numbers count from 1. Paths are relative to the worktree, `/` separated, surrogate-escaped where not UTF-8.
"""

from __future__ import annotations

from handoffd.model.kinds import ChangeKind, FileRole, MarkKind
from handoffd.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Hunk:
    """One hunk without context lines. A pure deletion has `new_count` 0 and `new_start` the line before it, as git prints it."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Patch:
    """One file of a diff. `kind`: created changed deleted renamed copied type; `added` and `removed` count lines (0 for binary)."""

    path: str
    kind: ChangeKind
    old_path: str = ""
    added: int = 0
    removed: int = 0
    binary: bool = False
    old_oid: str = ""
    new_oid: str = ""
    old_mode: str = ""
    new_mode: str = ""
    hunks: tuple[Hunk, ...] = ()


@dataclass(frozen=True, slots=True)
class HunkPlace:
    """Where a hunk stands in the new text: lines `line`..`last`, in the definition `name` ('' when in none)."""

    line: int
    last: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line that was added and asks for something. `kind`: todo box skip unfinished learning; `reason` is a skip's, `word` is
    a todo's own (FIXME), `name` the definition that holds the line."""

    kind: MarkKind
    line: int
    text: str
    reason: str = ""
    word: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Dependency:
    """A dependency whose declaration changed; `old` or `new` is '' when it is added or removed. `line` is in the new text (0: gone)."""

    name: str
    old: str
    new: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One file's change as it is journalled.

    `adds`, `names`, `removes`: definitions only in the new text, in both, only in the old text. `lines` is the wording when there are none
    ("line 55: zstandard>=0.23.0", "lines 3, 40"). `definitions` are the places of changed and added definitions in the new text.
    `role`: '' or one of generated, schema, ci, decision. `compared` is '' or why the content was not compared.
    """

    path: str
    kind: ChangeKind
    old_path: str = ""
    added: int = 0
    removed: int = 0
    binary: bool = False
    adds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    lines: str = ""
    places: tuple[HunkPlace, ...] = ()
    definitions: tuple[HunkPlace, ...] = ()
    marks: tuple[Mark, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    role: FileRole = FileRole.NONE
    test: bool = False
    compared: str = ""
