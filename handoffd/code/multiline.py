"""Definitions that one line alone does not show: its neighbours are joined to it, and the joined line is asked again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from handoffd.code.languages import LONGEST_LINE, definition_in, indent_of
from handoffd.model.lazy import lazy

CONTEXT: Final = frozenset({"script", "rust", "go", "c"})
"""The families in which a definition may need more than one line to be known."""

_FARTHEST: Final = 60
_LONGEST_BODY: Final = 1_000
_MOST_JOINS: Final = 4

_ENDINGS: Final = {"script": ("(", "<", "({", "<{", "([", ": [", ": {", "="), "rust": ("<", ">", "(")}
_OPENING: Final = {
    "script": lazy(
        r"\s+(?:(?:const|let|var|async|static|public|private|protected|readonly|override|get|set)\s+)*"
        r"(?!(?:if|for|while|switch|catch|return|expect|function)\b)\*?#?(?:[\w$]+|\[[^\]]*\])\s*(?:[<(]|[?!]?\s*[:=])"
    ),
    "rust": lazy(r"\s*(?:unsafe\s+)?impl\b(?!.*\sfor\s)"),
}
_UNNAMED: Final = lazy(r"\s*typedef\s+(?:\w+\s+)*?(?:struct|union|enum)\b[^;{(]*\{?\s*$")
_NAME_BEHIND: Final = lazy(r"\}\s*(?:\w+\s*\(.*\)\s*)?[*\s]*(?P<name>\w+)\s*[,;\[]")
_TYPE_LINE: Final = lazy(r"(?!(?:else|do|return|typedef)\b)[A-Za-z_](?:(?<=t)emplate\s*<.*>|(?:\w*__\s*\(\(.*?\)\)|[\w*&]++|[ \t]++)++)$")
_GNU: Final = lazy(r"__\w+__\s*\(\(.*?\)\)")
_GO_TYPE: Final = lazy(r"\t[^\W\d]\w*(?:\[[^\]]*\])?\s+\S")


def with_context(lines: Sequence[str], names: dict[int, str], inside: Collection[int], family: str) -> dict[int, str]:
    """`names` (of definitions, by line number) and those that only several lines show. `inside`: lines that begin in a string or comment."""
    if family == "go":
        more = _go_types(lines, inside)
    elif family == "c":
        more = _c_definitions(lines, names, inside)
    else:
        more = _folded(lines, names, inside, family)
    return {**names, **dict(more)}


def is_type_line(line: str) -> bool:
    """A C return type, or a template's parameters, alone on a line at the margin: it belongs to the function below."""
    return bool(line) and (line[-1].isalnum() or line[-1] in "*&_>)") and bool(_TYPE_LINE.match(line[:LONGEST_LINE]))


def _go_types(lines: Sequence[str], inside: Collection[int]) -> Iterator[tuple[int, str]]:
    """The types of a group: `type (`, then a type a line."""
    group = False
    for number, line in enumerate(lines, 1):
        if number in inside:
            continue
        if line.startswith(("type (", ")")):
            group = line.startswith("type (")
        elif group and _GO_TYPE.match(line):
            yield number, definition_in("type " + line.strip(), "go")


def _c_definitions(lines: Sequence[str], names: dict[int, str], inside: Collection[int]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if number in names or number in inside or not line:
            continue
        if "typedef" in line:
            name = _name_behind(lines, number - 1, inside) if _UNNAMED.match(line[:LONGEST_LINE]) else ""
        else:
            name = _split_function(lines, number - 1) if line[0] not in " \t#/{}" and "(" in line else ""
        if name:
            yield number, name


def _split_function(lines: Sequence[str], index: int) -> str:
    """A function whose type stands on the line above, or whose `{` stands on the line below."""
    line = lines[index]
    if index and is_type_line(lines[index - 1]):
        return definition_in(f"{_GNU.sub('', lines[index - 1])} {line}", "c")
    opens = line.endswith(")") and index + 1 < len(lines) and lines[index + 1].startswith("{")
    return definition_in(line + " {", "c") if opens else ""


def _name_behind(lines: Sequence[str], index: int, inside: Collection[int]) -> str:
    """The name behind the body of `typedef struct {`."""
    end = index
    while end >= 0 and (end == index or lines[end].lstrip().startswith("{")):
        end = _next_at(lines, end, inside, _LONGEST_BODY)
    match = _NAME_BEHIND.match(lines[end].lstrip()[:LONGEST_LINE]) if end >= 0 else None
    return match["name"] if match else ""


def _folded(lines: Sequence[str], names: dict[int, str], inside: Collection[int], family: str) -> Iterator[tuple[int, str]]:
    """Definitions whose brackets hold further lines: `name(`, then `): Type {`."""
    endings, opening = _ENDINGS[family], _OPENING[family]
    for number, line in enumerate(lines, 1):
        if line.endswith(endings) and (number not in names or family == "rust") and number not in inside and opening.match(line[:LONGEST_LINE]):
            name = _fold(lines, number - 1, inside, family)
            if name:
                yield number, name


def _fold(lines: Sequence[str], index: int, inside: Collection[int], family: str) -> str:
    joined, end = lines[index], index
    for _ in range(_MOST_JOINS):
        below = joined.endswith("=") or (end + 1 < len(lines) and lines[end + 1].lstrip().startswith("for "))
        end = end + 1 if below else _next_at(lines, end, inside, _FARTHEST)
        if not 0 < end < len(lines):
            return ""
        joined += f" {lines[end].strip()}" if below else lines[end].strip()
        if not joined.endswith(_ENDINGS[family]):
            break
    return definition_in(joined, family)


def _next_at(lines: Sequence[str], index: int, inside: Collection[int], farthest: int) -> int:
    """Index of the next line that is not indented deeper than line `index`; -1 when there is none near by."""
    indent = indent_of(lines[index])
    for following in range(index + 1, min(index + farthest, len(lines))):
        line = lines[following]
        if line and not line.isspace() and not line.startswith("#") and indent_of(line) <= indent and following + 1 not in inside:
            return following
    return -1
