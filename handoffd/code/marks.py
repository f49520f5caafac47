"""Lines that were added and ask for something: TODOs, unchecked boxes, skipped tests, unfinished bodies, learnings.

A line counts as added only if its trimmed text stands on no removed line of the same diff, so a moved TODO is no new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from handoffd.code.comments import quoted_lines, split_comment
from handoffd.code.definitions import LARGEST_TEXT, Definition, definitions, enclosing, indent_of, lines_of
from handoffd.code.languages import LONGEST_LINE, family_of
from handoffd.code.skips import skip_in
from handoffd.code.stub_bodies import empty_body, unfinished_in
from handoffd.model.change import Mark, Patch
from handoffd.model.characters import cut
from handoffd.model.kinds import ChangeKind, MarkKind
from handoffd.model.lazy import lazy

_WORDS: Final = ("TODO", "FIXME", "XXX", "HACK")
MOST_MARKS: Final = 5000
LONGEST_TEXT: Final = 200

_TODO: Final = lazy(r"(?<![\w'\"`|/-])(?:TODO|FIXME|XXX|HACK)(?![\w'\"`|/,-])(?P<who>\([^()]{0,60}\))?(?P<colon>\s?:)?")
_CLOSERS: Final = lazy(r"\s*(?:\*+/\}?|--+>|#\}|%>|\}\}|\"\"\"|''')\s*$")
_OPENERS: Final = " \t#/*-!<>@[(.:;,=_~%+{"
_BARE: Final = frozenset({"", "markdown", "python", "script", "go", "rust", "c", "ruby"})
_BOX: Final = lazy(r"\s*(?:[-*+]|\d{1,9}[.)])\s+\[ \]\s+(?P<text>\S.*)")
_LEARN: Final = lazy(r"\W{0,20}\[LEARN\]:?\s*(?P<text>\S.*)")
_BULLET: Final = lazy(r"\s*[-*+]\s+(?!\[[ xX]\]\s)(?P<text>\S.*)")
MEMORIES: Final = frozenset({"CLAUDE.md", "AGENTS.md"})
"""Files of rules for agents, by name."""


class _File:
    """A file's text. What takes long to find is found when it is first asked for: most files hold no mark."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text, self.family = path, text, family_of(path)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return tuple(lines_of(self.text))

    @cached_property
    def found(self) -> tuple[Definition, ...]:
        return definitions(self.text, self.family)

    @cached_property
    def quoted(self) -> frozenset[int]:
        return quoted_lines(self.text, self.family)

    def around(self, line: int) -> str:
        """The full name of the definition that holds `line`, '' when none does."""
        if not 1 <= line <= len(self.lines):
            return ""
        definition = enclosing(self.found, line, indent_of(self.lines[line - 1]))
        return definition.full if definition else ""


def removed_lines(patches: Iterable[Patch]) -> frozenset[str]:
    """The trimmed text of every removed line of a whole diff."""
    return frozenset(line.strip() for patch in patches for hunk in patch.hunks for line in hunk.removed)


def marks(patch: Patch, removed: frozenset[str], new_text: str | None = None) -> tuple[Mark, ...]:
    """The marks on the added lines of `patch`, in line order, at most `MOST_MARKS`. `new_text` names skips and unfinished bodies, and tells which
    lines are quoted. Of a whole new file of rules for agents no bullet is a learning."""
    file = _file(patch.path, new_text)
    found: list[Mark] = []
    for number, line in _added(patch, removed):
        mark = _mark(file, number, line)
        mark = None if mark is not None and number in file.quoted else mark
        whole = mark is not None and mark.kind == MarkKind.LEARNING and patch.kind == ChangeKind.CREATED and not _LEARN.match(line)
        if mark and not whole:
            found.append(mark)
            if len(found) == MOST_MARKS:
                break
    return tuple(found)


def marks_in(path: str, text: str) -> tuple[Mark, ...]:
    """Every mark that stands in a whole text, with its line."""
    file = _file(path, text)
    found = (_mark(file, number, line) for number, line in enumerate(file.lines, 1) if len(line) <= LONGEST_LINE)
    return tuple(mark for mark in found if mark is not None and mark.line not in file.quoted)


def _file(path: str, text: str | None) -> _File:
    return _File(path, text if text is not None and len(text) <= LARGEST_TEXT else "")


def _added(patch: Patch, removed: frozenset[str]) -> Iterator[tuple[int, str]]:
    for hunk in patch.hunks:
        for number, line in enumerate(hunk.added, hunk.new_start):
            if len(line) <= LONGEST_LINE and line.strip() and line.strip() not in removed:
                yield number, line


def _mark(file: _File, number: int, line: str) -> Mark | None:
    """The one mark of a line; a box or a learning that says TODO is still a box or a learning."""
    if file.family in ("markdown", ""):
        asked = _prose(file.path, number, line)
        if asked:
            return asked
    learned = _LEARN.match(split_comment(line, file.family)[1])
    if learned:
        return Mark(MarkKind.LEARNING, number, _tidy(learned["text"]))
    todo = todo_in(line, file.family)
    if todo is not None:
        return Mark(MarkKind.TODO, number, todo, word=word_in(line), name=file.around(number))
    return _skip(file, number, line) or _unfinished(file, number, line)


def _prose(path: str, number: int, line: str) -> Mark | None:
    learned = _LEARN.match(line) or (_BULLET.match(line) if path.rsplit("/", 1)[-1] in MEMORIES else None)
    if learned:
        return Mark(MarkKind.LEARNING, number, _tidy(learned["text"]))
    box = None if path.startswith(".github/") else _BOX.match(line)
    return Mark(MarkKind.BOX, number, _tidy(box["text"])) if box else None


def _skip(file: _File, number: int, line: str) -> Mark | None:
    skip = skip_in(file.path, file.family, line, file.lines, number)
    if not skip:
        return None
    if skip.below:
        definition = next((item for item in file.found if item.line > number), None)
        near = definition is not None and definition.line - number <= 20
        name = definition.full if definition and near else ""
    else:
        name = skip.name or file.around(number)
    return Mark(MarkKind.SKIP, number, name or cut(line.strip(), LONGEST_TEXT), cut(skip.reason, LONGEST_TEXT))


def _unfinished(file: _File, number: int, line: str) -> Mark | None:
    statement = unfinished_in(file.family, line, file.lines, number) or empty_body(file.path, file.family, file.lines, number)
    if not statement:
        return None
    own = next((item.full for item in file.found if item.line == number), "")
    name = own or file.around(number)
    return Mark(MarkKind.UNFINISHED, number, cut(f"{name}: {statement}" if name else statement, LONGEST_TEXT), name=name)


def word_in(line: str) -> str:
    """The word that asks: TODO, FIXME, XXX or HACK, whichever stands first in the line."""
    found = [(at, word) for word in _WORDS if (at := line.find(word)) >= 0]
    return min(found)[1] if found else ""


def todo_in(line: str, family: str) -> str | None:
    """The text of the TODO, FIXME, XXX or HACK that `line` holds in a comment; '' when it says nothing more, None when there is none."""
    if not word_in(line):
        return None
    comment = split_comment(line, family)[1]
    for match in _TODO.finditer(comment):
        if _meant(comment, match):
            return _rest(comment, match)
    return _bare(line, family) if not comment and family in _BARE else None


def _meant(comment: str, match: re.Match[str]) -> bool:
    """At the comment's start, after the end of a clause, or called by name or colon; not a word that is only talked about."""
    before = comment[: match.start()]
    return bool(match["who"] or match["colon"]) or not before.strip(_OPENERS) or before.rstrip()[-1] in ".,;:-(–—"


def _bare(line: str, family: str) -> str | None:
    """A line of prose, a docstring or a block comment that begins with the word."""
    bare = line.lstrip(" \t*-+>_#").removeprefix('"""')
    match = _TODO.match(bare)
    if match and (match["who"] or match["colon"] or (family in ("markdown", "") and bare[match.end() :][:1] in (" ", "*", "_"))):
        return _rest(bare, match)
    return None


def _rest(text: str, match: re.Match[str]) -> str:
    return _tidy(text[match.end() :].lstrip(" \t:*_]-–—"))


def _tidy(text: str) -> str:
    return cut(_CLOSERS.sub("", text.rstrip()).strip(), LONGEST_TEXT)
