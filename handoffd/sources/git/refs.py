"""Pushes, new branches and stashes, from the refs besides HEAD. What another worktree of the repository did, that worktree's scan reports."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handoffd.files.config import Settings
from handoffd.git.operations import rebased_branch
from handoffd.git.parse import ReflogLine, parse_reflog_line
from handoffd.git.refs import Stash as StashFound
from handoffd.git.refs import stashes
from handoffd.model.events import Event
from handoffd.model.facts import Branch, Push, Stash
from handoffd.model.kinds import StashAction
from handoffd.model.lazy import lazy
from handoffd.sources.git.head_log import other_logs, whole_head_log
from handoffd.sources.git.log_cursor import LogLine, LogRead
from handoffd.sources.git.movements import classify
from handoffd.sources.source import Cursor, Found, Scan

_CREATED = lazy(r"^branch: Created from (.+)$")
_REVISION = lazy(r"^[0-9a-f]{40,64}$|[~^:]|@\{")
_RENAMED = lazy(r"^(?:Branch|remote): (?:renamed|copied) (?P<source>\S+) to (?P<target>\S+)$")
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
    found: list[Event] = []
    logs: dict[str, Any] = {}
    for ref, read in other_logs(scan, before.get("logs") or {}):
        logs[scan.reader.redactor.text(ref)] = dict(read.cursor)
        for name, one, line in _named(ref, read):
            if line.at >= scan.limits.floor:
                found += _log_event(scan, name, line, f"{one.digest}:{one.number}", visits)
    made, names = _stash_events(scan, before.get("stashes"), visits)
    known = scan.known([event.key for event in found + made])
    events = tuple(event for event in found + made if event.key not in known)
    return Found(events, {"logs": logs, "stashes": names})


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
    created = _CREATED.match(line.message)
    name = ref.removeprefix("refs/heads/")
    if not created or name not in visits:
        return []
    fact = Branch(name, line.new, _source(created[1], line.at, visits[name]))
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
    now = [stash for stash in stashes(scan.reader.git, scan.reader.worktree) if _ours(stash, visits)]
    names = [stash.oid for stash in now]
    events = [
        _event(scan, "stash", stash.at, f"stash:{scan.reader.id}:{stash.oid}:made", Stash(stash.oid, StashAction.MADE, stash.message))
        for stash in reversed(now)
        if stash.oid not in (before or ()) and (before is not None or stash.at >= scan.limits.floor)
    ]
    gone = [oid for oid in before or () if oid not in names]
    events += [_event(scan, "stash", scan.now, f"stash:{scan.reader.id}:{oid}:gone", Stash(oid, StashAction.GONE)) for oid in gone]
    return events, names


def _ours(stash: StashFound, visits: Mapping[str, Any]) -> bool:
    said = _STASHED_ON.match(stash.message)
    return not said or said[1] == "(no branch)" or said[1] in visits


def _event(scan: Scan, kind: str, at: float, key: str, fact: Branch | Push | Stash, branch: str = "") -> Event:
    return Event(kind, scan.clamp(at), key, fact, scan.reader.id, branch)
