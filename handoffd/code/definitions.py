"""The definitions of a text, with their bodies: by indentation alone, no parser, so that a file that does not compile has names too."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Final

from handoffd.code.comments import inner_lines
from handoffd.code.languages import HEADINGS, definition_in
from handoffd.code.languages import indent_of as indent_of
from handoffd.code.multiline import CONTEXT, is_type_line, with_context
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass

LARGEST_TEXT: Final = 1_000_000
"""Characters above which a text is treated as one without definitions."""

_LONGEST_OWNER: Final = 200
_FENCE: Final = lazy(r" {0,3}(```+|~~~+)")

_CLOSERS: Final = {
    "python": lazy(r"[)\]}]"),
    "script": lazy(r"[)\]}{]|>(?!>)|<(?:[A-Z]\w*(?:,|\s+extends\b)|$)"),
    "go": lazy(r"[)\]}{]"),
    "rust": lazy(r"[)\]}{]|>(?!>)|where\b"),
    "c": lazy(r"[)\]}{\"]|where\b"),
}
_CLOSER: Final = lazy(r"[)\]}{]|(?:end|where|fi|done|esac|rescue|ensure|else|elsif|in|do)\b|\"\"\"|'''|`")
"""What may stand at the margin of a definition and is still its own; `_CLOSER` in a family without a row in `_CLOSERS`."""

_SLASHES: Final = r"//|/\*"
_SILENT: Final = {
    "python": lazy(r"#"),
    "script": lazy(_SLASHES),
    "go": lazy(_SLASHES + r"|\w+:\s*(?:$|//)"),
    "rust": lazy(_SLASHES),
    "c": lazy(_SLASHES + r"|#|\w+\s*:(?!:)"),
}
_QUIET: Final = lazy(r"#|//|/\*|\*|--|<!--")
"""A comment, a label, a line for the preprocessor: at the margin it neither ends a body nor lengthens it. `_QUIET` as `_CLOSER` above."""

_BRACED: Final = frozenset({"script", "rust", "c"})
_ATTRIBUTES: Final = {"python": lazy(r"@"), "script": lazy(r"@[\w$]"), "rust": lazy(r"#\["), "c": lazy(r"@\w|\[\w+[\](]")}
"""What may stand above a definition and belongs to it."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition: its line, the last line of its body, its indentation in columns, its own name, and its full name with its owners'.

    `first`: where its decorators, attributes or C return type begin; 0 when nothing of that kind stands above it.
    """

    line: int
    last: int
    indent: int
    name: str
    full: str
    first: int = 0


def lines_of(text: str) -> list[str]:
    """Lines as git counts them: only a line feed ends one. A closing line feed opens no further line."""
    lines = [line.removesuffix("\r") for line in text.split("\n")] if "\r" in text else text.split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


# A file's text is asked for as the new side of one commit, for its marks, and as the old side of the next.
@lru_cache(maxsize=16)
def definitions(text: str, family: str) -> tuple[Definition, ...]:
    """Every definition of `text`, in order. Empty for an unknown family or a text above `LARGEST_TEXT`."""
    if not family or len(text) > LARGEST_TEXT:
        return ()
    lines = lines_of(text)
    strings, comments = (_fenced(lines), set[int]()) if family == "markdown" else inner_lines(text, family)
    inside = strings | comments
    names = {number: name for number, line in enumerate(lines, 1) if number not in inside and (name := definition_in(line, family))}
    if family in CONTEXT:
        names = with_context(lines, names, inside, family)
    bodies = _Bodies(family, names)
    for number, line in enumerate(lines, 1):
        if number not in comments and line and not line.isspace():
            bodies.take(number, line, number in strings)
    return bodies.definitions()


def _level(line: str, family: str) -> int:
    if family == "markdown":
        return len(line.lstrip(" ")) - len(line.lstrip(" #")) if line.lstrip(" ").startswith("#") else 0
    return 0 if family in HEADINGS else indent_of(line)


def _fenced(lines: Sequence[str]) -> set[int]:
    """Numbers of the lines that lie inside a Markdown fence: text, not headings."""
    inside: set[int] = set()
    opened = ""
    for number, line in enumerate(lines, 1):
        if opened:
            inside.add(number)
        opened = _fence_after(line, opened)
    return inside


def _fence_after(line: str, opened: str) -> str:
    match = _FENCE.match(line)
    if not match:
        return opened
    if not opened:
        return match[1]
    closes = match[1].startswith(opened) and not line.strip().strip(opened[0])
    return "" if closes else opened


class _Bodies:
    """Takes a text line by line and finds where each body ends: a line closes every open definition that it does not belong to."""

    def __init__(self, family: str, names: Mapping[int, str]) -> None:
        self._family, self._names = family, names
        self._flat = family == "markdown" or family in HEADINGS
        self._closer, self._silent, self._attribute = _CLOSERS.get(family, _CLOSER), _SILENT.get(family, _QUIET), _ATTRIBUTES.get(family)
        self._lines: list[int] = []
        self._firsts: list[int] = []
        self._levels: list[int] = []
        self._ends: list[int] = []
        self._owners: list[int] = []
        self._opened: list[int] = []
        self._above = (0, 0)
        """Where the attributes that wait for their definition begin, and their indentation."""
        self._signature = ""
        """How the line ends. A C function is open whose `{` has not come: a declaration when `;` comes first."""
        self._macro = 0
        """The line that a backslash carries a macro on to."""

    def take(self, number: int, line: str, in_string: bool) -> None:
        """The next line that is not blank. `in_string`: it begins inside a string, so its indentation says nothing."""
        if number == self._macro:
            self._ends[-1] = number
            self._macro += line.endswith("\\")
        elif number in self._names:
            self._open(number, line)
        elif not (in_string or self._flat):
            self._continue(number, line)
            return
        if self._opened:
            self._ends[self._opened[-1]] = number

    def _open(self, number: int, line: str) -> None:
        level = _level(line, self._family)
        macro = self._family == "c" and line.lstrip().startswith("#")
        if macro:
            # A macro ends nothing, and its body is what a backslash carries on.
            self._macro = number + line.endswith("\\")
            if self._signature and self._opened:
                self._end()
            level = self._levels[self._opened[-1]] + 1 if self._opened else level
        else:
            while self._opened and self._levels[self._opened[-1]] >= level:
                self._end()
        self._owners.append(self._opened[-1] if self._opened else -1)
        if not (macro or self._whole(line)):
            self._opened.append(len(self._lines))
            self._signature = line[-1] if self._family == "c" and line[-1] in ",()" else ""
        self._firsts.append(self._above[0] if self._above[1] == level else 0)
        self._lines.append(number)
        self._levels.append(level)
        self._ends.append(number)
        self._above = (0, 0)

    def _whole(self, line: str) -> bool:
        """Does a definition end on its own line? Asked only where brackets can tell."""
        return self._family in _BRACED and (line.endswith(";") or (line.endswith("}") and line.count("{") == line.count("}")))

    def _end(self) -> None:
        """The innermost open definition is over: its owner's body reaches at least as far."""
        done = self._opened.pop()
        if self._opened:
            owner = self._opened[-1]
            self._ends[owner] = max(self._ends[owner], self._ends[done])

    def _continue(self, number: int, line: str) -> None:
        """A line that defines nothing: of the body that is open, or behind it."""
        code, inner = line.lstrip(), self._opened[-1] if self._opened else -1
        plain = not (self._signature or self._above[0] or code[0] in "@#[")
        if plain and inner >= 0 and line[0] in " \t" and not self._levels[inner]:
            # Most lines: indented, below a definition at the margin.
            self._ends[inner] = number
            return
        indent, over = indent_of(line), False
        if self._opened and self._levels[self._opened[-1]] >= indent:
            if self._silent.match(code):
                return
            over = self._close(indent, code)
        if self._opened:
            self._ends[self._opened[-1]] = number
            if over:
                self._end()
        if self._signature and ("{" in line or line.endswith(";")):
            if self._opened and line.endswith(";" if self._signature != ")" else ");"):
                self._end()
            self._signature = ""
        # Most lines neither begin attributes nor stand below some.
        if self._attribute and (self._above[0] or code[0] in "@#[" or (not indent and self._family == "c")):
            self._decorate(number, indent, code)

    def _close(self, indent: int, code: str) -> bool:
        """Pop the definitions that the line lies outside of. True when it is the last line of the one that is open then."""
        while self._opened and self._levels[self._opened[-1]] >= indent:
            if self._levels[self._opened[-1]] == indent and self._closer.match(code):
                return code[0] == "}" and self._family == "c"
            self._end()
        return False

    def _decorate(self, number: int, indent: int, code: str) -> None:
        """Keep in mind where attributes begin, until what is no part of them."""
        starts = code[0] in "@#[" and bool(self._attribute and self._attribute.match(code))
        if not starts and not indent and self._family == "c":
            starts = is_type_line(code)
        first, level = self._above
        if first and (indent > level or (indent == level and (starts or code[0] in ")]}" or self._silent.match(code)))):
            return
        self._above = (number, indent) if starts else (0, 0)

    def definitions(self) -> tuple[Definition, ...]:
        """All of them, each with the names of its owners."""
        while self._opened:
            self._end()
        found: list[Definition] = []
        for number, first, level, last, owner in zip(self._lines, self._firsts, self._levels, self._ends, self._owners, strict=True):
            name, full = self._names[number], found[owner].full if owner >= 0 else ""
            alone = not full or len(full) > _LONGEST_OWNER or self._flat or '"' in (name[0], found[owner].name[0])
            found.append(Definition(number, last, level, name, name if alone else f"{full}.{name}", first))
        return tuple(found)


def enclosing(found: Sequence[Definition], line: int, indent: int) -> Definition | None:
    """The innermost definition whose body holds `line`, when the line lies between other lines of the body or is indented deeper than the definition.

    What stands above a definition and belongs to it counts as its body.
    """
    index = bisect_right(found, line, key=attrgetter("line"))
    if index < len(found) and 0 < found[index].first <= line:
        return found[index]
    for before in range(index - 1, -1, -1):
        definition = found[before]
        if line <= definition.last and (definition.indent < indent or definition.line < line < definition.last):
            return definition
        if definition.indent == 0:
            return None
    return None
