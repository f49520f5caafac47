"""How log, status and list look on a terminal. Pure: the clock's time is an argument; everything untrusted passes `text.terminal`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handoffd.model.counts import plural
from handoffd.model.drops import Drop
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
from handoffd.model.kinds import CheckoutAction, CommitAction
from handoffd.model.records import dataclass
from handoffd.model.snapshot import Snapshot
from handoffd.model.text import terminal
from handoffd.output.columns import fit, pad, wrap

_COLOURS = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36, "dim": 2, "bold": 1}
# The column of the names that `doctor` gives its checks.
_CHECK = 18
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
    what = fit(terminal(described(event)), left)
    failed = isinstance(event.fact, Test) and event.fact.failed
    return f"{style.paint(when, 'dim')}  {style.paint(kind, 'red' if failed else _KINDS.get(event.kind, 'dim'))} {what}".rstrip()


def described(event: Event) -> str:
    """What happened, in one phrase; raw text."""
    fact = event.fact
    describe: Callable[[Any], str] | None = _PHRASES.get(type(fact))
    return describe(fact) if describe else ""


def _commit(fact: Commit) -> str:
    verb = "" if fact.action == CommitAction.COMMIT else f" ({fact.action})"
    return f"{fact.new[:8]} {fact.subject}{verb}, {plural(fact.count, 'file')}"


def _checkout(fact: Checkout) -> str:
    if fact.action == CheckoutAction.CHECKOUT:
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
    by = f"{fact.agent}: " if fact.agent else ""
    return f"{by}{fact.type}: {fact.text}" + (f" ({fact.path}{f':{fact.line}' if fact.line else ''})" if fact.path else "")


def _drop(fact: Drop) -> str:
    by = f" (by {fact.agent})" if fact.agent else ""
    place = f" ({fact.path}{f':{fact.line}' if fact.line else ''})" if fact.path else ""
    return f"{'put back' if fact.undo else 'taken off'}: {fact.text or fact.key}{place}{by}"


def _handoff(fact: Handoff) -> str:
    return f"{fact.name or 'not delivered'} {fact.stage}, {fact.trigger}" + (", session closed" if fact.closes else ", checkpoint")


_PHRASES: Mapping[type, Callable[[Any], str]] = {
    Commit: _commit,
    Checkout: _checkout,
    Reset: lambda fact: f"{fact.old[:8]} to {fact.new[:8]}: {fact.message}",
    Stash: lambda fact: f"{fact.action} {fact.oid[:8]} {fact.message}",
    Push: lambda fact: f"{fact.ref.removeprefix('refs/remotes/')} at {fact.new[:8]}",
    Branch: lambda fact: f"{fact.action} {fact.name} at {fact.commit[:8]}" + (f" from {fact.source}" if fact.source else ""),
    File: _file,
    Test: _test,
    Note: _note,
    Drop: _drop,
    Agent: lambda fact: f"{fact.tool} {fact.type} {fact.path} {fact.text}",
    Snapshot: lambda fact: f"{len(fact.entries)} uncommitted on {fact.branch or 'a detached HEAD'}",
    Handoff: _handoff,
    Daemon: lambda fact: f"{fact.action} {fact.text}",
}


def status_screen(data: Mapping[str, Any], style: Style) -> str:
    """One screen: the daemon, then each worktree. What is to be done is wrapped, never cut, and in the terminal's own colour, which can be read on
    any background."""
    now = float(data["now"])
    lines = [_daemon(data, now, style)]
    if data.get("trouble"):
        lines += _labelled("", str(data["trouble"]), 10, style)
    for worktree in data["worktrees"]:
        lines += ["", *_worktree(worktree, now, style)]
    if not data["worktrees"]:
        lines += ["", "no repository is watched: handoffd init PATH"]
    return "\n".join(lines)


def _daemon(data: Mapping[str, Any], now: float, style: Style) -> str:
    daemon = data.get("daemon")
    if daemon:
        since = f" for {ago(now - daemon['since'])}" if daemon["since"] else ""
        return f"daemon    {style.paint('running', 'green')}{since}, pid {daemon['pid']}, version {terminal(str(daemon['version']), 40)}"
    if data.get("wanted"):
        return f"daemon    {style.paint('wanted but not running', 'red')}: handoffd start"
    return f"daemon    {style.paint('not running', 'yellow')}: handoffd start"


def _worktree(worktree: Mapping[str, Any], now: float, style: Style) -> list[str]:
    path, last = terminal(str(worktree["path"])), worktree["last_event"]
    lines = [style.paint(path, "bold")]
    if worktree["state"]:
        lines += _labelled("state", str(worktree["state"]), 16, style, "red")
    for remark in worktree.get("remarks", ()):
        lines += _labelled("note", str(remark), 16, style, "yellow")
    if worktree["state"] and not worktree["journal_bytes"]:
        return lines  # it could not be read: nothing is known of the rest
    handoff = terminal(str(worktree["last_handoff"] or "none")).removeprefix(f"{path}/")
    rows = (
        ("branch", fit(terminal(str(worktree["branch"] or "detached")), max(style.width - 16, 40))),
        ("last event", f"{ago(now - last)} ago" if last else "none"),
        ("session", _session(worktree["idle_at"], bool(worktree["last_handoff"]), now, bool(worktree.get("told")))),
        ("last handoff", handoff),
        ("journal", size(int(worktree["journal_bytes"]))),
    )
    return lines + [f"  {name:<13} {value}" for name, value in rows]


def _labelled(label: str, text: str, indent: int, style: Style, colour: str = "") -> list[str]:
    """The text wrapped beside its label."""
    first, *more = wrap(terminal(text), max(style.width - indent, 40))
    start = f"  {label}" if label else ""
    painted = f"  {style.paint(label, colour)}" if colour else start
    return [painted + " " * (indent - len(start)) + first, *(" " * indent + line for line in more)]


def _session(idle_at: float, handed_over: bool, now: float, told: bool) -> str:
    """`told`: the handoff of the open session is written; `idle_at` is then when the session will be over."""
    if not idle_at:
        return "nothing new since the last handoff" if handed_over else "nothing to hand over yet"
    if told:
        return f"open, its handoff is written; over in {ago(idle_at - now)}" if idle_at > now else "over, to be closed"
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


def finding_lines(row: Mapping[str, Any], style: Style) -> list[str]:
    """`ok     git               ...`, and the remedy below what is wrong; all in columns, wrapped."""
    word = style.paint("ok     ", "green") if row["ok"] else style.paint("WRONG  ", "red")
    first, *more = _in_column(str(row["says"]), style)
    lines = [f"{word}{pad(terminal(str(row['check']), 40), _CHECK - 1)} {first}", *more]
    if row["remedy"] and not row["ok"]:
        by_itself = " (handoffd doctor --fix does it)" if row["mend"] else ""
        first, *more = _in_column(f"{row['remedy']}{by_itself}", style)
        lines += [f"       {pad('  remedy', _CHECK - 1)} {first}", *more]
    return lines


def _in_column(text: str, style: Style) -> list[str]:
    """Wrapped, every line but the first one indented."""
    first, *more = wrap(terminal(text, 500), max(style.width - 7 - _CHECK, 40))
    return [first, *(" " * (7 + _CHECK) + line for line in more)]


def verdict(rows: Sequence[Mapping[str, Any]], style: Style) -> str:
    """The last line of an examination: what is wrong may have scrolled away."""
    wrong = sum(not row["ok"] for row in rows)
    if not wrong:
        return style.paint(f"{plural(len(rows), 'check')}, all is well", "green")
    return style.paint(f"{plural(len(rows), 'check')}, {wrong} wrong", "red")


def headed(markdown: str, style: Style) -> str:
    """A handoff with its headings in bold."""
    return "\n".join(style.paint(line, "bold") if line.startswith("#") else line for line in markdown.split("\n"))
