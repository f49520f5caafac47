"""Movements of HEAD, from the worktree's log of it: each line once, with the commit's facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handoffd.git.parse import ReflogLine, parse_reflog_line
from handoffd.git.reflog import history_as_log
from handoffd.git.refs import head, head_branch
from handoffd.model.events import Event
from handoffd.model.facts import Checkout, Commit, Reset
from handoffd.model.kinds import CheckoutAction, CommitAction, ResetAction
from handoffd.model.lazy import lazy
from handoffd.model.progress import Stage, counted
from handoffd.model.records import dataclass, replace
from handoffd.sources.git.commit_facts import arrivals, commit_fact
from handoffd.sources.git.head_log import head_log
from handoffd.sources.git.log_cursor import LogLine, LogRead, log_lines
from handoffd.sources.git.movements import HeadMove, by_parents, classify
from handoffd.sources.source import Scan

_DETACHED = lazy(r"^[0-9a-f]{40,64}$|[~^:]|@\{|^HEAD$")


@dataclass(frozen=True, slots=True)
class Read:
    """New events in the source's order, and the cursor to keep once they are journalled."""

    events: tuple[Event, ...]
    cursor: Mapping[str, Any]
    changed: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A parsed log line with its key and the branch HEAD is on after it ('' when detached)."""

    key: str
    line: ReflogLine
    movement: HeadMove
    branch: str


def read_reflog(scan: Scan, cursor: Mapping[str, Any] | None) -> Read:
    """Every movement of HEAD that the journal may lack. The first look tells only lines that are not older than `scan.limits.floor`."""
    log = head_log(scan, cursor)
    if not log.changed:
        return Read((), log.cursor, False)
    before = {"branch": "", "head": "", **(cursor or {})}
    missing = _bridge(scan, log, str(before["head"]))
    raw = (*missing, *log.lines)
    lines, branch = _follow(scan, raw, "" if missing else str(before["branch"]))
    wanted = _wanted(scan, lines, raw, first=cursor is None)
    known = scan.known([line.key for line in wanted])
    fresh = [line for line in wanted if line.key not in known]
    events = [_event(scan, line) for line in counted(fresh, scan.progress, Stage.COMMITS)]
    return Read(_in_order(scan, events), {**log.cursor, "branch": branch, "head": lines[-1].line.new if lines else before["head"]}, True)


def _bridge(scan: Scan, log: LogRead, start: str) -> tuple[LogLine, ...]:
    """What happened between the look before, when HEAD was at `start`, and the first line that is left, where the log was expired meanwhile: the
    commits that history still has. Switches and resets are known to the log alone."""
    first = next((line for one in log.lines if (one.fresh or log.torn) and (line := parse_reflog_line(one.raw)) is not None), None)
    emptied = first is None and not log.lines and log.cursor.get("offset") == 0
    if not start or not (first or emptied):
        return ()
    end = first.old if first else head(scan.reader.git, scan.reader.worktree).oid
    return log_lines(history_as_log(scan.reader.git, scan.limits.previous, end, start)) if end not in ("", start) else ()


def _wanted(scan: Scan, lines: Sequence[_Line], raw: Sequence[LogLine], first: bool) -> list[_Line]:
    """Lines after all that was read before; older ones (the log was read again from its start) only when the first look would have told them."""
    if first:
        return [line for line in lines if line.line.at >= scan.limits.floor]
    fresh = {f"{one.digest}:{one.number}" for one in raw if one.fresh}
    return [line for line in lines if line.key.split(":", 2)[2] in fresh or line.line.at >= scan.limits.floor]


def _follow(scan: Scan, raw: Sequence[LogLine], before: str) -> tuple[list[_Line], str]:
    """Walk the lines with the branch HEAD is on. Where nothing is known of the start, the first switch names what it left."""
    parsed = [(one, line, _movement(scan, line)) for one in raw if (line := parse_reflog_line(one.raw)) is not None]
    kinds = _Names(scan)
    whole = bool(raw) and not raw[0].fresh
    branch = before if before and not whole else _start(scan, [movement for _, _, movement in parsed], kinds)
    told = []
    for one, line, movement in parsed:
        if movement.target:
            branch = kinds.branch(movement.target)
        told.append(_Line(f"head:{scan.reader.id}:{one.digest}:{one.number}", line, movement, branch))
    return told, branch


def _start(scan: Scan, movements: Sequence[HeadMove], kinds: _Names) -> str:
    for movement in movements:
        if movement.source:
            return kinds.branch(movement.source)
        if movement.action == CheckoutAction.REBASE_FINISH:
            return kinds.branch(movement.target)
    return head_branch(scan.reader.git, scan.reader.worktree)


class _Names:
    """Tells a branch from the other things that can be checked out, by the name in the log."""

    def __init__(self, scan: Scan) -> None:
        self._git = scan.reader.git
        self._known: dict[str, str] = {}

    def branch(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = name if self._is_branch(name) else ""
        return self._known[name]

    def _is_branch(self, name: str) -> bool:
        if _DETACHED.search(name):
            return False
        if self._git.try_run("show-ref", "--verify", "--quiet", f"refs/heads/{name}") is not None:
            return True
        others = (f"refs/tags/{name}", f"refs/remotes/{name}")
        return not any(self._git.try_run("show-ref", "--verify", "--quiet", ref) is not None for ref in others)


def _movement(scan: Scan, line: ReflogLine) -> HeadMove:
    movement = classify(line.message)
    if movement is not None:
        return movement
    facts = scan.reader.objects.commit(line.new)
    return by_parents(line.old, facts.parents if facts else ("",))


def _event(scan: Scan, told: _Line) -> Event:
    line, movement = told.line, told.movement
    fact: Commit | Checkout | Reset
    match movement.action:
        case CommitAction():
            fact = commit_fact(scan, line, movement, movement.action)
        case ResetAction():
            fact = Reset(line.old, line.new, message=line.message)
        case CheckoutAction():
            brought, count = arrivals(scan, line, movement)
            fact = Checkout(line.old, line.new, movement.action, "HEAD", line.message, movement.source, movement.target, brought, count)
    return Event(movement.kind, line.at, told.key, fact, scan.reader.id, told.branch)


def _in_order(scan: Scan, events: Sequence[Event]) -> tuple[Event, ...]:
    """Clamped times that never run backwards: the log's own order holds."""
    latest, ordered = 0.0, []
    for event in events:
        latest = max(latest, scan.clamp(event.at))
        ordered.append(replace(event, at=latest))
    return tuple(ordered)
