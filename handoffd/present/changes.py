"""The uncommitted changes with their names, the marks that still stand, and the session's totals per path."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from handoffd.code.describe_change import DESCRIBED, describe
from handoffd.code.marks import marks, removed_lines
from handoffd.files.layout import is_handoff
from handoffd.git.content import BIGGEST, each_readable, read_text, texts_in
from handoffd.git.parse import Entry as StatusEntry
from handoffd.git.parse import Status, parse_names
from handoffd.git.status import but, readable_patches, try_diff
from handoffd.git.submodules import own_worktrees
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.change import Change, Hunk, Patch
from handoffd.model.kinds import ChangeKind, EntryKind, StatusKind
from handoffd.model.records import replace
from handoffd.model.secret_paths import is_secret
from handoffd.model.snapshot import Entry

# A tracked file above this is told by name: git would read all of it.
LARGEST = 5 * BIGGEST
UNKNOWN = -1
_KINDS = {StatusKind.UNMERGED: EntryKind.CONFLICTED, StatusKind.UNTRACKED: EntryKind.UNTRACKED, StatusKind.RENAMED: EntryKind.RENAMED}


def entries(reader: WorktreeReader, seen: Status, baseline: Collection[str]) -> tuple[Entry, ...]:
    """Status, one entry a path, handoff files left out. A repository in the tree is one entry, its path ends in a slash; a
    linked worktree of the same repository is none."""
    found = dict[str, Entry]()
    linked = own_worktrees(reader.worktree, (entry.path for entry in seen.entries))
    for entry in seen.entries:
        if not is_handoff(entry.path, reader.directory) and entry.path not in linked:
            quiet = entry.path in baseline or reader.ignored(entry.path)
            now = _entry(reader, entry, quiet, seen.not_compared.get(entry.path, ""))
            # What was taken out of the index and is still there has two lines of status.
            staged = now.staged or (entry.path in found and found[entry.path].staged)
            found[entry.path] = replace(now, staged=staged)
    return tuple(found.values())


def _entry(reader: WorktreeReader, entry: StatusEntry, baseline: bool, filtered: str) -> Entry:
    try:
        found = (reader.worktree.root / entry.path).lstat()
        mtime, size = found.st_mtime, found.st_size
    except OSError:
        mtime, size = 0.0, 0
    kind = _KINDS.get(entry.kind, _tracked(entry))
    staged, unstaged = entry.index not in ".? " and kind != EntryKind.CONFLICTED, entry.tree not in ". " and not filtered
    kind = EntryKind.NOT_COMPARED if filtered and not staged else kind
    return Entry(entry.path, kind, entry.old_path, staged, unstaged, mtime, size, baseline, f"filter {filtered}" if filtered else "")


def untracked_folders(reader: WorktreeReader, seen: Sequence[Entry]) -> tuple[str, ...]:
    """Folders that hold untracked files alone, with their slash: git tells such a folder as one entry."""
    inside = [entry.path for entry in seen if entry.kind == EntryKind.UNTRACKED and "/" in entry.path.rstrip("/")]
    if not inside:
        return ()
    raw = reader.git.try_run("ls-files", "-z", "--others", "--exclude-standard", "--directory", "--no-empty-directory") or b""
    return tuple(name for name in parse_names(raw) if name.endswith("/") and any(path.startswith(name) and path != name for path in inside))


def _tracked(entry: StatusEntry) -> EntryKind:
    if "D" in (entry.index, entry.tree):
        return EntryKind.DELETED
    return EntryKind.ADDED if entry.index == "A" else EntryKind.MODIFIED


def changes(
    reader: WorktreeReader, status: Status, seen: Sequence[Entry], large: Mapping[str, Change], told: Sequence[Change] = ()
) -> tuple[tuple[Change, ...], str]:
    """What differs between HEAD and the working tree, named, and each untracked file as one change of kind `untracked`; and what git could
    not read. A path that was not compared is in Status alone. In a folder that may not be read, git's diff takes every file for deleted and its
    status does not: a deletion is one that status tells. `seen` are the entries of `status`, `large` is `large_files(seen)`;
    `told` are changes that no diff tells."""
    # What was taken out of the index and is still there is untracked, and its deletion is staged.
    plain = [entry for entry in seen if entry.kind != EntryKind.SUBMODULE]
    small = [entry.path for entry in plain if (entry.staged or entry.kind != EntryKind.UNTRACKED) and entry.path not in large]
    found_patches, problem = readable_patches(reader.git, status, small, large)
    uncompared = {entry.path for entry in seen if entry.compared}
    named = {path for entry in seen for path in (entry.path, entry.old_path)}
    compared = (patch for patch in each_readable(reader, found_patches) if patch.path not in uncompared)
    patches = (patch for patch in compared if patch.kind != ChangeKind.DELETED or patch.path in named)
    untracked = [entry for entry in seen if entry.kind == EntryKind.UNTRACKED and not reader.ignored(entry.path)]
    described, removed = _described(reader, status.head, patches)
    conflicted = {entry.path for entry in seen if entry.kind == EntryKind.CONFLICTED}
    found = [_without_names(change) if change.path in conflicted else change for change in described]
    found += [change for path, change in large.items() if path not in uncompared and not reader.ignored(path)]
    tracked = {change.path for change in found}
    for number, entry in enumerate(untracked):
        if entry.path not in tracked:
            found.append(_untracked(reader, entry, number < DESCRIBED, removed))
    return (*found, *told), problem


def _described(reader: WorktreeReader, head: str, patches: Iterator[Patch]) -> tuple[list[Change], frozenset[str]]:
    """The change that each patch is, and all lines that they remove. A mark that was removed elsewhere only moved: marks are told when all patches
    are read, and until then no patch is held that has none."""
    near = list(itertools.islice(patches, DESCRIBED))
    texts = [patch for patch in near if not patch.binary]
    # The text before a change is put together from the hunks: only of what is gone, or was another kind of file, git is asked for it.
    asked = [(head, patch.old_path or patch.path) for patch in texts if head and patch.kind in (ChangeKind.DELETED, ChangeKind.TYPE)]
    old = texts_in(reader, asked)
    new = {patch.path: read_text(reader, patch.path) for patch in texts}
    found, marked, removed = list[Change](), list[tuple[int, Patch]](), set[str]()
    for patch in itertools.chain(near, patches):
        removed |= removed_lines([patch])
        change = describe(patch, new.get(patch.path), old.get((head, patch.old_path or patch.path)), frozenset())
        if change.marks:
            marked.append((len(found), patch))
        found.append(change)
    gone = frozenset(removed)
    for at, patch in marked:
        found[at] = replace(found[at], marks=marks(patch, gone, new.get(patch.path)))
    return found, gone


def _without_names(change: Change) -> Change:
    """A file in conflict: its markers, and what stands between them, are no code. What asks for something there still asks."""
    return Change(change.path, change.kind, change.old_path, marks=change.marks, role=change.role, test=change.test)


def large_files(seen: Iterable[Entry]) -> dict[str, Change]:
    """Tracked files that are too large to be read for a line: that they differ is git's word, in what is left open."""
    large = [entry for entry in seen if entry.kind not in (EntryKind.UNTRACKED, EntryKind.DELETED) and entry.size > LARGEST]
    return {entry.path: _uncounted(entry) for entry in large}


def _uncounted(entry: Entry) -> Change:
    kind = ChangeKind.RENAMED if entry.kind == EntryKind.RENAMED else ChangeKind.CHANGED
    return Change(entry.path, kind, entry.old_path, compared=f"larger than {LARGEST >> 20} MB")


def _untracked(reader: WorktreeReader, entry: Entry, near: bool, removed: frozenset[str]) -> Change:
    if is_secret(entry.path):
        return Change(entry.path, ChangeKind.UNTRACKED)
    text = read_text(reader, entry.path) if near else None
    if text is None:
        large = entry.size > BIGGEST
        return Change(entry.path, ChangeKind.UNTRACKED, binary=near and not large, compared=f"larger than {BIGGEST >> 20} MB" if large else "")
    lines = tuple(text.split("\n")[: -1 if text.endswith("\n") else None]) if text else ()
    patch = Patch(entry.path, ChangeKind.CREATED, added=len(lines), hunks=(Hunk(0, 0, 1, len(lines), (), lines),) if lines else ())
    return replace(describe(patch, text, None, removed), kind=ChangeKind.UNTRACKED)


def totals(
    reader: WorktreeReader,
    base: str,
    head: str,
    uncommitted: Sequence[Change],
    large: Collection[str],
    foreign: Collection[str] = (),
    conflicted: Collection[str] = (),
) -> tuple[tuple[str, int, int], ...]:
    """(path, added, removed) from `base` to the working tree, untracked files counted as added, `large` ones left out. `uncommitted` is what
    differs from `head`: where nothing was committed that is all. Of `foreign` paths, which others changed too, both numbers are UNKNOWN; of
    `conflicted` ones what is committed is counted, as their markers are nobody's lines."""
    if base == head:
        counts = {change.path: (change.added, change.removed) for change in uncommitted if change.path not in large}
    else:
        counts = _counted(reader, base, "--", *but(large))
        counts.update({change.path: (change.added, 0) for change in uncommitted if change.kind == ChangeKind.UNTRACKED})
    if conflicted:
        known = _counted(reader, base, head, "--", *(f":(top,literal){path}" for path in conflicted)) if base != head else {}
        counts.update({path: known.get(path, (UNKNOWN, UNKNOWN)) for path in conflicted})
    counts.update(dict.fromkeys(foreign, (UNKNOWN, UNKNOWN)))
    return tuple((path, *pair) for path, pair in counts.items() if not reader.ignored(path))


def _counted(reader: WorktreeReader, *words: str) -> dict[str, tuple[int, int]]:
    raw = try_diff(reader.git, "--numstat", "-z", "-M", *words, literal=False)
    return {path: (added, removed) for path, added, removed in _numstat(raw)}


def foreign_paths(reader: WorktreeReader, others: Sequence[str]) -> frozenset[str]:
    """Paths that these commits, which are not the session's own, changed."""
    if not others:
        return frozenset()
    raw = reader.git.try_run(
        "diff-tree",
        "--stdin",
        "-r",
        "-z",
        "--name-only",
        "--no-commit-id",
        "--root",
        "-m",
        "--first-parent",
        input=b"".join(oid.encode() + b"\n" for oid in others),
    )
    return frozenset(path for path in (raw or b"").decode("utf-8", "surrogateescape").split("\0") if path)


def _numstat(raw: bytes) -> Iterator[tuple[str, int, int]]:
    fields = iter(raw.decode("utf-8", "surrogateescape").split("\0"))
    for field in fields:
        parts = field.split("\t", 2)
        if len(parts) != 3:
            continue
        path = parts[2]
        if not path:
            next(fields, "")
            path = next(fields, "")
        yield path, int(parts[0]) if parts[0].isdigit() else 0, int(parts[1]) if parts[1].isdigit() else 0
