"""The definitions of a text, with their bodies: by indentation alone, no parser, so that a file that does not compile has names too."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Final

from handoffd.code.languages import HEADINGS, LONGEST_LINE, definition_in
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass

LARGEST_TEXT: Final = 1_000_000
"""Characters above which a text is treated as one without definitions."""

_LONGEST_OWNER: Final = 200
_CLOSER: Final = lazy(r"[)\]}{]|(?:end|where|fi|done|esac|rescue|ensure|else|elsif|in|do)\b|\"\"\"|'''|`")
_COMMENT: Final = lazy(r"#|//|/\*|\*|--|<!--|\"\"\"|'''")
_LABEL: Final = lazy(r"\w+:\s*$")
_FENCE: Final = lazy(r" {0,3}(```+|~~~+)")
_TRIPLE: Final = lazy(r"\"\"\"|'''")
_DECORATOR: Final = lazy(r"\s*(?:@[\w.]|#!?\[|\[\w+[\](])")


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition: its line, the last line of its body, its indentation in columns, its own name, and its full name with its owners'."""

    line: int
    last: int
    indent: int
    name: str
    full: str


def indent_of(line: str) -> int:
    """Columns of white space at the start; a tab counts to the next multiple of 4."""
    blank = line[: len(line) - len(line.lstrip(" \t"))]
    return len(blank.expandtabs(4))


def lines_of(text: str) -> list[str]:
    """Lines as git counts them: only a line feed ends one. A closing line feed opens no further line."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines[:-1] if lines and not lines[-1] else lines


# A file's text is asked for as the new side of one commit, for its marks, and as the old side of the next.
@lru_cache(maxsize=16)
def definitions(text: str, family: str) -> tuple[Definition, ...]:
    """Every definition of `text`, in order. Empty for an unknown family or a text above `LARGEST_TEXT`."""
    if not family or len(text) > LARGEST_TEXT:
        return ()
    lines = lines_of(text)
    quoted = _quoted(lines, family)
    heads = [(number, name) for number, line in enumerate(lines, 1) if number not in quoted and (name := definition_in(line, family))]
    levels = [_level(lines[number - 1], family) for number, _ in heads]
    ends = _ends(lines, quoted, heads, levels, family)
    return _joined(heads, levels, ends, family)


def _level(line: str, family: str) -> int:
    if family == "markdown":
        return len(line.lstrip(" ")) - len(line.lstrip(" #")) if line.lstrip(" ").startswith("#") else 0
    return 0 if family in HEADINGS else indent_of(line)


def _quoted(lines: Sequence[str], family: str) -> set[int]:
    """Numbers of lines that lie inside a Markdown fence or a triple-quoted Python string: text, not code."""
    if family not in ("markdown", "python"):
        return set()
    inside: set[int] = set()
    opened = ""
    for number, line in enumerate(lines, 1):
        if opened:
            inside.add(number)
        opened = _fence_after(line, opened) if family == "markdown" else _triple_after(line, opened)
    return inside


def _fence_after(line: str, opened: str) -> str:
    match = _FENCE.match(line)
    if not match:
        return opened
    if not opened:
        return match[1]
    closes = match[1].startswith(opened) and not line.strip().strip(opened[0])
    return "" if closes else opened


def _triple_after(line: str, opened: str) -> str:
    if not opened and line.lstrip().startswith("#"):
        return ""
    for match in _TRIPLE.finditer(line[:LONGEST_LINE]):
        if not opened:
            opened = match[0]
        elif opened == match[0]:
            opened = ""
    return opened


def _ends(lines: Sequence[str], quoted: set[int], heads: list[tuple[int, str]], levels: list[int], family: str) -> list[int]:
    """The last line of each body, in one pass: a line closes every open definition that it does not belong to."""
    ends = [number for number, _ in heads]
    begins = {number: index for index, (number, _) in enumerate(heads)}
    opened: list[int] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        index = begins.get(number)
        if index is not None:
            while opened and levels[opened[-1]] >= levels[index]:
                opened.pop()
            opened.append(index)
        elif family != "markdown" and family not in HEADINGS and number not in quoted and not _close(opened, levels, line, family):
            continue
        if opened:
            ends[opened[-1]] = number
    return _spread(ends, levels)


def _close(opened: list[int], levels: list[int], line: str, family: str) -> bool:
    """Pop the definitions that `line` lies outside of; False when it says nothing about bodies (a comment, a label at the margin)."""
    indent, code = indent_of(line), line.lstrip()
    silent = bool(_COMMENT.match(code)) or (family in ("c", "go") and bool(_LABEL.match(code)))
    while opened and levels[opened[-1]] >= indent:
        if silent:
            return False
        if levels[opened[-1]] == indent and _CLOSER.match(code):
            return True
        opened.pop()
    return True


def _spread(ends: list[int], levels: list[int]) -> list[int]:
    """An owner's body reaches at least as far as its last member's."""
    opened: list[int] = []
    for index, level in enumerate(levels):
        while opened and levels[opened[-1]] >= level:
            _hand_up(opened, ends)
        opened.append(index)
    while opened:
        _hand_up(opened, ends)
    return ends


def _hand_up(opened: list[int], ends: list[int]) -> None:
    done = opened.pop()
    if opened:
        ends[opened[-1]] = max(ends[opened[-1]], ends[done])


def _joined(heads: list[tuple[int, str]], levels: list[int], ends: list[int], family: str) -> tuple[Definition, ...]:
    found: list[Definition] = []
    owners: list[Definition] = []
    for (number, name), level, end in zip(heads, levels, ends, strict=True):
        while owners and (owners[-1].indent >= level or owners[-1].last < number):
            owners.pop()
        alone = (
            not owners or len(owners[-1].full) > _LONGEST_OWNER or family == "markdown" or family in HEADINGS or '"' in (name[0], owners[-1].name[0])
        )
        definition = Definition(number, end, level, name, name if alone else f"{owners[-1].full}.{name}")
        found.append(definition)
        owners.append(definition)
    return tuple(found)


def enclosing(found: Sequence[Definition], line: int, indent: int) -> Definition | None:
    """The nearest definition at or above `line` that is indented less than `indent` and whose body holds the line."""
    for index in range(bisect_right(found, line, key=attrgetter("line")) - 1, -1, -1):
        definition = found[index]
        if line <= definition.last and definition.indent < indent:
            return definition
        if definition.indent == 0:
            return None
    return None


def below_decorators(lines: Sequence[str], line: int) -> int:
    """The line that the decorators or attributes starting at `line` belong to; `line` itself when it is none."""
    number, last = line, min(line + 20, len(lines))
    while number < last and _DECORATOR.match(lines[number - 1][:LONGEST_LINE]):
        number += 1
    return number
