"""A recorded day, folded and composed by the product. Only this file imports the product to test it; `record.py` and `recorder.py` do to record.

    days/NAME/day.json       what it is about, occasion, budgets          read by `Day`
    days/NAME/events.jsonl   the session's events, one a line             ─┐
    days/NAME/snapshot.json  what git and the files said at the end        ├─ fold, compose ──> handoff.md, handoff.json
    days/NAME/branch.json    which events are HEAD's branch's              │                └─> resume-N.md for each budget N
    days/NAME/earlier.jsonl  those of earlier sessions, where there are   ─┘

Facts and the snapshot are in the journal's own JSON, without the fields that are as their default.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from handoffd.handoff.compose import compose
from handoffd.model.document import Document
from handoffd.model.events import KINDS, Event, Fact
from handoffd.model.fact_codec import data_of, fact_of, reader
from handoffd.model.open_work import BranchIndex, BranchWork, work_of
from handoffd.model.session import Session, fold
from handoffd.output.json import from_json, to_json
from handoffd.output.markdown import render
from handoffd.reading.shorten import shorten

DAYS = Path(__file__).parent / "days"


@dataclass(frozen=True)
class Day:
    """The recording in `folder`."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def about(self) -> Mapping[str, Any]:
        """day.json: about, worktree, trigger, ended, and where they are not the usual ones reconstructed, checkpoint, budgets."""
        found: dict[str, Any] = json.loads(self._read("day.json"))
        return found

    def lines(self) -> list[dict[str, Any]]:
        """The events as they are recorded."""
        return [json.loads(line) for line in self._read("events.jsonl").splitlines()]

    def state(self) -> dict[str, Any]:
        """The snapshot as it is recorded."""
        found: dict[str, Any] = json.loads(self._read("snapshot.json"))
        return found

    @cached_property
    def document(self) -> Document:
        """The handoff as data, as `flush` composes it."""
        session = fold(map(event_of, self.lines()))
        return compose(
            session,
            _fact("snapshot", self.state()),
            self._work(session),
            worktree=self.about["worktree"],
            trigger=self.about["trigger"],
            ended=epoch(self.about["ended"]),
            reconstructed=self.about.get("reconstructed", False),
            checkpoint=self.about.get("checkpoint", False),
        )

    def _work(self, session: Session) -> BranchWork:
        """What the journal knew of the branch."""
        known = self.folder / "branch.json"
        index = reader(BranchIndex)(json.loads(self._read("branch.json"))) if known.exists() else BranchIndex(0, "")
        earlier = self.folder / "earlier.jsonl"
        lines = [json.loads(line) for line in earlier.read_text(encoding="utf-8").splitlines()] if earlier.exists() else []
        own = set(index.ids)
        return work_of(index, [event for event in map(event_of, (*lines, *self.lines())) if event.id in own], session)

    def made(self) -> dict[str, str]:
        """File name -> what the product makes of the day today."""
        document = to_json(self.document)
        files = {"handoff.md": render(self.document), "handoff.json": json.dumps(document, ensure_ascii=True, indent=1) + "\n"}
        for budget in self.about.get("budgets", ()):
            # As `resume` does it: from the document that the journal kept.
            files[f"resume-{budget}.md"] = render(shorten(from_json(json.loads(files["handoff.json"])), budget, render))
        return files

    def expected(self) -> dict[str, str]:
        """File name -> what is recorded that it makes."""
        names = sorted([*self.folder.glob("handoff.*"), *self.folder.glob("resume-*.md")])
        return {file.name: file.read_bytes().decode("utf-8") for file in names}

    def rewrite(self) -> list[str]:
        """Record what the product makes today; the names of the files that changed."""
        made, before = self.made(), self.expected()
        for name in before.keys() - made.keys():
            (self.folder / name).unlink()
        changed = [name for name, text in made.items() if before.get(name) != text]
        for name in changed:
            (self.folder / name).write_bytes(made[name].encode("utf-8"))
        return [*changed, *(before.keys() - made.keys())]

    def _read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def days() -> Iterator[Day]:
    """All of them, by name."""
    yield from (Day(file.parent) for file in sorted(DAYS.glob("*/day.json")))


def event_of(line: Mapping[str, Any]) -> Event:
    """A line of events.jsonl; its key is its id, as no two events of a recording are the same."""
    fact = _fact(line["kind"], line["data"])
    return Event(line["kind"], epoch(line["at"]), f"event {line['id']}", fact, branch=line.get("branch", ""), id=line["id"])


def line_of(event: Event) -> dict[str, Any]:
    """The line of an event."""
    branch = {"branch": event.branch} if event.branch else {}
    return {"id": event.id, "at": moment(event.at), "kind": event.kind, **branch, "data": data_of(event.fact)}


def data_of_snapshot(snapshot: Fact) -> dict[str, Any]:
    """The content of snapshot.json."""
    return data_of(snapshot)


def _fact(kind: str, data: Any) -> Fact:
    """The fact; a recording that the product reads differently than it wrote it is spoiled, not skipped."""
    fact, unknown = fact_of(kind, data)
    assert isinstance(fact, KINDS[kind]) and not unknown, f"{kind}: {unknown or data}"
    return fact


def moment(at: float) -> str:
    """2026-03-08T14:30:00Z, with a fraction where there is one."""
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def epoch(said: str) -> float:
    return datetime.fromisoformat(said).timestamp()
