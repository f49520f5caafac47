"""One line of source taken apart into code and comment, without a parser and without state from the lines above."""

from __future__ import annotations

from typing import Final

from handoffd.code.languages import LONGEST_LINE
from handoffd.model.lazy import lazy

_HASH: Final = r"#"
_STARS: Final = r"(?<!:)//|/\*|<!--"
_SPACED_HASH: Final = r"(?:(?<=\s)|^)#"
_DOUBLE: Final = r'"(?:\\.|[^"\\])*"'
_SINGLE: Final = r"'(?:\\.|[^'\\])*'"
_BACK: Final = r"`(?:\\.|[^`\\])*`"
_CHARACTER: Final = r"'(?:\\.[^']{0,8}|[^'\\])'"

_STARTS: Final = {
    "python": (_HASH, _DOUBLE, _SINGLE),
    "ruby": (_SPACED_HASH, _DOUBLE, _SINGLE, _BACK),
    "shell": (_SPACED_HASH, _DOUBLE, _SINGLE),
    "toml": (_HASH, _DOUBLE, _SINGLE),
    "yaml": (_SPACED_HASH, _DOUBLE, r"(?<!\w)" + _SINGLE),
    "ini": (r"(?:(?<=\s)|^)[#;]",),
    "script": (_STARS, _DOUBLE, _SINGLE, _BACK),
    "go": (_STARS, _DOUBLE, _CHARACTER, _BACK),
    "rust": (_STARS, _DOUBLE, _CHARACTER),
    "c": (_STARS, _DOUBLE, _CHARACTER),
    "sql": (r"--|/\*", _SINGLE, _DOUBLE),
    "markdown": (r"<!--",),
    "": (r"(?<!:)//|/\*|<!--|--\s|(?:(?<=\s)|^)[#;%]", _DOUBLE, r"(?<!\w)" + _SINGLE),
}
_TOKENS: Final = {family: lazy("|".join((r"\\.", f"(?P<start>{start})", *strings))) for family, (start, *strings) in _STARTS.items()}
_STARRED: Final = frozenset({"script", "go", "rust", "c", "sql"})


def split_comment(line: str, family: str) -> tuple[str, str]:
    """(code with every string emptied, comment with its opening sign). A line above `LONGEST_LINE` has neither."""
    if len(line) > LONGEST_LINE:
        return "", ""
    if family in _STARRED and line.lstrip().startswith("*"):
        return "", line.strip()
    code: list[str] = []
    position = 0
    for match in _TOKENS.get(family, _TOKENS[""]).finditer(line):
        if match["start"]:
            return "".join(code) + line[position : match.start()], line[match.start() :]
        if match[0][0] in "\"'`":
            code.append(line[position : match.start()] + match[0][0] * 2)
            position = match.end()
    return "".join(code) + line[position:], ""
