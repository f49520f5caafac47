"""Movements of HEAD, from HEAD's log: each line once, with the commit's facts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from handoffd.files.config import Settings
from handoffd.git.parse import ReflogLine, parse_reflog_line
from handoffd.git.reflog import history_as_log
from handoffd.git.refs import head, head_branch
from handoffd.model.events import Event
from handoffd.model.facts import Checkout, Commit, Reset
from handoffd.model.kinds import CheckoutAction, CommitAction, ResetAction
from handoffd.model.lazy import lazy
from handoffd.model.progress import Stage, counted
from handoffd.model.records import dataclass, replace
from handoffd.sources.git.head_log import head_log
from handoffd.sources.git.log_cursor import LogLine, LogRead, log_lines
from handoffd.sources.git.movements import HeadMove, by_parents, classify
from handoffd.sources.source import Cursor, Found, Scan

_DETACHED = lazy(r"^[0-9a-f]{40,64}$|[~^:]|@\{|^HEAD$")


class Head:
    """The worktree's own HEAD."""

    name = "reflog"
    about = "git's log of HEAD"
    in_narrow_scan = False

    def folders(self, settings: Settings) -> tuple[Path, ...]:
        return ()

    def read(self, scan: Scan, cursor: Cursor | None) -> Found:
        return read_reflog(scan, cursor)


@dataclass(frozen=True, slots=True)
class _Line:
    """A parsed log line with its key and the branch HEAD is on after it ('' when detached)."""

    key: str
    line: ReflogLine
    movement: HeadMove
    branch: str


def read_reflog(scan: Scan, cursor: Cursor | None) -> Found:
    """Every movement of HEAD that the journal may lack. The first scan reports only lines that are not older than `scan.limits.floor`."""
    log = head_log(scan, cursor)
    if not log.changed:
        return Found((), log.cursor)
    before = {"branch": "", "head": "", **(cursor or {})}
    missing = _bridge(scan, log, str(before["head"]))
    raw = (*missing, *log.lines)
    lines, branch = _follow(scan, raw, "" if missing else str(before["branch"]))
    wanted = _wanted(scan, lines, raw, first=cursor is None)
    known = scan.known([line.key for line in wanted])
    fresh = [line for line in wanted if line.key not in known]
    events = [_event(scan, line) for line in counted(fresh, scan.progress, Stage.COMMITS)]
    return Found(_in_order(scan, events), {**log.cursor, "branch": branch, "head": lines[-1].line.new if lines else before["head"]})


def _bridge(scan: Scan, log: LogRead, start: str) -> tuple[LogLine, ...]:
    """Where the log was expired since the scan before: the commits that history still has between `start`, where HEAD was then, and the first line
    that is left. Switches and resets stand in the log alone, so they are lost."""
    first = next((line for one in log.lines if (one.fresh or log.torn) and (line := parse_reflog_line(one.raw)) is not None), None)
    emptied = first is None and not log.lines and log.cursor.get("offset") == 0
    if not start or not (first or emptied):
        return ()
    end = first.old if first else head(scan.reader.git, scan.reader.worktree).oid
    return log_lines(history_as_log(scan.reader.git, scan.limits.previous, end, start)) if end not in ("", start) else ()


def _wanted(scan: Scan, lines: Sequence[_Line], raw: Sequence[LogLine], first: bool) -> list[_Line]:
    """Lines after all that was read before. Where the log is read again from its start, older lines count only if the first scan reports them."""
    if first:
        return [line for line in lines if line.line.at >= scan.limits.floor]
    fresh = {f"{one.digest}:{one.number}" for one in raw if one.fresh}
    return [line for line in lines if line.key.split(":", 2)[2] in fresh or line.line.at >= scan.limits.floor]


def _follow(scan: Scan, raw: Sequence[LogLine], before: str) -> tuple[list[_Line], str]:
    """Walk the lines with the branch HEAD is on. Where the branch at the start is not known, the first switch names the branch that it left."""
    parsed = [(one, line, _movement(scan, line)) for one in raw if (line := parse_reflog_line(one.raw)) is not None]
    kinds = _Names(scan)
    whole = bool(raw) and not raw[0].fresh
    branch = before if before and not whole else _start(scan, [movement for _, _, movement in parsed], kinds)
    followed = []
    for one, line, movement in parsed:
        if movement.target:
            branch = kinds.branch(movement.target)
        followed.append(_Line(f"head:{scan.reader.id}:{one.digest}:{one.number}", line, movement, branch))
    return followed, branch


def _start(scan: Scan, movements: Sequence[HeadMove], kinds: _Names) -> str:
    for movement in movements:
        if movement.source:
            return kinds.branch(movement.source)
        if movement.action == CheckoutAction.REBASE_FINISH:
            return kinds.branch(movement.target)
    return head_branch(scan.reader.git, scan.reader.worktree)


class _Names:
    """Says which names in the log are branches: a tag or a commit can be checked out too."""

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
    if movement is not None and movement.action != CommitAction.REBASE:
        return movement
    facts = scan.reader.objects.commit(line.new)
    if movement is not None:
        # A rebase only moves over what need not be made anew: such a commit is older than the line.
        moved = facts is not None and facts.committer_at < line.at - 1
        return HeadMove(CheckoutAction.OTHER) if moved else movement
    return by_parents(line.old, facts.parents if facts else ("",), line.message)


def _event(scan: Scan, new: _Line) -> Event:
    # Loaded for new lines alone: it needs all of code/, and most scans find none.
    from handoffd.sources.git.commit_facts import arrivals, commit_fact

    line, movement = new.line, new.movement
    fact: Commit | Checkout | Reset
    match movement.action:
        case CommitAction():
            fact = commit_fact(scan, line, movement, movement.action)
        case ResetAction():
            fact = Reset(line.old, line.new, message=line.message)
        case CheckoutAction():
            brought, count = arrivals(scan, line, movement)
            fact = Checkout(line.old, line.new, movement.action, "HEAD", line.message, movement.source, movement.target, brought, count)
    return Event(movement.kind, line.at, new.key, fact, scan.reader.id, new.branch)


def _in_order(scan: Scan, events: Sequence[Event]) -> tuple[Event, ...]:
    """The events with clamped times that never run backwards, so that the log's own order holds."""
    latest, ordered = 0.0, []
    for event in events:
        latest = max(latest, scan.clamp(event.at))
        ordered.append(replace(event, at=latest))
    return tuple(ordered)
