"""Pushes, new branches and stashes, from the refs besides HEAD. What another worktree of the repository did, that worktree's scan reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from handoffd.files.config import Settings
from handoffd.git.operations import rebased_branch
from handoffd.git.parse import ReflogLine, decode, parse_reflog_line
from handoffd.git.refs import Stash as StashFound
from handoffd.git.refs import stashes
from handoffd.model.events import Event
from handoffd.model.facts import Branch, Push, Stash
from handoffd.model.kinds import BranchAction, StashAction
from handoffd.model.lazy import lazy
from handoffd.sources.git.head_log import other_logs, whole_head_log
from handoffd.sources.git.log_cursor import LogLine, LogRead
from handoffd.sources.git.movements import classify
from handoffd.sources.source import Cursor, Found, Scan

_CREATED = lazy(r"^branch: Created from (.+)$")
_REVISION = lazy(r"^[0-9a-f]{40,64}$|[~^:]|@\{")
_RENAMED = lazy(r"^(?:Branch|remote): (?:renamed|copied) (?P<source>\S+) to (?P<target>\S+)$")
_HEADS = "refs/heads/"
# Seconds by which a deletion is told before what came after the scan before: nothing tells when it was.
_BEFORE = 0.001
_STASHED_ON = lazy(r"^(?:WIP on|On) (.+?): ")


class Refs:
    """Branches, remote-tracking branches and stashes."""

    name = "refs"
    about = "git's refs"
    in_narrow_scan = False

    def folders(self, settings: Settings) -> tuple[Path, ...]:
        return ()

    def read(self, scan: Scan, cursor: Cursor | None) -> Found:
        return read_refs(scan, cursor)


def read_refs(scan: Scan, cursor: Cursor | None) -> Found:
    """Push, branch and stash events that the journal may lack."""
    before = dict(cursor or {})
    # A rebase that goes on knows the branch that it left. HEAD's log names the branch only once the rebase has come back to it.
    rebased = rebased_branch(scan.reader.worktree)
    visits = _visits(scan)
    for here in filter(None, (scan.branch, rebased)):
        visits.setdefault(here, []).append((scan.now, ""))
    cursors = before.get("logs") or {}
    # The log of a branch that this worktree came to only later is read again.
    again = {ref for ref, cursor in cursors.items() if cursor.get("unvisited") and ref.removeprefix(_HEADS) in visits}
    read_now = [(ref, read, _named(ref, read)) for ref, read in other_logs(scan, {ref: cursors[ref] for ref in cursors if ref not in again})]
    logs = {scan.reader.redactor.text(ref): _cursor(read, named, visits) for ref, read, named in read_now}
    found: list[Event] = _deleted(scan, cursors, {scan.reader.redactor.text(ref): (read, named) for ref, read, named in read_now})
    for _, _, named in read_now:
        for name, one, line in named:
            if line.at >= scan.limits.floor:
                found += _log_event(scan, name, line, f"{one.digest}:{one.number}", visits)
    made, names = _stash_events(scan, before.get("stashes"), visits)
    known = scan.known([event.key for event in found + made])
    events = tuple(event for event in found + made if event.key not in known)
    return Found(events, {"logs": logs, "stashes": names})


def _cursor(read: LogRead, named: Sequence[tuple[str, LogLine, ReflogLine]], visits: Mapping[str, Any]) -> dict[str, Any]:
    """How far the log was read, and the commit where the ref is. `unvisited`: this worktree was never on the branch, so that nothing was told."""
    if not named:
        return dict(read.cursor)
    ref = named[-1][0]
    unvisited = {"unvisited": True} if ref.startswith(_HEADS) and ref.removeprefix(_HEADS) not in visits else {}
    return {**{name: value for name, value in read.cursor.items() if name != "unvisited"}, "tip": named[-1][2].new, **unvisited}


def _deleted(scan: Scan, cursors: Mapping[str, Any], logs: Mapping[str, tuple[LogRead, Sequence[tuple[str, LogLine, ReflogLine]]]]) -> list[Event]:
    """Branches whose log is gone, or begins anew, and that no other branch's log tells to have been renamed. It happened after the scan before and
    before all that this one finds, as far as anybody can tell."""
    renamed = {name for _, named in logs.values() for _, _, line in named if (name := _renamed_from(line.message))}
    found = []
    for ref, cursor in cursors.items():
        if not ref.startswith(_HEADS) or ref in renamed:
            continue
        read, named = logs.get(ref, (None, ()))
        anew = read is not None and read.torn and bool(named) and _CREATED.match(named[0][2].message) is not None
        if read is None or anew:
            tip = str(cursor.get("tip", ""))
            fact = Branch(ref.removeprefix(_HEADS), tip, action=BranchAction.DELETED)
            # Whichever worktree sees it first tells it for all.
            key = f"branch:{ref}:{cursor.get('last', '')}:{cursor.get('offset', 0)}:deleted"
            found.append(Event("branch", scan.limits.previous - _BEFORE, key, fact, scan.reader.id, fact.name))
    return found


def _renamed_from(message: str) -> str:
    """The full name that a branch had before, where a line of its log tells of a rename, not of a copy."""
    said = _RENAMED.match(message)
    return said["source"] if said and message.startswith("Branch: renamed") else ""


def _named(ref: str, read: LogRead) -> list[tuple[str, LogLine, ReflogLine]]:
    """Each line with the name that the ref had when the line was written: when a branch or remote is renamed or copied, its log goes along."""
    named = []
    for one in reversed(read.lines):
        line = parse_reflog_line(one.raw)
        if line is not None:
            named.append((ref, one, line))
            renamed = _RENAMED.match(line.message)
            ref = renamed["source"] if renamed and renamed["target"] == ref else ref
    return named[::-1]


def _visits(scan: Scan) -> dict[str, list[tuple[float, str]]]:
    """Branch -> times this worktree's HEAD went to it, with the branch it came from."""
    visits: dict[str, list[tuple[float, str]]] = {}
    for raw in whole_head_log(scan).split(b"\n"):
        line = parse_reflog_line(raw) if b"checkout: " in raw or b"returning to " in raw else None
        movement = classify(line.message) if line else None
        if line and movement and movement.target:
            visits.setdefault(movement.target, []).append((line.at, movement.source))
            visits.setdefault(movement.source, []).append((line.at, ""))
    return visits


def _log_event(scan: Scan, ref: str, line: ReflogLine, key: str, visits: Mapping[str, list[tuple[float, str]]]) -> list[Event]:
    if ref.startswith("refs/remotes/"):
        branch = ref.split("/", 3)[3] if ref.count("/") > 2 else ""
        if line.message.startswith("update by push") and branch in visits:
            return [_event(scan, "push", line.at, f"push:{scan.reader.id}:{ref}:{key}", Push(ref, line.old, line.new), branch)]
        return []
    created, name = _CREATED.match(line.message), ref.removeprefix(_HEADS)
    before = _renamed_from(line.message).removeprefix(_HEADS)
    if before:
        renamed = Branch(name, line.new, before, BranchAction.RENAMED)
        return [_event(scan, "branch", line.at, f"branch:{ref}:{key}:renamed", renamed, name)]
    if not created or name not in visits:
        return []
    made = line.at if line.at < scan.limits.previous - 1 else 0.0
    fact = Branch(name, line.new, _source(created[1], line.at, visits[name]), made=made)
    return [_event(scan, "branch", line.at, f"branch:{scan.reader.id}:{ref}:{key}", fact, name)]


def _source(said: str, at: float, visits: list[tuple[float, str]]) -> str:
    """X of `branch: Created from X`. Where X is HEAD, the branch that HEAD left at that moment."""
    if said != "HEAD":
        if _REVISION.search(said):
            return ""
        return said.removeprefix("refs/heads/").removeprefix("refs/remotes/")
    return next((source for when, source in visits if source and abs(when - at) <= 2), "")


def _stash_events(scan: Scan, before: Any, visits: Mapping[str, Any]) -> tuple[list[Event], list[str]]:
    """Stashes as a set of names. Their log is never tailed, because a drop rewrites it."""
    now = [stash for stash in stashes(scan.reader.git, scan.reader.worktree) if _ours(scan, stash, visits)]
    names = [stash.oid for stash in now]
    events = [
        _event(scan, "stash", stash.at, f"stash:{scan.reader.id}:{stash.oid}:made", Stash(stash.oid, StashAction.MADE, stash.message))
        for stash in reversed(now)
        if stash.oid not in (before or ()) and (before is not None or stash.at >= scan.limits.floor)
    ]
    gone = [oid for oid in before or () if oid not in names]
    events += [_event(scan, "stash", scan.now, f"stash:{scan.reader.id}:{oid}:gone", Stash(oid, StashAction.GONE)) for oid in gone]
    return events, names


def _ours(scan: Scan, stash: StashFound, visits: Mapping[str, Any]) -> bool:
    """Made on a branch that this worktree was on; on a detached HEAD, at a commit that this worktree's HEAD was at."""
    said = _STASHED_ON.match(stash.message)
    if said and said[1] == "(no branch)":
        parent = decode(scan.reader.git.try_run("rev-parse", "--verify", "--quiet", f"{stash.oid}^1") or b"").strip()
        return parent in _detached_at(scan)
    return not said or said[1] in visits


def _detached_at(scan: Scan) -> set[str]:
    """The commits that this worktree's HEAD was at while it was on no branch."""
    found: set[str] = set()
    detached = False
    for line in map(parse_reflog_line, whole_head_log(scan).split(b"\n")):
        movement = classify(line.message) if line else None
        if line is not None and movement is not None and movement.target:
            detached = _REVISION.search(movement.target) is not None
        if line is not None and detached:
            found.add(line.new)
    return found


def _event(scan: Scan, kind: str, at: float, key: str, fact: Branch | Push | Stash, branch: str = "") -> Event:
    return Event(kind, scan.clamp(at), key, fact, scan.reader.id, branch)
