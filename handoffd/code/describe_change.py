"""What changed in one file, in names: from a raw patch and the texts on both sides to the `Change` that is kept.

git's own hunk headings are not used: they name the line before a hunk, so an added test would get its neighbour's name.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Final

from handoffd.code.definitions import (
    LARGEST_TEXT,
    Definition,
    definitions,
    enclosing,
    indent_of,
    lines_of,
)
from handoffd.code.file_roles import is_manifest, is_test, role
from handoffd.code.languages import HEADINGS, definition_in, family_of
from handoffd.code.manifests import dependencies
from handoffd.code.marks import marks
from handoffd.model.change import Change, Hunk, HunkPlace, Patch
from handoffd.model.characters import cut
from handoffd.model.kinds import ChangeKind
from handoffd.model.records import dataclass
from handoffd.model.submodule_words import moved

LONGEST_LIST: Final = 200
LONGEST_LINE_TEXT: Final = 48
DESCRIBED: Final = 400
"""Of so many files of one diff the texts are read; of the others only counts and hunks are told."""
GITLINK: Final = "160000"
"""The mode of a submodule, of which a tree holds the commit."""
SHORT: Final = 7
_ANY_INDENT: Final = 1_000
_NO_ATTRIBUTES: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class _Side:
    """One text of the comparison: its lines, its definitions, and how many there are of each full name."""

    lines: Sequence[str]
    found: tuple[Definition, ...]
    counts: Counter[str]

    def within(self, first: int, count: int) -> list[Definition]:
        """The definitions whose own line is one of `count` lines from `first`."""
        start = bisect_left(self.found, first, key=attrgetter("line"))
        stop = bisect_left(self.found, first + count, key=attrgetter("line"))
        return list(self.found[start:stop])


def describe(
    patch: Patch,
    new_text: str | None,
    old_text: str | None,
    removed: frozenset[str],
    attributes: Mapping[str, str] = _NO_ATTRIBUTES,
) -> Change:
    """The change of one file. `removed`: `markers.removed_lines` of the whole diff. `attributes`: git's for the path.

    Without `new_text` (binary, too large, gone) the hunks alone are told; without `old_text` it is put together from them.
    """
    if GITLINK in (patch.old_mode, patch.new_mode):
        return Change(patch.path, patch.kind, patch.old_path, lines=moved(_link(patch.old_mode, patch.old_oid), _link(patch.new_mode, patch.new_oid)))
    if old_text is None and new_text is not None and patch.kind != ChangeKind.CREATED:
        old_text = old_text_of(new_text, patch.hunks)
    new, old = _sides(patch, new_text, old_text)
    told = _Names(new, old, family_of(patch.path))
    places = tuple(told.place(hunk) for hunk in patch.hunks[:LONGEST_LIST])
    for hunk in patch.hunks[LONGEST_LIST:]:
        told.place(hunk)
    named = told.adds or told.names or told.removes or patch.kind in (ChangeKind.CREATED, ChangeKind.DELETED)
    manifest = is_manifest(patch.path) and new_text is not None and patch.kind != ChangeKind.DELETED
    return Change(
        path=patch.path,
        kind=patch.kind,
        old_path=patch.old_path,
        added=patch.added,
        removed=patch.removed,
        binary=patch.binary,
        adds=_listed(told.adds),
        names=_listed(told.names),
        removes=_listed(told.removes),
        lines="" if named else lines_wording(patch.hunks),
        places=places,
        definitions=told.definitions(),
        marks=marks(patch, removed, new_text),
        dependencies=dependencies(patch.path, old_text, new_text) if manifest else (),
        role=role(patch.path, new_text, attributes),
        test=is_test(patch.path),
    )


def _link(mode: str, oid: str) -> str:
    """The short name of a submodule's commit; '' where that side is no submodule, or the commit is not told."""
    return oid[:SHORT] if mode == GITLINK and oid.strip("0") else ""


def _listed(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[:LONGEST_LIST]


def old_text_of(new_text: str, hunks: Sequence[Hunk]) -> str:
    """The text before `hunks` made `new_text` of it."""
    lines, old, position = lines_of(new_text), list[str](), 0
    for hunk in hunks:
        start = hunk.new_start - 1 if hunk.new_count else hunk.new_start
        old += lines[position : max(position, start)]
        old += hunk.removed
        position = max(position, start) + hunk.new_count
    return "\n".join([*old, *lines[position:]]) + "\n"


def _sides(patch: Patch, new_text: str | None, old_text: str | None) -> tuple[_Side, _Side]:
    family = family_of(patch.path)
    old_family = family_of(patch.old_path) if patch.old_path else family
    if new_text is None and patch.kind != ChangeKind.DELETED:
        added, removed = ([(hunk.new_start, hunk.added) for hunk in patch.hunks], [(hunk.old_start, hunk.removed) for hunk in patch.hunks])
        return _side_of_lines(added, family), _side_of_lines(removed, old_family)
    return _side("" if patch.kind == ChangeKind.DELETED else new_text, family), _side(old_text, old_family)


def _side(text: str | None, family: str) -> _Side:
    found = definitions(text or "", family)
    lines = lines_of(text) if text and len(text) <= LARGEST_TEXT else []
    return _Side(lines, found, Counter(definition.full for definition in found))


def _side_of_lines(blocks: Iterable[tuple[int, tuple[str, ...]]], family: str) -> _Side:
    """A side of which only some lines are known: each definition stands for itself."""
    found: list[Definition] = []
    for start, lines in blocks:
        for number, line in enumerate(lines, start):
            name = definition_in(line, family)
            if name:
                found.append(Definition(number, number, indent_of(line), name, name))
    found.sort(key=attrgetter("line"))
    return _Side([], tuple(found), Counter(definition.full for definition in found))


class _Names:
    """Collects the names of a file's hunks, each hunk in turn."""

    def __init__(self, new: _Side, old: _Side, family: str) -> None:
        self._new, self._old, self._family = new, old, family
        self._fresh = Counter(new.counts)
        self._fresh.subtract(old.counts)
        self._gone = Counter(old.counts)
        self._gone.subtract(new.counts)
        self._touched: dict[int, Definition] = {}
        self.adds: list[str] = []
        self.names: list[str] = []
        self.removes: list[str] = []

    def place(self, hunk: Hunk) -> HunkPlace:
        """Where the hunk stands, by the first definition that it holds, else by the one that it lies in."""
        own = self._new.within(hunk.new_start, hunk.new_count) if hunk.new_count else []
        gone = [item for item in self._old.within(hunk.old_start, hunk.old_count) if self._takes(self._gone, item)]
        self.removes += [item.full for item in gone]
        for definition in own:
            (self.adds if self._takes(self._fresh, definition) else self.names).append(definition.full)
        if not own and not (gone and not hunk.added) and self._family not in HEADINGS:
            around = self._around(hunk)
            own = [around] if around else []
            self.names += [around.full] if around and around.full not in self.adds else []
        self._touched.update((definition.line, definition) for definition in own)
        first, last = _extent(hunk)
        return HunkPlace(first, last, own[0].full if own else "")

    @staticmethod
    def _takes(counts: Counter[str], definition: Definition) -> bool:
        if counts[definition.full] <= 0:
            return False
        counts[definition.full] -= 1
        return True

    def _around(self, hunk: Hunk) -> Definition | None:
        first = next((index for index, line in enumerate(hunk.added) if line.strip()), None)
        if first is not None:
            return enclosing(self._new.found, hunk.new_start + first, _ANY_INDENT)
        gone = next((line for line in hunk.removed if line.strip()), "")
        line = hunk.new_start if not hunk.added else hunk.new_start - 1
        while line > 1 and line <= len(self._new.lines) and not self._new.lines[line - 1].strip():
            line -= 1
        return enclosing(self._new.found, line, indent_of(gone)) if gone and self._new.found else None

    def definitions(self) -> tuple[HunkPlace, ...]:
        """The places of every definition that was added or changed, in line order."""
        found = [self._touched[line] for line in sorted(self._touched)]
        return tuple(HunkPlace(item.line, item.last, item.full) for item in found)[:LONGEST_LIST]


def _extent(hunk: Hunk) -> tuple[int, int]:
    """First and last line in the new text, blank lines at both ends left out."""
    filled = [index for index, line in enumerate(hunk.added) if line.strip()]
    if filled:
        return hunk.new_start + filled[0], hunk.new_start + filled[-1]
    return max(1, hunk.new_start), max(1, hunk.new_start)


def lines_wording(hunks: Sequence[Hunk]) -> str:
    """`line N: TEXT` for one hunk, else `lines N, N, N` and `+n more`; '' without hunks."""
    if not hunks:
        return ""
    numbers = [_extent(hunk)[0] for hunk in hunks]
    if len(hunks) > 1:
        return "lines " + ", ".join(map(str, numbers[:3])) + (f", +{len(numbers) - 3} more" if len(numbers) > 3 else "")
    for offset, line in enumerate(hunks[0].added):
        if any(map(str.isalnum, line)):
            return f"line {hunks[0].new_start + offset}: {_bare(line)}"
    gone = next((line for line in hunks[0].removed if any(map(str.isalnum, line))), "")
    return f"line {numbers[0]}: removes {_bare(gone)}" if gone else f"line {numbers[0]}"


def _bare(line: str) -> str:
    """A line as it is quoted: without blanks, a closing comma, and quotes around it."""
    text = line.strip().removesuffix(",").rstrip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`" and text[0] not in text[1:-1]:
        text = text[1:-1].strip()
    return cut(text, LONGEST_LINE_TEXT)
