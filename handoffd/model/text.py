"""The one encoder of untrusted text: str in (lone surrogates for bytes that are no UTF-8), one harmless line of Markdown out.

    inline   prose: subjects, notes, messages     code     always a code span
    subject  the first line, cut at 72            path     copyable with :LINE, plain where Markdown leaves it alone
    terminal for screens and logs, no Markdown    name     the same for names, branch for branches
    shorten  cuts a line that is encoded already  screen   the last sieve before a terminal, for lines that are encoded already

Whatever goes in, the block structure of the document is the template's, and inside the line there is only text and code spans: no
emphasis, link, image or HTML; a bare address is a code span, so that no renderer makes a link of it. A backslash is written only where
CommonMark would see structure, so that ordinary text stays as it is.
Each encoded value is closed in itself: what stands in one cannot pair with what stands in another. One thing is left to the template:
not to put `(` or `:` directly after a value, because the value may end in `]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoffd.model.characters import clean, cut, uncoloured, visible
from handoffd.model.lazy import lazy

__all__ = ["SUBJECT", "WHOLE", "branch", "code", "cut", "inline", "name", "path", "screen", "shorten", "subject", "terminal", "uncoloured"]

SUBJECT = 72
WHOLE = 500
"""The cap where a rule says "whole"."""

_PAINT = lazy(r"\x1b\[(?:0|1|2|3[1-6])m")
_OURS = lazy(rf"({_PAINT.pattern}|\t|⚠️)")
_PUNCTUATION = r"""!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~"""
_RUN = lazy(r"`+")
# A word that a programmer would put in a code span: letters, digits and what joins them.
# A bracket at the start could begin a link definition, unless it is closed at once by one that stays as it is (see _harmless).
_LABEL = lazy(r"\[(?![^\[\]\\`]*\](?![:(\[]))")
_UNDERSCORES = lazy(r"_+")
_WORD = lazy(r"[\w./*:-]*[\w*/](?:\(\))?")
_GLOB = lazy(r"\*[./]|[./]\*")
_ENTITY = lazy(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{0,40});")
_TAG = lazy(r"<(?:[/!?]|[A-Za-z][A-Za-z0-9-]*(?:[\s/>]|$)|[^\s<>]*[:@][^\s<>]*>)")
# What makes a block at the start of a line: the group is what is escaped.
_BLOCK = lazy(
    r"(?:\d{1,9}(?=[.)](?:\s|$)))?"
    r"(?:(#)(?=#{0,5}(?:\s|$))|([-+])(?=\s|$)|(>)|([.)])(?=\s|$)|([-=_])(?=[-=_ ]*$)|(\[)(?=[ xX]\](?:\s|$)))"
)
_SPECIAL = lazy(r"\\|\*+|_+|~~+|`|\]|<|&|://|(?<![A-Za-z0-9])www(?=\.)", re.I)
_ENCODED = lazy(rf"\\[{_PUNCTUATION}]|(?P<fence>`+)(?:(?!`)|$)", re.S)


def inline(text: str, limit: int = 200) -> str:
    """Prose in a line. At most `limit` characters are shown; balanced code spans stay, names that hold Markdown characters become ones."""
    line = clean(uncoloured(text), limit) or ("(blank)" if text else "")
    return "".join(span if is_code else _prose(span, line, at) for at, span, is_code in _spans(line))


def subject(text: str, limit: int = SUBJECT) -> str:
    """The first line of a commit message; `limit=WHOLE` where it is not to be cut."""
    return inline(text.lstrip().partition("\n")[0] or text[:1], limit)


def code(text: str, limit: int = WHOLE) -> str:
    """A code span, with a fence that nothing inside can close. Unseen characters and line ends are spelled as escapes."""
    return _span(cut(visible(text[: limit * 4 + 1]), limit))


def name(text: str, limit: int = 200) -> str:
    """The plain name, or a code span when it holds something that Markdown would read."""
    return _plain_or_code(cut(visible(text[: limit * 4 + 1]), limit))


def branch(text: str) -> str:
    """A branch, tag or remote name."""
    return name(text)


def path(text: str, line: int = 0, last: int = 0) -> str:
    """`src/a_b.ts`, with a line `src/a_b.ts:15`, with a range `src/a_b.ts:15-20`; in a code span as a whole when Markdown would read it."""
    place = f":{line}" if line else ""
    if line and last > line:
        place += f"-{last}"
    return _plain_or_code(cut(visible(text[: WHOLE * 4 + 1]), WHOLE) + place)


def terminal(text: str, limit: int = 0) -> str:
    """One line for a screen or a log file: no escape sequence, control or unseen character; `limit` 0: not cut."""
    line = visible(text)
    return cut(line, limit) if limit else line


def screen(text: str) -> str:
    """Lines of ours on their way to a terminal: line ends, tabs, our colours and our warning sign stay, what else cannot be seen is spelled."""
    return "\n".join(line if line.isprintable() else _sieved(line) for line in text.split("\n"))


def _sieved(line: str) -> str:
    return "".join(part if part in ("\t", "⚠️") or _PAINT.fullmatch(part) else visible(part) for part in _OURS.split(line) if part)


def shorten(encoded: str, most: int) -> str:
    """Cut a line that was encoded here: never within an escape or a code span, and never so that a sign which opened emphasis would close it."""
    if len(encoded) <= most:
        return encoded
    end, closed = max(most - 1, 0), 0
    for start, stop in _units(encoded):
        if stop > end:
            end = min(start, end)
            break
        closed = stop
    return encoded[:closed] + encoded[closed:end].rstrip("_* ") + "…"


def _units(encoded: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each escape and code span."""
    at = 0
    while found := _ENCODED.search(encoded, at):
        at = found.end()
        if fence := found["fence"]:
            at = next((run.end() for run in _RUN.finditer(encoded, at) if run[0] == fence), at)
        yield found.start(), at


def _plain_or_code(text: str) -> str:
    padded = text != text.strip() or not text
    return text if not padded and _prose(text, text, 0) == text else _span(text)


def _span(text: str) -> str:
    taken = {len(run) for run in _RUN.findall(text)}
    fence = "`" * next(length for length in range(1, len(taken) + 2) if length not in taken)
    # CommonMark takes one space from both ends when both have one.
    ticked = text[:1] == "`" or text[-1:] == "`"
    spaced = text[:1] == " " and text[-1:] == " " and text.strip() != ""
    pad = " " if ticked or spaced or not text else ""
    return f"{fence}{pad}{text}{pad if text else ''}{fence}"


def _spans(line: str) -> Iterator[tuple[int, str, bool]]:
    """(start, text, is a code span) of each part, the way CommonMark pairs runs of backticks of equal length."""
    runs = list(_RUN.finditer(line))
    later: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        later.setdefault(len(runs[number][0]), []).append(number)
    number, done = 0, 0
    while number < len(runs):
        places = later[len(runs[number][0])]
        while places and places[-1] <= number:
            places.pop()
        if not places:
            number += 1
            continue
        start, end = runs[number].start(), runs[places[-1]].end()
        yield done, line[done:start], False
        yield start, line[start:end], True
        number, done = places[-1] + 1, end
    yield done, line[done:], False


def _prose(part: str, line: str, start: int) -> str:
    """The part of `line` that begins at `start` and holds no code span, with what Markdown would read made harmless."""
    block = _BLOCK.match(part) if start == 0 else None
    opening = max(block.start(group) for group in range(1, 7)) if block else -1
    if start == 0 and _LABEL.match(part):
        opening = 0
    out, done, end = [], start, start + len(part)
    if opening >= 0:
        out += [line[:opening], "\\"]
        done = opening
    while found := _SPECIAL.search(line, max(done, opening + 1 if opening >= 0 else 0), end):
        at = found.start()
        word = _code_word(line, at, max(done, opening + 1), end)
        if word:
            out += [line[done : word[0]], _span(line[word[0] : word[1]])]
            done = word[1]
            continue
        out += [line[done:at], _harmless(found[0], line, at)]
        done = found.end()
    return "".join(out) + line[done:end]


def _code_word(line: str, at: int, first: int, end: int) -> tuple[int, int] | None:
    """(start, end) of a word around `at` that Markdown would read but a programmer means as it is: `__init__`, `*.py`, an address."""
    if line[at] not in "_*:wW":
        return None
    start, stop = at, at
    while start > first and not line[start - 1].isspace() and line[start - 1] not in "\"'(),;`":
        start -= 1
    while stop < end and not line[stop].isspace() and line[stop] not in "\"'(),;`":
        stop += 1
    # A fence right behind something else, or before another fence, would change how that is read.
    if (start > 0 and not line[start - 1].isspace() and line[start - 1] not in "\"'(),;") or line[stop : stop + 1] == "`":
        return None
    word = line[start:stop]
    if line[at] in ":wW":
        return start, start + len(word.rstrip(".,:;!?"))
    if not (_WORD.fullmatch(word) or _GLOB.search(word)) or not _emphasised(word):
        return None
    return start, stop


def _emphasised(word: str) -> bool:
    """Whether CommonMark could close emphasis in the word: any star, or an underscore behind which the word or a part of it ends.

    An underscore that can only open (`src/_private.py`) stays plain: nothing that is encoded here leaves one that could close it.
    """
    return "*" in word or any(_closes(word, run.start(), run.end()) for run in _UNDERSCORES.finditer(word))


def _closes(line: str, start: int, end: int) -> bool:
    before, after = line[start - 1 : start], line[end : end + 1]
    return not before.isspace() and not after.isalnum()


def _harmless(token: str, line: str, at: int) -> str:
    """The token, escaped where CommonMark would see structure."""
    before, after = line[at - 1 : at], line[at + len(token) : at + len(token) + 1]
    if token[0] == "\\":
        return "\\\\" if not after or after in _PUNCTUATION else token
    if token[0] == "_" and not _closes(line, at, at + len(token)):
        return token
    if token[0] == "*" and (not before or before.isspace()) and (not after or after.isspace()):
        return token if before else "\\*" * len(token)
    if token[0] in ":wW":
        # GitHub's renderer makes a link of an address.
        return ":\\//" if token[0] == ":" else f"{token}\\"
    if token == "<":
        return "\\<" if _TAG.match(line, at) else token
    if token == "&":
        return "\\&" if _ENTITY.match(line, at) else token
    if token == "]":
        return "\\]" if after in ("(", "[", ":") and after else token
    return "".join(f"\\{sign}" for sign in token)
