"""Source taken apart into code, strings and comments without a parser: one line by itself, or the lines of a whole text that begin inside one."""

from __future__ import annotations

from collections.abc import Iterator
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


# Every branch of these patterns takes time in proportion to what it takes: the text is somebody else's. What is not closed ends with the text.
_LINE: Final = r"//[^\n]*"
_BLOCK: Final = r"/\*(?:[^*]+|\*(?!/))*+(?:\*/|\Z)"
_QUOTES: Final = r'"(?<!\\")(?:[^"\\\n]+|\\(?s:.))*+"'
_APOSTROPHES: Final = r"'(?<!\\')(?:[^'\\\n]+|\\(?s:.))*+'"
_LETTER: Final = r"'(?:\\[^\n'][^\n']{0,8}|\\'|[^'\\\n])'"
_HOLE: Final = r"\$(?:\{(?:[^{}`'\"]++|\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|`(?:[^`\\]|\\.)*+`|\{[^{}]*\})*+\})?+"
_BACKTICKS: Final = rf"`(?:[^`\\$]+|\\(?s:.)?|{_HOLE})*+(?:`|(?P<open>\Z))"
_REGEX: Final = r"(?:[(,=:\[!&|?{};+]|=>|return)\s*/(?![*/])(?:[^/\\\[\n]+|\\.|\[(?:[^\]\\\n]|\\.){0,200}+\])++/"
_TRIPLE: Final = r'"""(?:[^"\\]+|\\(?s:.)?|"(?!""))*+(?:"""|\Z)'
_TRIPLE_SINGLE: Final = r"'''(?:[^'\\]+|\\(?s:.)?|'(?!''))*+(?:'''|\Z)"
_RAW: Final = r'r(?P<signs>#*)"(?s:.)*?(?:"(?P=signs)|\Z)'
_RAW_C: Final = r'R(?<!\wR)"(?P<sign>\w{0,16})\((?s:.)*?(?:\)(?P=sign)"|(?P<open>\Z))'
_HEREDOC: Final = r"['\"`]?(?P<word>[A-Za-z_]\w*)['\"`]?[^\n]*(?s:.)*?(?:\n[ \t]*(?P=word)\b|(?P<opened>\Z))"

# The branches stand in the order in which they win; each takes a whole comment or literal, so that a quote inside one opens nothing.
_WHOLE: Final = {
    "python": (r"#[^\n]*", _TRIPLE, _TRIPLE_SINGLE, _QUOTES, _APOSTROPHES),
    "script": (_LINE, _BLOCK, _QUOTES, _APOSTROPHES, _BACKTICKS, _REGEX),
    "go": (_LINE, _BLOCK, _QUOTES, _LETTER, r"`[^`]*`"),
    "rust": (_LINE, _BLOCK, _RAW, r'"(?:[^"\\]+|\\(?s:.)?)*+(?:"|\Z)', _LETTER),
    "c": (_LINE, _BLOCK, r'"""(?:[^"]+|"(?!""))*+"""', _RAW_C, _QUOTES, _APOSTROPHES, r"<<<[ \t]*" + _HEREDOC),
    "ruby": ("<<[-~]?" + _HEREDOC,),
    "shell": ("<<-?[ \\t]*" + _HEREDOC,),
}
_DOCSTRING: Final = lazy(r"\s*[rRuUbBfF]{0,2}(?:\"\"\"|''')")
_PARTS: Final = {family: lazy("|".join(branches)) for family, branches in _WHOLE.items()}


def inner_lines(text: str, family: str) -> tuple[set[int], set[int]]:
    """Numbers of the lines that begin inside a string, and of those that begin inside a comment. None in a family without such rules here."""
    strings: set[int] = set()
    comments: set[int] = set()
    for first, last, comment in _long_parts(text, family):
        (comments if comment else strings).update(range(first + 1, last + 1))
    return strings, comments


def quoted_lines(text: str, family: str) -> frozenset[int]:
    """Numbers of the lines that are quoted: within a fenced block or a quotation of Markdown, or a string of several lines that is no docstring. What
    stands there asks nobody."""
    if family == "markdown":
        return frozenset(_fenced(text))
    found: set[int] = set()
    lines = text.split("\n")
    for first, last, comment in _long_parts(text, family):
        if not comment and not (family == "python" and _DOCSTRING.match(lines[first - 1])):
            found.update(range(first, last + 1))
    return frozenset(found)


def _fenced(text: str) -> Iterator[int]:
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        mark = next((sign for sign in ("```", "~~~") if bare.startswith(sign)), "")
        if fence or mark or bare.startswith(">"):
            yield number
        if mark and not fence:
            fence = mark
        elif fence and mark == fence and not bare.strip(mark[0]):
            fence = ""


def _long_parts(text: str, family: str) -> Iterator[tuple[int, int, bool]]:
    """First line, last line and "is it a comment" of each string and comment of more than one line."""
    pattern = _PARTS.get(family)
    line, counted = 1, 0
    for match in pattern.finditer(text) if pattern else ():
        breaks = text.count("\n", match.start(), match.end())
        if not breaks or match.lastgroup in ("open", "opened"):
            continue
        line += text.count("\n", counted, match.start())
        yield line, line + breaks, match[0].startswith("/*")
        line, counted = line + breaks, match.end()
