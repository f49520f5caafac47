"""Definitions that this session changed, with the lines on which they stand now.

A journalled place is of the text that its commit made. It is moved on through every later change of the path, or given up (line 0)
where that change does not say enough: a line that is told is of the file as it is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from handoffd.model.change import Change, Place
from handoffd.model.facts import Checkout, Commit
from handoffd.model.records import dataclass, replace
from handoffd.model.session import Seen

# `places` is cut at this length where it is made; a longer list says nothing of what follows.
_WHOLE = 200


@dataclass(frozen=True, slots=True)
class Changed:
    """A changed definition. Lines `line`..`last` are the changed ones, as they stand now; 0 when that is not known.

    `commit` is the last commit that changed it, '' while uncommitted. `still`: the file holds what the test run in question ran.
    """

    name: str
    path: str
    line: int
    last: int
    commit: str = ""
    still: bool = True


def line_after(line: int, change: Change) -> int:
    """Where a line of the text before `change` stands after it; 0 when the change does not say."""
    if not line or change.binary or change.compared or change.kind in ("deleted", "type"):
        return 0
    if not change.places:
        return line if not (change.added or change.removed) else 0
    if line < change.places[0].line and len(change.places) < _WHOLE:
        return line
    only = change.places[0]
    replaced = len(change.places) == 1 and change.added == change.removed
    return line if replaced and line > max(only.last, only.line + change.added - 1) else 0


def definitions_of(change: Change) -> Iterable[Place]:
    """Each changed definition of a change, with the lines of it that changed."""
    for definition in change.definitions:
        own = [place for place in change.places if place.name == definition.name]
        if own:
            yield Place(min(place.line for place in own), max(place.last for place in own), definition.name)
            continue
        around = next((place for place in change.places if place.line <= definition.line <= place.last), None)
        yield Place(definition.line, min(definition.last, around.last) if around else definition.line, definition.name)


def changed_definitions(
    commits: Sequence[Seen[Commit]], checkouts: Sequence[Seen[Checkout]], uncommitted: Iterable[Change]
) -> Mapping[tuple[str, str], Changed]:
    """(path, name) -> the newest change of each definition outside of tests, oldest change first."""
    found: dict[tuple[str, str], Changed] = {}
    moves: list[Seen[Commit] | Seen[Checkout]] = sorted([*commits, *checkouts], key=lambda seen: seen.id)
    for seen in moves:
        if seen.fact.arrived or seen.fact.arrivals:
            _lose_lines(found)
        if isinstance(seen.fact, Commit):
            for change in seen.fact.changes:
                _apply(found, change, seen.fact.new)
    for change in uncommitted:
        _apply(found, change, "")
    return found


def _lose_lines(found: dict[tuple[str, str], Changed]) -> None:
    """Commits came from elsewhere: what they changed is not journalled."""
    for key, known in found.items():
        found[key] = replace(known, line=0, last=0)


def _apply(found: dict[tuple[str, str], Changed], change: Change, commit: str) -> None:
    before = change.old_path if change.kind == "renamed" and change.old_path else change.path
    for key in [key for key in found if key[0] == before]:
        known = found.pop(key)
        if change.kind != "deleted" and key[1] not in change.removes:
            line, last = line_after(known.line, change), line_after(known.last, change)
            found[(change.path, key[1])] = replace(known, path=change.path, line=line if last else 0, last=last if line else 0)
    if change.test or change.kind == "deleted":
        return
    for place in definitions_of(change):
        found.pop((change.path, place.name), None)
        found[(change.path, place.name)] = Changed(place.name, change.path, place.line, place.last, commit)
