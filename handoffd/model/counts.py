"""A count with its noun."""

from __future__ import annotations


def plural(count: int, noun: str, many: str = "") -> str:
    """`1 file`, `2 files`, `0 files`; `many` where more of them are not the noun with an s."""
    return f"{count} {noun if count == 1 else many or f'{noun}s'}"
