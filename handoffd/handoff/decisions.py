"""Key Decisions Made: notes and trailers oldest first, then what changed without a recorded reason. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from handoffd.handoff.view import View
from handoffd.model import text
from handoffd.model.change import Change, Dependency
from handoffd.model.document import PERSON, TOOL, Item, Rank
from handoffd.model.facts import Note
from handoffd.model.session import Seen

ROLES = ("schema", "ci")
MOST = 12


def decisions(view: View) -> tuple[Item, ...]:
    """The numbering goes on through all sources."""
    return (*_said(view), *_records(view), *_unrecorded(view))


def _said(view: View) -> Iterator[Item]:
    found = [(seen.at, _note(seen)) for seen in view.notes("decision")]
    for seen in view.counted:
        found += [(seen.at, item) for item in _trailers(seen.id, seen.at, seen.fact.trailers)]
    yield from (item for _, item in sorted(found, key=lambda pair: pair[0]))


def _note(seen: Seen[Note]) -> Item:
    fact = seen.fact
    return Item(
        "decisions",
        "note",
        text.inline(fact.text, 500),
        "person",
        fact.path,
        fact.line,
        fact.last,
        evidence=(seen.id,),
        rank=Rank(PERSON, False, seen.at),
        why=text.inline(fact.why, 1000) if fact.why else "",
        tradeoff=text.inline(fact.tradeoff, 1000) if fact.tradeoff else "",
    )


def _trailers(event: int, at: float, trailers: tuple[tuple[str, str], ...]) -> Iterator[Item]:
    """`Decision:` with the `Why:` and `Trade-off:` that follow it."""
    open_now: dict[str, str] = {}
    for key, value in (*trailers, ("Decision", "")):
        name = key.lower().replace("-", "")
        if name == "decision":
            if open_now:
                yield _trailer(event, at, open_now)
            open_now = {"text": value} if value else {}
        elif name in ("why", "tradeoff") and open_now:
            open_now.setdefault(name, value)


def _trailer(event: int, at: float, said: dict[str, str]) -> Item:
    why, tradeoff = (text.inline(said[name], 1000) if name in said else "" for name in ("why", "tradeoff"))
    rank = Rank(PERSON, False, at)
    return Item("decisions", "trailer", text.inline(said["text"], 500), "person", evidence=(event,), rank=rank, why=why, tradeoff=tradeoff)


def _records(view: View) -> Iterator[Item]:
    """Decision records (ADRs) that the session added or changed."""
    found: dict[str, tuple[int, float]] = {}
    for seen in view.counted:
        found.update({change.path: (seen.id, seen.at) for change in seen.fact.changes if change.role == "decision" and change.kind != "deleted"})
    found.update({change.path: (0, view.mtime(change.path)) for change in view.snapshot.changes if change.role == "decision"})
    for path, (event, at) in found.items():
        said = text.inline(path.rpartition("/")[2].rpartition(".")[0].replace("-", " ").replace("_", " "))
        yield Item("decisions", "record", said, path=path, evidence=(event,) if event else (), rank=Rank(TOOL, False, at))


def _unrecorded(view: View) -> Iterator[Item]:
    """One item for all: dependencies, then schema and CI files by path, that no note or trailer of the session names."""
    said = " ".join(" ".join((seen.fact.text, seen.fact.why, seen.fact.path)) for seen in view.session.notes)
    said += " ".join(value for seen in view.counted for key, value in seen.fact.trailers if key.lower() in ("decision", "why"))
    parts: dict[str, str] = {}
    evidence: list[int] = []
    for change, where, event in _changes(view):
        for dependency in change.dependencies:
            if dependency.name not in said:
                parts[f"dependency {dependency.name} {change.path}"] = _dependency(dependency, change.path, where)
                evidence += [event] if event else []
        if change.role in ROLES and change.path not in said:
            parts[change.path] = f"{text.path(change.path)} ({where})"
            evidence += [event] if event else []
    if parts:
        line = f"**Changed without a recorded reason**: {_listed(list(parts.values()))}"
        yield Item("decisions", "unrecorded", line, evidence=tuple(sorted(set(evidence))), rank=Rank(TOOL, False, view.ended))


def _listed(parts: list[str]) -> str:
    shown = "; ".join(parts[:MOST])
    return f"{shown}; +{len(parts) - MOST} more" if len(parts) > MOST else shown


def _changes(view: View) -> Iterator[tuple[Change, str, int]]:
    for seen in view.counted:
        if seen.fact.new not in view.reverted:
            yield from ((change, view.short(seen.fact.new), seen.id) for change in seen.fact.changes)
    merging = view.snapshot.operation is not None
    for change in view.snapshot.changes:
        if not merging and not (view.entries.get(change.path) and view.entries[change.path].baseline):
            yield change, "uncommitted", 0


def _dependency(dependency: Dependency, path: str, where: str) -> str:
    place = text.path(path, dependency.line)
    if not dependency.old:
        what = f"adds dependency {text.inline(f'{dependency.name} {dependency.new}', 120)}"
    elif not dependency.new:
        what = f"removes dependency {text.name(dependency.name, 80)}"
    else:
        what = text.inline(f"{dependency.name} from {dependency.old} to {dependency.new}", 160)
    return f"{what} ({place}, {where})"
