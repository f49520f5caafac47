"""Text in the columns of a terminal, where some characters take two and some take none. For text that is encoded already."""

from __future__ import annotations

import unicodedata


def columns(text: str) -> int:
    """How many columns the text takes."""
    return len(text) if text.isascii() else sum(map(_taken, text))


def fit(text: str, most: int) -> str:
    """At most `most` columns, the last of them `…` when something was left out."""
    if columns(text) <= most:
        return text
    left, end = most - 1, 0
    while end < len(text) and (left := left - _taken(text[end])) >= 0:
        end += 1
    return text[:end].rstrip() + "…"


def pad(text: str, to: int) -> str:
    """Filled with blanks up to `to` columns."""
    return text + " " * (to - columns(text))


def wrap(text: str, most: int) -> list[str]:
    """Lines of at most `most` columns, parted between words; a longer word (a path to copy) stays whole in a line of its own."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and columns(longer) > most:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _taken(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
