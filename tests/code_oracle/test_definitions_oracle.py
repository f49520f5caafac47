"""Our definitions, found line by line with patterns, held against those of tree-sitter's parsers.

The texts are those of packages that anybody can fetch (see `packages.py`), more than ten repositories of six languages. Where tree-sitter
itself finds an error in a text (C with macros, mostly) only the outermost definitions without one are compared: what stands beside an error
may be misread.

Two figures a language:

- **found**: of the named functions, methods, classes, types and macros of tree-sitter's tree (`trees.COUNTED`), those that we find under the
  same name, on a line from the first of the definition to that of its name. Two that share a line count as one, since a line has one name.
- **right**: of a sample of lines that are not blank, those that a change of that line alone is named as the tree has it: the innermost
  definition, with its owners' names before it, as handoffd joins them. Decorators and attributes belong to what they stand above. What handoffd
  may name beside the count (constants, variables, `impl` blocks, test titles, signatures: `trees.BESIDE`) may stand in the name or be left
  out, and the inside of a Rust macro, which tree-sitter does not take apart, is right with whatever name begins with the macro's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from handoffd.code.definitions import Definition, definitions, lines_of
from handoffd.code.describe_change import describe
from handoffd.code.languages import LONGEST_NAME, cut, family_of
from handoffd.model.change import Hunk, Patch
from handoffd.model.kinds import ChangeKind

packages = pytest.importorskip("tests.code_oracle.packages")
trees = pytest.importorskip("tests.code_oracle.trees")

LEAST_FOUND, LEAST_RIGHT = 99.0, 97.0
FEWEST_DEFINITIONS, FEWEST_LINES = 1_000, 5_000
"""A language with less was not measured."""
LINES_A_FILE = 100
pytestmark = pytest.mark.nightly


@dataclass
class Score:
    """What was counted of one language, with some of what was wrong."""

    files: int = 0
    partly: int = 0
    wanted: int = 0
    found: int = 0
    lines: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def shares(self) -> tuple[float, float]:
        return 100 * self.found / max(1, self.wanted), 100 * self.right / max(1, self.lines)

    def __str__(self) -> str:
        found, right = self.shares
        return (
            f"found {found:.2f} % of {self.wanted:,} definitions, right {right:.2f} % of {self.lines:,} lines,"
            f" in {self.files:,} files ({self.partly:,} in part)"
        )


def add(score: Score, path: str, text: str, language: str) -> None:
    tree, sound = trees.read(text, "tsx" if path.endswith(".tsx") else language)
    score.files += 1
    score.partly += sound is not None
    for line, names, ours in wanted(tree, definitions(text, family_of(path))):
        score.wanted += 1
        score.found += ours
        if not ours:
            score.wrong.append(f"{path}:{line}: {names[0]} is not found")
    for line, name, chain in sampled(tree, sound, path, text):
        score.lines += 1
        good = trees.right(name, chain)
        score.right += good
        if not good:
            score.wrong.append(f"{path}:{line}: {name or 'nothing'}, not {'.'.join(one.name for one in chain) or 'nothing'}")


def wanted(tree: list[trees.Named], ours: tuple[Definition, ...]) -> Iterator[tuple[int, list[str], bool]]:
    """The line and names of each definition that counts, and whether we have it."""
    places = {(one.line, one.name) for one in ours}
    counted: set[int] = set()
    for one in tree:
        if one.counted and one.line not in counted:
            counted.add(one.line)
            names = [cut(name, LONGEST_NAME) for name in (one.name, one.also) if name]
            yield one.line, names, any((line, name) in places for line in range(one.first, one.line + 1) for name in names)


def sampled(tree: list[trees.Named], sound: set[int] | None, path: str, text: str) -> Iterator[tuple[int, str, list[trees.Named]]]:
    """Lines spread over a text (those of `sound`, None: any), with the name that a change of the line alone gets, and what tree-sitter has around it."""
    lines = lines_of(text)
    filled = [number for number, line in enumerate(lines, 1) if line.strip() and (sound is None or number in sound)]
    step = max(1, len(filled) // LINES_A_FILE)
    picked = filled[len(filled) % step :: step]
    hunks = tuple(Hunk(number, 1, number, 1, (lines[number - 1],), (lines[number - 1],)) for number in picked)
    change = describe(Patch(path=path, kind=ChangeKind.CHANGED, hunks=hunks), text, text, frozenset())
    for number, place, chain in zip(picked, change.places, trees.chains(tree, picked), strict=False):
        yield number, place.name, chain


@pytest.mark.parametrize("language", packages.SOURCES)
def test_our_definitions_are_those_of_the_parser(language: str, tmp_path: Path, record_property: pytest.RecordProperty) -> None:
    pytest.importorskip("tree_sitter")
    score = Score()
    try:
        for path, text in packages.texts(language, tmp_path):
            add(score, path, text, language)
    except packages.NotHere as reason:
        pytest.skip(str(reason))
    record_property("report", f"definitions of {language}: {score}")
    assert score.wanted >= FEWEST_DEFINITIONS and score.lines >= FEWEST_LINES, str(score)
    found, right = score.shares
    assert found >= LEAST_FOUND and right >= LEAST_RIGHT, "\n".join([str(score), *score.wrong[:: max(1, len(score.wrong) // 40)]])
