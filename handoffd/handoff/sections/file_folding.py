"""Many files in few lines: bulk commits, generated files, folders, what a merge brought. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handoffd.code.bulk_changes import folder_renames
from handoffd.handoff.facts.file_history import FileHistory
from handoffd.handoff.facts.view import View
from handoffd.handoff.words import changed
from handoffd.model import text
from handoffd.model.change import Patch
from handoffd.model.claims import Ancestor, OperationOpen
from handoffd.model.counts import plural
from handoffd.model.document import TOOL, Item, Rank, Step
from handoffd.model.facts import Commit
from handoffd.model.kinds import ChangeKind, ItemKind, OperationKind, StepKind
from handoffd.model.sections import SectionKey
from handoffd.model.session import Recorded

SINGLE = 5
MOST_FOLDERS = 8


def bulk_items(view: View, folded: Sequence[FileHistory]) -> Iterator[Item]:
    """One bullet for each bulk commit: its files that nothing else touched."""
    groups: dict[str, list[FileHistory]] = {}
    for trace in folded:
        if trace.commits:
            groups.setdefault(trace.commits[-1][0].fact.new, []).append(trace)
    for group in groups.values():
        yield _bulk(view, group[0].commits[-1][0], group)
    left = [trace for trace in folded if not trace.commits]
    if left:
        yield Item(SectionKey.FILES, ItemKind.FOLDED, f"{plural(len(left), 'more file')}, no net change", paths=_paths(left), rank=Rank(TOOL))


def _bulk(view: View, seen: Recorded[Commit], group: Sequence[FileHistory]) -> Item:
    fact, changes = seen.fact, [change for trace in group for _, change in trace.commits]
    even = ", each with as many lines added as removed" if all(change.added == change.removed for change in changes) else ""
    words = ", ".join(
        f"{text.name(old)} to {text.name(new)} ({plural(count, 'file') if not number else count})"
        for number, (old, new, count) in enumerate(fact.words)
    )
    said = f"{len(group)} more files, only in {view.short(fact.new)}{even}" + (f"; words changed in its {fact.count} files: {words}" if words else "")
    claim = Ancestor(fact.new, "HEAD")
    rank = Rank(TOOL, False, seen.at)
    return Item(
        SectionKey.FILES, ItemKind.BULK, said, steps=tuple(_folders(group)), evidence=(seen.id,), claims=(claim,), rank=rank, paths=_paths(group)
    )


def _folders(group: Sequence[FileHistory]) -> Iterator[Step]:
    changes = [change for trace in group for _, change in trace.commits]
    renames = folder_renames([Patch(change.path, change.kind, change.old_path) for change in changes])
    for old, new, count in renames:
        values = {"from": old, "to": new, "count": count}
        yield Step(f"{text.path(old)} renamed to {text.path(new)} ({plural(count, 'file')})", StepKind.FOLDER, values=values)
    still = [change.path for change in changes if change.kind != ChangeKind.RENAMED]
    if still:
        yield Step(f"{plural(len(still), 'file')} changed in place: {_places(still)}", StepKind.IN_PLACE, values={"count": len(still)})


def _places(paths: Sequence[str]) -> str:
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(f"{path.partition('/')[0]}/" if "/" in path else "", []).append(path)
    singles = folders.pop("", [])
    ordered = sorted(folders.items(), key=lambda pair: -len(pair[1]))[:MOST_FOLDERS]
    parts = [f"{text.path(folder)} ({plural(len(inside), 'file')})" for folder, inside in ordered]
    parts += [text.path(path) for path in singles] if len(singles) <= SINGLE else [f"{len(singles)} files at the top"]
    left = sum(len(inside) for folder, inside in folders.items() if folder not in dict(ordered))
    return ", ".join(parts) + (f", +{left} more" if left else "")


def generated(view: View, made: Sequence[FileHistory]) -> Iterator[Item]:
    """Lock and generated files, one line."""
    if not made:
        return
    said = "Generated: " + ", ".join(_generated(view, trace) for trace in made[:MOST_FOLDERS])
    said += f", +{len(made) - MOST_FOLDERS} more" if len(made) > MOST_FOLDERS else ""
    yield Item(SectionKey.FILES, ItemKind.GENERATED, said, rank=Rank(TOOL), paths=_paths(made))


def _generated(view: View, trace: FileHistory) -> str:
    lines = changed(sum(change.added for change in trace.changes), sum(change.removed for change in trace.changes))
    where = view.short(trace.commits[-1][0].fact.new) if trace.commits and trace.uncommitted is None else "uncommitted"
    return f"{text.code(trace.path)}, {lines} ({where})"


def from_other(view: View, traces: Sequence[FileHistory]) -> Iterator[Item]:
    """Paths of an open merge that only the other side changed."""
    operation = view.snapshot.operation
    if not traces or operation is None:
        return
    other = text.branch(operation.other) if operation.other else view.short(operation.other_oid)
    shown = ", ".join(text.code(trace.path) for trace in traces[:MOST_FOLDERS])
    more = f", +{len(traces) - MOST_FOLDERS} more" if len(traces) > MOST_FOLDERS else ""
    claim = OperationOpen(OperationKind.MERGE, operation.other)
    yield Item(
        SectionKey.FILES,
        ItemKind.MERGED,
        f"From {other} only, staged by the merge: {shown}{more}",
        claims=(claim,),
        rank=Rank(TOOL),
        paths=_paths(traces),
    )


def by_folder(rest: Sequence[FileHistory]) -> Iterator[Item]:
    """What is beyond the bullets that fit, a line a folder."""
    folders: dict[str, list[FileHistory]] = {}
    for trace in rest:
        folders.setdefault(f"{trace.path.rpartition('/')[0]}/" if "/" in trace.path else "", []).append(trace)
    for folder, inside in folders.items():
        added = sum(change.added for trace in inside for change in trace.changes)
        removed = sum(change.removed for trace in inside for change in trace.changes)
        where = text.code(folder) if folder else "top folder"
        yield Item(
            SectionKey.FILES,
            ItemKind.FOLDER,
            f"{where} — {plural(len(inside), 'file')}, {changed(added, removed)}",
            rank=Rank(TOOL),
            paths=_paths(inside),
        )


def _paths(group: Sequence[FileHistory]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path for trace in group for path in trace.paths))
