"""Hits of a search on a terminal: a line each, the words that were asked for in it. Pure."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from handoffd.model.text import terminal
from handoffd.output.columns import columns, fit, pad
from handoffd.output.terminal import Style

_WIDEST = 24
_LEAST = 20
_SHORT = 8
# Columns that stand before the first word that was asked for, where the text is longer than its line.
_BEFORE = 16


def search_lines(rows: Sequence[Mapping[str, Any]], words: Sequence[str], style: Style) -> str:
    """`2026-11-20 14:02  decision  feat/retry  Raise, as a warning would be overlooked`; the repository in front where they are of several."""
    several = len({row["repository"] for row in rows}) > 1
    table = [_row(row, several) for row in rows]
    wide = [min(max(map(columns, column)), _WIDEST) for column in zip(*table, strict=True)]
    left = max(style.width - sum(wide) - 2 * len(wide), _LEAST)
    lines = []
    for row, cells in zip(rows, table, strict=True):
        shown = [pad(fit(cell, most), most) for cell, most in zip(cells, wide, strict=True)]
        lines.append("  ".join([style.paint(shown[0], "dim"), *shown[1:], _painted(_window(row, words, left), words, style)]))
    return "\n".join(lines)


def _row(row: Mapping[str, Any], several: bool) -> list[str]:
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(row["at"]))
    where = [terminal(str(row["repository"]).rpartition("/")[2], 60)] if several else []
    return [when, *where, terminal(str(row["kind"]), 12), terminal(str(row["branch"] or "detached"), 80)]


def _window(row: Mapping[str, Any], words: Sequence[str], most: int) -> str:
    """The part of the text around the first word that was asked for."""
    times = f" ({row['times']} times)" if row["times"] > 1 else ""
    subject, _, rest = str(row["text"]).partition("\n")
    commit = f"{row['commit'][:_SHORT]} " if row.get("commit") else ""
    text = terminal(" ".join(f"{subject} — {rest}".split() if rest.strip() else subject.split()), 10_000)
    found = _matches(words).search(text)
    most -= columns(times) + columns(commit)
    if columns(text) > most and found and found.end() > most - 1:
        start = text.rfind(" ", 0, max(found.start() - _BEFORE, 0)) + 1
        text = "…" + text[start or found.start() :]
    return commit + fit(text, most) + times


def _painted(text: str, words: Sequence[str], style: Style) -> str:
    return _matches(words).sub(lambda found: style.paint(found[0], "bold"), text) if style.colour else text


def _matches(words: Sequence[str]) -> re.Pattern[str]:
    """Where a word begins with one of those that were asked for; the signs between the parts of a word may be any."""
    parts = [r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", word))) for word in words]
    return re.compile("|".join(rf"(?<![^\W_]){part}" for part in parts if part) or r"(?!)", re.IGNORECASE)
