"""Definitions that this session changed, with the lines on which they stand now.

A journalled place is of the text that its commit made. It is moved on through every later change of the path, or given up (line 0)
where that change does not say enough: a line that is told is of the file as it is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from handoffd.model.change import Change, HunkPlace
from handoffd.model.facts import Checkout, Commit
from handoffd.model.kinds import ChangeKind
from handoffd.model.records import dataclass, replace
from handoffd.model.session import Recorded

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
    if not line or change.binary or change.compared or change.kind in (ChangeKind.DELETED, ChangeKind.TYPE):
        return 0
    if not change.places:
        return line if not (change.added or change.removed) else 0
    if line < change.places[0].line and len(change.places) < _WHOLE:
        return line
    only = change.places[0]
    replaced = len(change.places) == 1 and change.added == change.removed
    return line if replaced and line > max(only.last, only.line + change.added - 1) else 0


def definitions_of(change: Change) -> Iterable[HunkPlace]:
    """Each changed definition of a change, with the lines of it that changed."""
    for definition in change.definitions:
        own = [place for place in change.places if place.name == definition.name]
        if own:
            yield HunkPlace(min(place.line for place in own), max(place.last for place in own), definition.name)
            continue
        around = next((place for place in change.places if place.line <= definition.line <= place.last), None)
        yield HunkPlace(definition.line, min(definition.last, around.last) if around else definition.line, definition.name)


def changed_definitions(
    commits: Sequence[Recorded[Commit]], checkouts: Sequence[Recorded[Checkout]], uncommitted: Iterable[Change]
) -> Mapping[tuple[str, str], Changed]:
    """(path, name) -> the newest change of each definition outside of tests, oldest change first."""
    found: dict[tuple[str, str], Changed] = {}
    names: dict[str, dict[str, None]] = {}
    moves: list[Recorded[Commit] | Recorded[Checkout]] = sorted([*commits, *checkouts], key=lambda seen: seen.id)
    for seen in moves:
        if seen.fact.arrived or seen.fact.arrivals:
            _lose_lines(found)
        if isinstance(seen.fact, Commit):
            for change in seen.fact.changes:
                _apply(found, names, change, seen.fact.new)
    for change in uncommitted:
        _apply(found, names, change, "")
    return found


def _lose_lines(found: dict[tuple[str, str], Changed]) -> None:
    """Commits came from elsewhere: what they changed is not journalled."""
    for key, known in found.items():
        found[key] = replace(known, line=0, last=0)


def _apply(found: dict[tuple[str, str], Changed], names: dict[str, dict[str, None]], change: Change, commit: str) -> None:
    """`names`: path -> the names that are found in it."""
    before = change.old_path if change.kind == ChangeKind.RENAMED and change.old_path else change.path
    kept = [found.pop((before, name)) for name in names.pop(before, ())]
    if change.kind == ChangeKind.DELETED:
        return
    for known in kept:
        if known.name not in change.removes:
            line, last = line_after(known.line, change), line_after(known.last, change)
            _put(found, names, replace(known, path=change.path, line=line if last else 0, last=last if line else 0))
    for place in () if change.test else definitions_of(change):
        _put(found, names, Changed(place.name, change.path, place.line, place.last, commit))


def _put(found: dict[tuple[str, str], Changed], names: dict[str, dict[str, None]], changed: Changed) -> None:
    """As the newest one."""
    key, here = (changed.path, changed.name), names.setdefault(changed.path, {})
    found.pop(key, None)
    here.pop(changed.name, None)
    found[key], here[changed.name] = changed, None
