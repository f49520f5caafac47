"""Files Touched: every path of the session once, with what changed in it. Pure.

traces (per path: commits, uncommitted change, stash) -> bullets -> order, bulk, generated, folders
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from handoffd.handoff.facts.file_history import FileHistory, traces
from handoffd.handoff.facts.view import View
from handoffd.handoff.sections.file_folding import bulk_items, by_folder, from_other, generated
from handoffd.handoff.wording import wording
from handoffd.model import text
from handoffd.model.claims import DiffersFromHead
from handoffd.model.counts import plural
from handoffd.model.document import TOOL, Item, Rank
from handoffd.model.kinds import EntryKind, ItemKind, OperationKind
from handoffd.model.sections import SectionKey

MOST_BULLETS = 40


def files(view: View) -> tuple[Item, ...]:
    """All bullets; the union of their `paths` is exactly what the session touched."""
    groups: dict[str, list[FileHistory]] = {"other": [], "bulk": [], "generated": [], "plain": []}
    for trace in traces(view):
        groups[_group(view, trace)].append(trace)
    plain = sorted(groups["plain"], key=lambda trace: _order(view, trace))
    bullets = [_item(view, trace) for trace in plain[:MOST_BULLETS]]
    folded = (from_other(view, groups["other"]), bulk_items(view, groups["bulk"]), generated(view, groups["generated"]))
    return tuple(itertools.chain(bullets, by_folder(plain[MOST_BULLETS:]), *folded))


def _group(view: View, trace: FileHistory) -> str:
    if _merged(view, trace):
        return "other"
    return "bulk" if trace.bulk_only else "generated" if trace.generated else "plain"


def _merged(view: View, trace: FileHistory) -> bool:
    """Staged by an open merge and touched by nothing of the session's own."""
    operation, entry = view.snapshot.operation, view.entries.get(trace.path)
    if operation is None or operation.kind != OperationKind.MERGE or entry is None or trace.commits:
        return False
    return entry.staged and not entry.unstaged and entry.kind != EntryKind.CONFLICTED and trace.path not in _listed(view)


def _listed(view: View) -> frozenset[str]:
    return frozenset(conflict.path for conflict in view.snapshot.conflicts)


def _order(view: View, trace: FileHistory) -> tuple[int, float, str]:
    entry = view.entries.get(trace.path)
    failing = any(one.path == trace.path for one in view.tests.failing)
    if entry is not None and entry.kind == EntryKind.CONFLICTED:
        rank = 0
    elif failing:
        rank = 1
    elif entry is not None:
        rank = 2 if entry.unstaged or entry.kind == EntryKind.UNTRACKED else 3
    else:
        rank = 4
    newest = entry.mtime if entry is not None and rank < 4 else max((seen.at for seen, _ in trace.commits), default=0.0)
    return (rank, -newest, trace.path)


def _item(view: View, trace: FileHistory) -> Item:
    entry = view.entries.get(trace.path)
    added, removed = _totals(view, trace)
    bare = entry is not None and entry.kind == EntryKind.UNTRACKED and not trace.adds and not trace.commits
    what = "; ".join(_what(view, trace, added, removed)) or _least(view, trace)
    level = _is_level(view, trace)
    known = not bare and not trace.submodule and not ((trace.nothing_left or level) and not added and not removed)
    evidence = tuple(
        sorted(
            {seen.id for seen, _ in trace.commits if seen.id} | ({view.session.files[trace.path].id} if trace.path in view.session.files else set())
        )
    )
    claims = (
        (DiffersFromHead(trace.path),)
        if entry is not None and entry.kind not in (EntryKind.UNTRACKED, EntryKind.CONFLICTED, EntryKind.SUBMODULE)
        else ()
    )
    at = max([seen.at for seen, _ in trace.commits] + [entry.mtime if entry else 0.0])
    return Item(
        SectionKey.FILES,
        ItemKind.FILE,
        what,
        path=trace.path,
        evidence=evidence,
        claims=claims,
        rank=Rank(TOOL, entry is not None, at),
        paths=trace.paths,
        marks=_marks(view, trace),
        added=added if known else -1,
        removed=removed if known else -1,
    )


def _totals(view: View, trace: FileHistory) -> tuple[int, int]:
    """From the session's start to now, by git's own count; (-1, -1) where commits of others are in it. Of what stands on other branches alone, and of
    a session of which git was not asked, the sum of its parts."""
    if view.snapshot.base and (trace.uncommitted or len(trace.elsewhere) < len(trace.commits) or not trace.commits):
        return view.totals.get(trace.path, (0, 0))
    changes = [change for _, change in trace.commits] + ([trace.uncommitted] if trace.uncommitted else [])
    return sum(change.added for change in changes), sum(change.removed for change in changes)


def _what(view: View, trace: FileHistory, added: int, removed: int) -> Iterator[str]:
    entry = view.entries.get(trace.path)
    if trace.renamed_from:
        yield f"renamed from {_old_name(trace)}"
    if entry is not None and entry.kind == EntryKind.UNTRACKED and not trace.commits:
        size = f", untracked, {plural(entry.size, 'byte')}" if not trace.adds else ""
        yield "a repository of its own, untracked" if entry.path.endswith("/") else f"new file{size}"
    elif trace.created and not trace.submodule and not _is_level(view, trace) and not (view.snapshot.base and removed > 0 and not trace.elsewhere):
        # A file that lost lines since the session's start was there then: its first commit was made anew by a rebase.
        yield "new file"
    if trace.deleted and not _is_level(view, trace):
        yield "deleted"
    level = _is_level(view, trace)
    yield from _named(view, trace) if not level or trace.reverted else ()
    yield from _outside(view, trace)
    if (trace.nothing_left or level) and not added and not removed:
        yield f"no net change{_stashed(view, trace)}"


def _is_level(view: View, trace: FileHistory) -> bool:
    """The path is as it was at the session's start, by git's own diff, whatever happened to it in between."""
    return bool(view.snapshot.base) and not trace.elsewhere and trace.uncommitted is None and trace.path not in view.totals


def _named(view: View, trace: FileHistory) -> Iterator[str]:
    """Names of live changes, and those of reverted commits with both hashes."""
    dependencies = [f"adds {text.inline(f'{one.name} {one.new}', 120)}" for one in trace.dependencies if not one.old and one.new]
    if dependencies:
        yield ", ".join(dependencies[:4]) + (f", +{len(dependencies) - 4} more" if len(dependencies) > 4 else "")
    elif trace.submodule:
        yield text.inline(trace.lines, 300)
    elif not trace.created or trace.adds:
        said = wording(trace.adds, trace.names, trace.removes, text.inline(trace.lines, 120) if trace.lines else "", _shown)
        if said and not trace.deleted:
            yield said
    for revert, names in trace.reverted:
        shown = ", ".join(text.name(name, 60) for name in names[:4]) or "changed"
        original = view.short(revert.oid)
        yield f"{shown} in {original}, reverted by {view.short(revert.revert.fact.new)}"


def _shown(name: str) -> str:
    return text.name(name, 80)


def _outside(view: View, trace: FileHistory) -> Iterator[str]:
    """What stands on another branch, and how a conflict was resolved."""
    for branch in dict.fromkeys(trace.elsewhere):
        yield f"on branch {text.branch(branch)}"
    for conflict in view.snapshot.conflicts:
        if conflict.path == trace.path and conflict.resolved:
            operation = view.snapshot.operation
            other = text.branch(operation.other) if operation and operation.other else "the other side"
            yield "conflict resolved: " + {"head": "same as HEAD", "other": f"same as {other}"}.get(conflict.resolved, "merged")


def _old_name(trace: FileHistory) -> str:
    folder, _, name = trace.renamed_from.rpartition("/")
    same = trace.path.rpartition("/")[2] == name
    return text.path(f"{folder}/") if same and folder else text.path(trace.renamed_from)


def _stashed(view: View, trace: FileHistory) -> str:
    found = [stash.index for stash in view.snapshot.stashes if any(change.path == trace.path for change in stash.changes)]
    return f"; changes in stash@{{{found[0]}}}" if found else ""


def _least(view: View, trace: FileHistory) -> str:
    """Never empty."""
    if trace.commits:
        return f"changed in {view.short(trace.commits[-1][0].fact.new)}"
    return "binary file" if trace.uncommitted and trace.uncommitted.binary else "changed"


def _marks(view: View, trace: FileHistory) -> str:
    """The strongest only, but `N failing, in progress`."""
    entry = view.entries.get(trace.path)
    failing = sum(1 for one in view.tests.failing if one.path == trace.path)
    working = entry is not None and (entry.unstaged or entry.kind == EntryKind.UNTRACKED)
    if entry is not None and entry.kind == EntryKind.CONFLICTED:
        return "conflicted"
    if failing:
        return f"{failing} failing" + (", in progress" if entry is not None else "")
    if working and entry is not None:
        return "in progress" if entry.kind != EntryKind.UNTRACKED or trace.adds else ""
    return "staged" if entry is not None and entry.staged else ""


def touched_paths(items: Sequence[Item]) -> frozenset[str]:
    """Every path the items stand for."""
    return frozenset(path for item in items for path in item.paths)
