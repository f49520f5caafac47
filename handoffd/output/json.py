"""The handoff as JSON, schema handoff/2, and back; handoff/1 is read too. Paths are exact; lone surrogates stay as \\udcXX."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from handoffd.model.claims import Claim, claim_data, claim_of
from handoffd.model.document import CommitLine, Document, Item, Rank, Resume, Status, Step, TestLine
from handoffd.model.kinds import StepKind
from handoffd.model.sections import SECTIONS, SectionKey
from handoffd.model.since import Difference, Since, SinceKind

SCHEMA = "handoff/2"


def to_json(document: Document) -> dict[str, Any]:
    """The document for programs; nothing is shortened."""
    return {
        "schema": SCHEMA,
        "worktree": document.worktree,
        "branch": document.branch,
        "title": document.title,
        "session": {
            "started": _time(document.started),
            "ended": _time(document.ended),
            "trigger": document.trigger,
            "reconstructed": document.reconstructed,
            "checkpoint": document.checkpoint,
        },
        "status": _status(document.status),
        **{section.key: [_item(item, document) for item in document.items.get(section.key, ())] for section in SECTIONS},
        "warnings": dict(document.warnings),
        "more": {section: f"+{count} more" for section, count in document.more.items()},
        "notes": list(document.notes),
        "resume": {"text": "\n".join(document.resume.lines), "next_step": document.resume.next_step, "claims": _claims(document.resume.claims)},
        "since": None if document.since is None else _since(document.since),
    }


def from_json(data: Mapping[str, Any]) -> Document:
    """The document that `to_json` was given; fields that are missing take their defaults."""
    session, resume = data.get("session", {}), data.get("resume", {})
    text = resume.get("text", "")
    return Document(
        worktree=data.get("worktree", ""),
        branch=data.get("branch", ""),
        started=_epoch(session.get("started")),
        ended=_epoch(session.get("ended")),
        trigger=session.get("trigger", ""),
        title=data.get("title", ""),
        status=_status_back(data.get("status", {})),
        items={section.key: tuple(_item_back(section.key, item) for item in data.get(section.key, ())) for section in SECTIONS},
        resume=Resume(tuple(text.split("\n")) if text else (), resume.get("next_step", ""), _claims_back(resume.get("claims", ()))),
        warnings={SectionKey(section): line for section, line in data.get("warnings", {}).items()},
        more={SectionKey(section): int(said.removeprefix("+").partition(" ")[0]) for section, said in data.get("more", {}).items()},
        notes=tuple(data.get("notes", ())),
        reconstructed=bool(session.get("reconstructed", False)),
        checkpoint=bool(session.get("checkpoint", False)),
        since=_since_back(data.get("since")),
    )


def _time(at: float) -> str | None:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z") if at else None


def _epoch(said: str | None) -> float:
    return datetime.fromisoformat(said.replace("Z", "+00:00")).timestamp() if said else 0.0


def _status(status: Status) -> dict[str, Any]:
    tests = status.tests
    kinds = ("staged", "modified", "added", "deleted", "renamed", "submodule", "untracked", "conflicted", "not_compared")
    return {
        "lines": list(status.lines),
        "upstream": status.upstream or None,
        "ahead": status.ahead,
        "behind": status.behind,
        "operation": status.operation or None,
        "commits": [
            {
                "oid": one.oid,
                "short": one.short,
                "subject": one.subject,
                "action": one.action,
                "mark": one.mark,
                "group": one.group,
                "author": one.author,
            }
            for one in status.commits
        ],
        "changes": {kind: list(status.changes.get(kind, ())) for kind in kinds},
        "tests": None if tests is None else _tests(tests),
    }


def _tests(tests: TestLine) -> dict[str, Any]:
    return {
        "text": tests.text,
        "runner": tests.runner,
        "passed": tests.passed,
        "failed": tests.failed,
        "skipped": tests.skipped,
        "at": _time(tests.at),
        "changed_since": list(tests.changed_since),
        "seen": tests.seen,
        "counted": tests.counted,
    }


def _status_back(data: Mapping[str, Any]) -> Status:
    tests = data.get("tests")
    return Status(
        lines=tuple(data.get("lines", ())),
        upstream=data.get("upstream") or "",
        ahead=data.get("ahead", 0),
        behind=data.get("behind", 0),
        operation=data.get("operation") or "",
        commits=tuple(CommitLine(**one) for one in data.get("commits", ())),
        changes={kind: tuple(paths) for kind, paths in data.get("changes", {}).items() if paths},
        tests=None if tests is None else TestLine(**{**tests, "at": _epoch(tests.get("at")), "changed_since": tuple(tests.get("changed_since", ()))}),
    )


def _since(since: Since) -> dict[str, Any]:
    return {
        "written": _time(since.written),
        "read": _time(since.read),
        "moves": list(since.moves),
        "unknown": list(since.unknown),
        **{
            kind.value: [
                {"text": one.text, "key": one.key or None, "by": one.by or None, "evidence": list(one.evidence)}
                for one in since.differences
                if one.kind is kind
            ]
            for kind in SinceKind
        },
    }


def _since_back(data: Mapping[str, Any] | None) -> Since | None:
    if data is None:
        return None
    differences = (
        Difference(kind, one.get("text", ""), one.get("key") or "", one.get("by") or "", tuple(one.get("evidence", ())))
        for kind in SinceKind
        for one in data.get(kind.value, ())
    )
    moves, unknown = tuple(data.get("moves", ())), tuple(data.get("unknown", ()))
    return Since(_epoch(data.get("written")), _epoch(data.get("read")), moves, tuple(differences), unknown)


def _item(item: Item, document: Document) -> dict[str, Any]:
    first_seen = item.since or item.rank.at or document.ended
    now = document.since.read if document.since else document.ended
    data: dict[str, Any] = {
        "key": item.key,
        "first_seen": _time(first_seen),
        "age_s": max(0, round(now - first_seen)),
        "kind": item.kind,
        "source": item.source,
        "text": item.text,
        "path": item.path or None,
        "line": item.line or None,
        "last": item.last or None,
        "steps": [_step(step) for step in item.steps],
        "evidence": list(item.evidence),
        "claims": _claims(item.claims),
        "rank": {"strength": item.rank.strength, "open": item.rank.open, "at": _time(item.rank.at)},
    }
    optional = {"why": item.why, "tradeoff": item.tradeoff, "category": item.category, "marks": item.marks, "short": item.short}
    data.update({name: value for name, value in optional.items() if value})
    if item.section is SectionKey.FILES or item.paths:
        data["paths"] = list(item.paths)
    if item.added >= 0:
        data |= {"added": item.added, "removed": item.removed}
    return data | ({"since": _time(item.since)} if item.since else {})


def _step(step: Step) -> dict[str, Any]:
    data: dict[str, Any] = {"text": step.text, "kind": step.kind, "line": step.line or None, **step.values}
    optional = {"short": step.short, "more": step.more, "names_change": step.names_change}
    return data | {name: value for name, value in optional.items() if value}


def _item_back(section: SectionKey, data: Mapping[str, Any]) -> Item:
    rank = data.get("rank", {})
    return Item(
        section=section,
        kind=data.get("kind", ""),
        text=data.get("text", ""),
        source=data.get("source", "tool"),
        path=data.get("path") or "",
        line=data.get("line") or 0,
        last=data.get("last") or 0,
        steps=tuple(_step_back(step) for step in data.get("steps", ())),
        evidence=tuple(data.get("evidence", ())),
        claims=_claims_back(data.get("claims", ())),
        rank=Rank(rank.get("strength", 2), bool(rank.get("open")), _epoch(rank.get("at"))),
        why=data.get("why", ""),
        tradeoff=data.get("tradeoff", ""),
        category=data.get("category", ""),
        paths=tuple(data.get("paths", ())),
        marks=data.get("marks", ""),
        short=data.get("short", ""),
        added=data.get("added", -1),
        removed=data.get("removed", -1),
        since=_epoch(data.get("since")),
        key=data.get("key", ""),
    )


def _step_back(data: Mapping[str, Any]) -> Step:
    own = ("text", "kind", "line", "short", "more", "names_change")
    values = {name: value for name, value in data.items() if name not in own}
    kind = data.get("kind", StepKind.STEP)
    short, more, names = data.get("short", ""), data.get("more", 0), data.get("names_change", False)
    return Step(data.get("text", ""), kind, data.get("line") or 0, short, more, names, values)


def _claims(claims: tuple[Claim, ...]) -> list[dict[str, Any]]:
    return [claim_data(claim) for claim in claims]


def _claims_back(data: Any) -> tuple[Claim, ...]:
    return tuple(claim_of(one) for one in data)
