"""What the one who works keeps in mind: what was done in this session and before, and on which branch."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.truth.world import World


@dataclass
class Line:
    """A branch, whatever its name is now: where it was made and in which session."""

    name: str
    made_at: str
    made_from: str
    session: int
    gone: bool = False
    moved: bool = False
    """A rename, a detached start: what the document says of its making is not fixed."""


@dataclass
class Note:
    kind: str
    text: str
    line: Line
    session: int
    done: int | None = None
    place: str = ""


@dataclass
class Mark:
    """A mark that was written into a file of the own working tree."""

    kind: str
    text: str
    path: str
    session: int


@dataclass
class Run:
    """A test run: names by outcome, the session, and what the tree was."""

    passed: list[str]
    failed: list[tuple[str, str, str]]
    skipped: list[str]
    session: int
    at: float = 0.0
    line: Line | None = None
    head: str = ""
    """HEAD, where nothing was uncommitted."""
    tree: dict[str, bytes] = field(default_factory=dict)
    """What each file held."""


@dataclass
class Books:
    session: int = 0
    known: set[str] = field(default_factory=set)
    made: dict[str, int] = field(default_factory=dict)
    """Own commits and the session that made them."""
    came: dict[str, int] = field(default_factory=dict)
    """Commits of others and the session in which the repository first had them."""
    replaced: set[str] = field(default_factory=set)
    reset: set[str] = field(default_factory=set)
    """Commits thrown away with their content: reset --hard, a branch deleted, a rebase that dropped them."""
    undone: set[str] = field(default_factory=set)
    """Commits taken back whose content stayed in the files: reset --soft, --mixed."""
    found_there: set[str] = field(default_factory=set)
    """Commits of linked worktrees that were on a branch when HEAD came to it."""
    acts: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    tips: dict[str, str] = field(default_factory=dict)
    start: str = ""
    start_branch: str = ""
    kinds: set[str] = field(default_factory=set)
    """Kinds of acts of this session."""
    flushed: int = 0
    began: float = 0.0
    stashes: dict[str, int] = field(default_factory=dict)
    """Stashes by their hash: the session in which each was first seen."""

    def open(self, world: World) -> None:
        """A session begins."""
        self.session += 1
        self.kinds, self.began = set(), time.time()
        self.tips = world.branches
        self.start, self.start_branch = world.head, world.branch
        self.look(world, first=not self.known)

    def look(self, world: World, first: bool = False) -> None:
        """After each act: which commits are there that were not before, and whose are they?"""
        told = world.lines("log", "--all", "--reflog", "HEAD", "--format=%H %ae")
        for oid, mail in (line.split(" ", 1) for line in told):
            if oid in self.known:
                continue
            self.known.add(oid)
            (self.made if mail == "ada@example.com" else self.came)[oid] = 0 if first else self.session
        for oid in world.lines("stash", "list", "--format=%H"):
            self.stashes.setdefault(oid, self.session)
        here = world.branches
        for line in self.lines:
            line.gone = line.gone or line.name not in here
        for name, tip in here.items():
            if not self.line(name):
                self.lines.append(Line(name, tip, "", 0 if first else self.session))

    def line(self, name: str) -> Line | None:
        """The branch that has this name now."""
        return next((line for line in self.lines if line.name == name and not line.gone), None)
