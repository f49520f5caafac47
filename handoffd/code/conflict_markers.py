"""Where a text holds unresolved merge conflicts: whole marker blocks only, in git's plain and diff3 styles."""

from __future__ import annotations

from typing import Final

from handoffd.code.definitions import lines_of

_OURS: Final = "<<<<<<<"
_BASE: Final = "|||||||"
_MIDDLE: Final = "======="
_THEIRS: Final = ">>>>>>>"


def conflict_blocks(text: str) -> tuple[tuple[int, int], ...]:
    """First and last line (from 1) of each block that has its start, middle and end, in this order."""
    if _OURS not in text:
        return ()
    blocks: list[tuple[int, int]] = []
    start, middle = 0, False
    for number, line in enumerate(lines_of(text), 1):
        if _is(line, _OURS):
            start, middle = number, False
        elif start and line == _MIDDLE:
            middle = True
        elif start and middle and _is(line, _THEIRS):
            blocks.append((start, number))
            start = 0
    return tuple(blocks)


def _is(line: str, marker: str) -> bool:
    return line == marker or line.startswith(marker + " ")


def conflict_places(text: str) -> tuple[int, ...]:
    """The line of every `<<<<<<<` that opens a whole block."""
    return tuple(first for first, _ in conflict_blocks(text))


def in_conflict(text: str, line: int) -> bool:
    """Whether `line` lies in a conflict block of `text`, its markers included."""
    return any(first <= line <= last for first, last in conflict_blocks(text))
