"""Bodies that say of themselves that they are not written yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handoffd.code.comments import split_comment
from handoffd.code.definitions import indent_of
from handoffd.code.file_roles import is_test
from handoffd.model.lazy import lazy

_ADMITS: Final = lazy(r"not (?:yet )?implemented|unimplemented|implement me|\bTODO\b", re.IGNORECASE)
_SURE: Final = {
    "python": lazy(r"\s*raise\s+NotImplementedError\b"),
    "ruby": lazy(r"\s*raise\s+NotImplementedError\b"),
    "rust": lazy(r"(?:^|[\s{(=,])(?:unimplemented|todo)!\s*[(\[{]"),
    "c": lazy(r"\bthrow\s+(?:new\s+)?NotImplemented\w*\s*\(|(?:^|[\s=])TODO\("),
}
_IF_TEXT_ADMITS: Final = {
    "go": lazy(r"(?:^|[\s{])panic\("),
    "script": lazy(r"(?:^|[\s{>(])throw\s+(?:new\s+)?\w*(?:Error|Exception)\("),
    "c": lazy(r"(?:^|[\s{>(])(?:throw\s+(?:new\s+)?\w*(?:Error|Exception)|fatalError)\("),
    "rust": lazy(r"(?:^|[\s{(=,])panic!\("),
}
_NOTHING: Final = lazy(r"(?:\.\.\.|pass)\s*(?:#.*)?$")
_ONE_LINE: Final = lazy(r"\s*(?:async\s+)?def\s.*:\s*(?P<body>\.\.\.|pass)\s*(?:#.*)?$")
_DEF: Final = lazy(r"\s*(?:async\s+)?def\s+(?P<name>\w+)")
_MEANT_EMPTY: Final = lazy(r"@(?:\w+\.)*(?:abstractmethod|overload|abstractproperty|hookspec)\b")
_ABSTRACT_CLASS: Final = lazy(r"\s*class\s+\w+.*\b(?:Protocol|ABC|ABCMeta)\b")
_FARTHEST: Final = 200


def unfinished_in(family: str, line: str, lines: Sequence[str], number: int) -> str:
    """The statement by which `line` says that its body is not written, '' when it says no such thing."""
    code, _ = split_comment(line, family)
    sure, maybe = _SURE.get(family), _IF_TEXT_ADMITS.get(family)
    if not (sure and sure.search(code)) and not (maybe and maybe.search(code) and _ADMITS.search(line)):
        return ""
    if family == "python" and _abstract(lines, number):
        return ""
    return line.strip()[:120]


def _abstract(lines: Sequence[str], number: int) -> bool:
    """Whether the function that holds line `number` is declared to be without a body: abstract, overloaded, of a protocol."""
    if not 1 <= number <= len(lines):
        return False
    indent = indent_of(lines[number - 1]) + (1 if _DEF.match(lines[number - 1]) else 0)
    for index in range(number - 1, max(-1, number - 1 - _FARTHEST), -1):
        line = lines[index][:500]
        if not line.strip() or indent_of(line) >= indent:
            continue
        if _ABSTRACT_CLASS.match(line):
            return True
        if _DEF.match(line) and any(_MEANT_EMPTY.search(above[:500]) for above in lines[max(0, index - 4) : index]):
            return True
        indent = indent_of(line)
    return False


def empty_body(path: str, family: str, lines: Sequence[str], number: int) -> str:
    """`...` or `pass` when line `number` is a Python `def` whose whole body that is (a docstring aside), else ''."""
    if family != "python" or path.endswith(".pyi") or not 1 <= number <= len(lines):
        return ""
    head = _DEF.match(lines[number - 1][:500])
    if not head or (is_test(path) and not head["name"].startswith("test")):
        return ""
    nothing = _nothing(lines, number)
    return "" if nothing and (_overridden(lines, number) or _abstract(lines, number)) else nothing


def _nothing(lines: Sequence[str], number: int) -> str:
    one_line = _ONE_LINE.match(lines[number - 1][:500])
    if one_line:
        return one_line["body"]
    body = _body(lines, number)
    return body[0] if len(body) == 1 and _NOTHING.match(body[0]) else ""


def _overridden(lines: Sequence[str], number: int) -> bool:
    return any(_MEANT_EMPTY.search(above[:500]) for above in lines[max(0, number - 5) : number - 1])


def _body(lines: Sequence[str], number: int) -> list[str]:
    """The first statements below a `def`, comments, blank lines and a one-line docstring left out; two are enough to know."""
    indent, opened, found = indent_of(lines[number - 1]), False, list[str]()
    for line in [lines[number - 1], *lines[number : number + 40]]:
        code = split_comment(line, "python")[0].strip()
        if not opened:
            opened = code.endswith(":")
        elif code and indent_of(line) <= indent:
            break
        elif code and code.strip("\"'"):
            found.append(code)
        if len(found) > 1:
            break
    return found
