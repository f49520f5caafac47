"""Handoffs, and what can be taken off one, as lists on a terminal. Pure; everything untrusted passes `text.terminal`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from handoffd.model.counts import plural
from handoffd.model.droppable import Candidate
from handoffd.model.text import terminal
from handoffd.output.columns import columns, fit, pad
from handoffd.output.terminal import Style

_LONG = 2000
# Columns that a branch and a worktree have at least, and what the handoff says has before they give way.
_BRANCH, _SAYS = 12, 24


def handoff_list(rows: Sequence[Mapping[str, Any]], style: Style) -> str:
    """One line a handoff: number, time, branch, commits, tests, next step; the worktree where they are of several, and what wrote it where that
    explains something. The branch gives way where the window is narrow, then the worktree."""
    several = len({row["worktree"] for row in rows}) > 1
    table = [_cells(row, several) for row in rows]
    wide = [max(map(columns, column)) for column in zip(*table, strict=True)]
    for column in range(2, len(wide) - 2):
        over = max(sum(wide) + 2 * len(wide) + _SAYS - style.width, 0)
        wide[column] = max(wide[column] - over, min(wide[column], _BRANCH))
    lines = []
    for row, cells in zip(rows, table, strict=True):
        number, when, *others = (pad(fit(cell, most), most) for cell, most in zip(cells, wide, strict=True))
        left = max(style.width - sum(wide) - 2 * len(wide), 1)
        lines.append("  ".join((number, style.paint(when, "dim"), *others, fit(_says(row), left))).rstrip())
    return "\n".join(lines)


def _cells(row: Mapping[str, Any], several: bool) -> list[str]:
    return [
        f"{row['n']:>3}",
        time.strftime("%Y-%m-%d %H:%M", time.localtime(row["ended"])),
        terminal(str(row["branch"] or "detached")),
        *([terminal(worktree_name(str(row["worktree"])), 40)] if several else ()),
        _commits(row),
        _tests(row),
    ]


def _commits(row: Mapping[str, Any]) -> str:
    return plural(row["commits"], "commit") if row["commits"] else "no commits"


def _tests(row: Mapping[str, Any]) -> str:
    if not row["tests"]:
        return "no run seen"
    passed, failed = row["tests"]["passed"], row["tests"]["failed"]
    return f"{failed} failed" if failed else f"{passed} passed" if passed else "exit unknown"


def _says(row: Mapping[str, Any]) -> str:
    """The next step, and what explains the handoff."""
    how = "reconstructed: " if row["reconstructed"] else "" if row["closed"] else "open: "
    lost = "" if row["name"] else " (in the journal only)"
    return terminal(f"{how}{row['next_step'] or 'nothing open'}{lost}", _LONG)


def candidate_list(rows: Sequence[tuple[int, Candidate]], style: Style) -> str:
    """`  3  3f2a9c01  src/a.py:12 — TODO: wait`, under the heading of its section."""
    lines, section = [], ""
    for number, one in rows:
        if one.section != section:
            section = one.section
            lines.append(style.paint(section, "bold"))
        place = f"{terminal(one.path)}{f':{one.line}' if one.line else ''} — " if one.path else ""
        lines.append(fit(f"{number:>3}  {one.key}  {place}{terminal(one.text, _LONG)}", style.width))
    return "\n".join(lines)


def worktree_name(worktree: str) -> str:
    """`main worktree`, or the name that git gave a linked one."""
    return "main worktree" if worktree == "." else worktree.removeprefix("worktrees/").rpartition("@")[0] or worktree
