"""What a change of many files was as a whole: the words it replaced and the folders it renamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from handoffd.code.languages import LONGEST_LINE
from handoffd.model.change import Hunk, Patch
from handoffd.model.kinds import ChangeKind
from handoffd.model.lazy import lazy

BULK: Final = 20
"""A commit of more files is told as a whole."""
FEWEST_FILES: Final = 5
MOST_PAIRS: Final = 3
_MOST_LINES: Final = 5_000
_TOKEN: Final = lazy(r"[^\W\d]\w*|\d+|[^\w\s]")


def words_changed(patches: Iterable[Patch]) -> tuple[tuple[str, str, int], ...]:
    """Words that one other word replaced: (old, new, number of files), in at least `FEWEST_FILES` files, most files first, 3 at most.

    Looked for where a hunk has as many lines as before and a line as many tokens, so that old and new stand opposite each other.
    """
    files: Counter[tuple[str, str]] = Counter()
    for patch in patches:
        files.update(_pairs(patch))
    common = [(old, new, count) for (old, new), count in files.items() if count >= FEWEST_FILES]
    return tuple(sorted(common, key=lambda pair: (-pair[2], pair[0], pair[1]))[:MOST_PAIRS])


def _pairs(patch: Patch) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    budget = _MOST_LINES
    for hunk in patch.hunks:
        if len(hunk.removed) == len(hunk.added) <= budget:
            budget -= len(hunk.added)
            found |= _replaced(hunk)
    return found


def _replaced(hunk: Hunk) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for before, after in zip(hunk.removed, hunk.added, strict=True):
        if len(before) > LONGEST_LINE or len(after) > LONGEST_LINE:
            continue
        old, new = _TOKEN.findall(before), _TOKEN.findall(after)
        if len(old) == len(new):
            found.update((a, b) for a, b in zip(old, new, strict=True) if a != b and _word(a) and _word(b))
    return found


def _word(token: str) -> bool:
    return len(token) > 1 and not token[0].isdigit() and (token[0].isalpha() or token[0] == "_")


def folder_renames(patches: Iterable[Patch]) -> tuple[tuple[str, str, int], ...]:
    """Folders whose files moved to another folder under the same name: (old/, new/, files), most files first."""
    folders: Counter[tuple[str, str]] = Counter()
    for patch in patches:
        if patch.kind == ChangeKind.RENAMED and patch.old_path:
            pair = _folders(patch.old_path, patch.path)
            if pair:
                folders[pair] += 1
    return tuple(sorted(((old, new, count) for (old, new), count in folders.items()), key=lambda row: (-row[2], row[0], row[1])))


def _folders(old: str, new: str) -> tuple[str, str] | None:
    """`a/b/c/f.ts`, `a/x/c/f.ts` -> `a/b/`, `a/x/`; None when the file name itself changed."""
    before, after = old.split("/"), new.split("/")
    same = 0
    while same < min(len(before), len(after)) and before[-1 - same] == after[-1 - same]:
        same += 1
    if not same:
        return None
    return _joined(before[: len(before) - same]), _joined(after[: len(after) - same])


def _joined(parts: list[str]) -> str:
    return "/".join(parts) + "/" if parts else "./"
