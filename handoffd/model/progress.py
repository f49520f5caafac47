"""How far long work has come: what is done, as one of a few phrases of ours, and counts. Nothing from outside can be in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class Stage(StrEnum):
    """What is being done; the value is what a person reads."""

    COMMITS = "reading commits"
    FILES = "looking at the files"
    EVENTS = "journalling events"
    HANDOFF = "composing the handoff"
    WORKTREES = "asking worktrees"
    CHECKS = "checking"
    PRUNING = "forgetting events"


# Told with the stage, how many of it are done, and of how many; a total of 0 where it cannot be counted.
Progress = Callable[[Stage, int, int], None]


def silent(stage: Stage, done: int, total: int) -> None:
    """Nobody watches."""


def counted(items: Sequence[T], progress: Progress, stage: Stage) -> Iterator[T]:
    """The items, each told when its turn comes."""
    for done, item in enumerate(items):
        progress(stage, done, len(items))
        yield item
