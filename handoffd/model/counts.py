"""A count with its noun."""

from __future__ import annotations


def plural(count: int, noun: str) -> str:
    """`1 file`, `2 files`, `0 files`."""
    ending = "es" if noun.endswith(("s", "sh", "ch", "x")) else "s"
    return f"{count} {noun}" + ("" if count == 1 else ending)
