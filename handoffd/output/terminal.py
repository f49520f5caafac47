"""How log, status and list look on a terminal. Pure: the clock's time is an argument; everything untrusted passes `text.terminal`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handoffd.model.events import Event
from handoffd.model.facts import (
    Agent,
    Branch,
    Checkout,
    Commit,
    Daemon,
    File,
    Handoff,
    Note,
    Push,
    Reset,
    Stash,
    Test,
)
from handoffd.model.snapshot import Snapshot
from handoffd.model.text import cut, terminal

_COLOURS = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36, "dim": 2, "bold": 1}
_KINDS = {"commit": "green", "test": "cyan", "note": "magenta", "handoff": "bold", "reset": "yellow", "stash": "yellow", "file": "blue"}


@dataclass(frozen=True, slots=True)
class Style:
    """`width` in columns; colours only when told."""

    colour: bool = False
    width: int = 200

    def paint(self, text: str, name: str) -> str:
        """The text in a colour of ours; the text itself must hold no escape."""
        return f"\x1b[{_COLOURS[name]}m{text}\x1b[0m" if self.colour and text else text


def log_line(event: Event, style: Style) -> str:
    """`2026-03-08 14:30:05  commit    a3f5c21 Add retry logic`, cut to the width."""
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(event.at))
    kind = terminal(event.kind, 10).ljust(9)
    left = max(style.width - len(when) - len(kind) - 4, 20)
    what = cut(terminal(described(event)), left)
    failed = isinstance(event.fact, Test) and event.fact.failed
    return f"{style.paint(when, 'dim')}  {style.paint(kind, 'red' if failed else _KINDS.get(event.kind, 'dim'))} {what}".rstrip()


def described(event: Event) -> str:
    """What happened, in one phrase; raw text."""
    fact = event.fact
    describe: Callable[[Any], str] | None = _PHRASES.get(type(fact))
    return describe(fact) if describe else ""


def _commit(fact: Commit) -> str:
    verb = "" if fact.action == "commit" else f" ({fact.action})"
    return f"{fact.new[:8]} {fact.subject}{verb}, {fact.count} {'file' if fact.count == 1 else 'files'}"


def _checkout(fact: Checkout) -> str:
    if fact.action == "checkout":
        return f"{fact.source} to {fact.target}"
    return fact.message if fact.message.startswith(fact.action) else f"{fact.action}: {fact.message}"


def _file(fact: File) -> str:
    return f"{fact.path} {fact.action}" + (f" from {fact.old_path}" if fact.old_path else "")


def _test(fact: Test) -> str:
    if fact.state:
        said = {"running": "started", "collected": "listed only"}.get(fact.state, f"exit {fact.exit}, counts unknown")
        return f"{said} ({fact.command or fact.runner})"
    counts = {"skipped": fact.skipped, "xfailed": fact.xfailed, "xpassed": fact.xpassed}
    others = "".join(f", {count} {word}" for word, count in counts.items() if count)
    around = [fact.runner or "JUnit", *filter(None, (fact.report, fact.scope if fact.scope != "all" else ""))]
    return f"{fact.passed} passed, {fact.failed} failed{others} ({', '.join(around)})"


def _note(fact: Note) -> str:
    return f"{fact.type}: {fact.text}" + (f" ({fact.path}{f':{fact.line}' if fact.line else ''})" if fact.path else "")


def _handoff(fact: Handoff) -> str:
    return f"{fact.name or 'not delivered'} {fact.stage}, {fact.trigger}" + (", session closed" if fact.closes else ", checkpoint")


_PHRASES: Mapping[type, Callable[[Any], str]] = {
    Commit: _commit,
    Checkout: _checkout,
    Reset: lambda fact: f"{fact.old[:8]} to {fact.new[:8]}: {fact.message}",
    Stash: lambda fact: f"{fact.action} {fact.oid[:8]} {fact.message}",
    Push: lambda fact: f"{fact.ref.removeprefix('refs/remotes/')} at {fact.new[:8]}",
    Branch: lambda fact: f"{fact.name} {fact.action} at {fact.commit[:8]}" + (f" from {fact.source}" if fact.source else ""),
    File: _file,
    Test: _test,
    Note: _note,
    Agent: lambda fact: f"{fact.tool} {fact.type} {fact.path} {fact.text}",
    Snapshot: lambda fact: f"{fact.branch or 'detached'}: {len(fact.entries)} uncommitted",
    Handoff: _handoff,
    Daemon: lambda fact: f"{fact.action} {fact.text}",
}


def status_screen(data: Mapping[str, Any], style: Style) -> str:
    """One screen: the daemon, then each worktree."""
    now = float(data["now"])
    lines = [_daemon(data, now, style)]
    if data.get("trouble"):
        lines.append(style.paint(f"  {terminal(str(data['trouble']), style.width)}", "yellow"))
    for worktree in data["worktrees"]:
        lines += ["", *_worktree(worktree, now, style)]
    if not data["worktrees"]:
        lines += ["", "no repository is watched: handoffd init PATH"]
    return "\n".join(lines)


def _daemon(data: Mapping[str, Any], now: float, style: Style) -> str:
    daemon = data.get("daemon")
    if daemon:
        since = f"since {ago(now - daemon['since'])}" if daemon["since"] else ""
        return f"daemon    {style.paint('running', 'green')}, pid {daemon['pid']}, {since}, version {terminal(str(daemon['version']), 40)}"
    wanted = "wanted but not running: handoffd start" if data.get("wanted") else "not running: handoffd start"
    return f"daemon    {style.paint(wanted, 'red' if data.get('wanted') else 'yellow')}"


def _worktree(worktree: Mapping[str, Any], now: float, style: Style) -> list[str]:
    lines = [style.paint(terminal(str(worktree["path"]), style.width), "bold")]
    if worktree["state"]:
        lines.append(f"  state         {style.paint(terminal(str(worktree['state']), style.width - 16), 'red')}")
    lines += [f"  note          {style.paint(terminal(str(remark), style.width - 16), 'yellow')}" for remark in worktree.get("remarks", ())]
    last, idle = worktree["last_event"], worktree["idle_at"]
    rows = (
        ("branch", str(worktree["branch"] or "detached")),
        ("last event", f"{ago(now - last)} ago" if last else "none"),
        ("session", _session(idle, now)),
        ("last handoff", str(worktree["last_handoff"] or "none")),
        ("journal", size(int(worktree["journal_bytes"]))),
    )
    return lines + [f"  {name:<13} {terminal(value, max(style.width - 16, 40))}" for name, value in rows]


def _session(idle_at: float, now: float) -> str:
    if not idle_at:
        return "nothing new since the last handoff"
    return f"open, idle in {ago(idle_at - now)}" if idle_at > now else "open, its handoff is due"


def ago(seconds: float) -> str:
    """`35 s`, `12 min`, `3 h 5 min`, `4 d`."""
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 86400:
        minutes = whole % 3600 // 60
        return f"{whole // 3600} h {minutes} min" if minutes else f"{whole // 3600} h"
    return f"{whole // 86400} d"


def size(count: int) -> str:
    """`12 KB`, `3.4 MB`."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{(count + 999) // 1000} KB"


def handoff_list(rows: Sequence[Mapping[str, Any]], style: Style) -> str:
    """One line a handoff: number, time, branch, file, what wrote it; the worktree where they are of several."""
    lines = []
    several = len({row["worktree"] for row in rows}) > 1
    for row in rows:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(row["ended"]))
        how = "reconstructed" if row["reconstructed"] else row["trigger"] + ("" if row["closed"] else ", checkpoint")
        name = terminal(str(row["name"] or "(in the journal only)"), 60)
        branch = terminal(str(row["branch"] or "detached"), 40)
        where = f"  {terminal(worktree_name(str(row['worktree'])), 40)}" if several else ""
        lines.append(f"{row['n']:>3}  {style.paint(when, 'dim')}  {branch:<30}  {name:<28}  {terminal(str(how), 40)}{where}")
    return "\n".join(line.rstrip() for line in lines)


def worktree_name(worktree: str) -> str:
    """`main worktree`, or the name that git gave a linked one."""
    return "main worktree" if worktree == "." else worktree.removeprefix("worktrees/").rpartition("@")[0] or worktree


def finding_lines(row: Mapping[str, Any], style: Style) -> list[str]:
    """`ok     git: ...`, and the remedy below what is wrong."""
    word = style.paint("ok     ", "green") if row["ok"] else style.paint("WRONG  ", "red")
    lines = [f"{word}{terminal(str(row['check']), 40)}: {terminal(str(row['says']), 500)}"]
    if row["remedy"] and not row["ok"]:
        by_itself = " (handoffd doctor --fix does it)" if row["mend"] else ""
        lines.append(f"       remedy: {terminal(str(row['remedy']), 300)}{by_itself}")
    return lines
