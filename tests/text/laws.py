"""What must hold of a text that leaves handoffd, asked of CommonMark itself and of the tables of Unicode."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Escaped characters stay apart from plain ones, so that it shows what a renderer with more rules would read.
COMMONMARK = MarkdownIt("commonmark").disable("text_join")
# The extensions of GitHub's that make structure; the ones that make links of bare addresses are not in the parser's own package.
GITHUB = MarkdownIt("commonmark").disable("text_join").enable(["table", "strikethrough"])
PLAIN = frozenset({"text", "text_special", "code_inline", "softbreak"})
OUR_COLOURS = re.compile(r"\x1b\[(?:0|1|2|3[1-6])m")
_SINCE = re.compile(r"( \(since \d{4}-\d\d-\d\d\))?")
_OURS = re.compile(
    r"Branch|Commits this session|Uncommitted changes|Tests|Checkpoint|Reconstructed|Changed without a recorded reason|Not all could be read|Incomplete work|Do not merge or deploy|.+ open"
)
_LINE = re.compile(r"(?P<start># Session Handoff — |## .*|- |  - |✓ |  → |\d+\. |   (?:Why|Trade-off|At): |> |)(?P<rest>.*)")
# What GitHub makes of plain text: boxes and footnotes at the start of a block, links of addresses anywhere.
_BOX = re.compile(r"\[[ xX]\](?:\s|$)|\[\^[^\]]*\]:")
_ADDRESS = re.compile(r"(?i)(?<![a-z0-9])(?:https?|ftp)://|(?<![a-z0-9])www\.")
# Default-ignorable characters that Unicode does not file under a control or format category.
_IGNORED = frozenset(
    [
        0x034F,
        0x115F,
        0x1160,
        0x17B4,
        0x17B5,
        0x180B,
        0x180C,
        0x180D,
        0x180F,
        0x2065,
        0x2800,
        0x3164,
        0xFFA0,
        *range(0xFE00, 0xFE10),
        *range(0xE0000, 0xE1000),
    ]
)


def unseen(text: str) -> set[str]:
    """Characters that nobody sees, or that reorder what is seen; our own warning sign is not among them."""
    bare = set(text.replace("⚠️", ""))
    return {sign for sign in bare if ord(sign) in _IGNORED or unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")}


def blocks(markdown: str, parser: MarkdownIt = COMMONMARK) -> list[tuple[str, int]]:
    """(name, depth) of every block."""
    return [(token.type, token.level) for token in parser.parse(markdown)]


def lines_of(markdown: str, parser: MarkdownIt = COMMONMARK) -> Iterator[tuple[list[Token], bool]]:
    """The parts of each line of text, and whether it stands in a numbered list."""
    numbered = 0
    for token in parser.parse(markdown):
        numbered += token.nesting if token.type.startswith("ordered_list") else 0
        line: list[Token] = []
        for child in (part for part in token.children or [] if part.type != "text" or part.content):
            if child.type == "softbreak":
                yield line, bool(numbered)
                line = []
            else:
                line.append(child)
        if line:
            yield line, bool(numbered)


def skeleton(markdown: str) -> str:
    """The template: each line's own start, and a harmless word for the rest."""
    return "\n".join(_bare(line) for line in markdown.split("\n"))


def _bare(line: str) -> str:
    found = _LINE.fullmatch(line)
    assert found
    return found["start"] + ("x" if found["rest"] else "")


def faults(markdown: str) -> list[str]:
    """What is wrong with a whole handoff; nothing when its structure is the template's and only the template speaks."""
    wrong = [f"unseen characters {sorted(unseen(line))!r} in {line!r}" for line in markdown.split("\n") if unseen(line)]
    for parser in (COMMONMARK, GITHUB):
        if blocks(markdown, parser) != blocks(skeleton(markdown), parser):
            wrong.append("the block structure is not the template's")
        for line, numbered in lines_of(markdown, parser):
            wrong += _strangers(line, numbered)
    return wrong


def _plain(line: list[Token]) -> list[str]:
    """The plain texts of a line. A backslash before a letter escapes nothing and belongs to the text that goes on behind it."""
    found, literal = [], ""
    for part in line:
        if part.type == "text":
            found.append(literal + part.content)
        literal = part.content if part.type == "text_special" and part.content == part.markup else ""
    return found


def _strangers(line: list[Token], numbered: bool) -> list[str]:
    """What is neither text nor code nor bold of ours, and plain text that GitHub's renderer would read."""
    found = [f"{part.type} {part.content!r}" for part in line if part.type not in PLAIN and part.type not in ("strong_open", "strong_close")]
    bold = [at for at, part in enumerate(line) if part.type == "strong_open"]
    # A decision is bold but for its date, and stands in a numbered list.
    decision = numbered and bold == [at for at in bold[:1] if _opens(line, at)] and _SINCE.fullmatch(_after_bold(line))
    found += [f"strong {_bold(line, at)!r}" for at in bold if not decision and not _OURS.fullmatch(_bold(line, at))]
    plain = _plain(line)
    # A box is one only where a space or nothing follows, and no sign of it is escaped.
    start = "".join(part.markup or part.content for part in line[:2]) if line[0].type == "text" else ""
    found += [f"a task or a footnote {start!r}"] if _BOX.match(start) else []
    return found + [f"a bare address {text!r}" for text in plain if _ADDRESS.search(text)]


def _after_bold(line: list[Token]) -> str:
    """What stands behind the first bold part."""
    end = next((number for number, part in enumerate(line) if part.type == "strong_close"), len(line))
    return "".join(part.content for part in line[end + 1 :])


def _bold(line: list[Token], at: int) -> str:
    end = next((number for number in range(at, len(line)) if line[number].type == "strong_close"), len(line))
    return "".join(part.content for part in line[at:end])


def _opens(line: list[Token], at: int) -> bool:
    return not "".join(part.content for part in line[:at])


def screen_faults(text: str, lines: int = 0) -> list[str]:
    """What is wrong with what a terminal gets: escapes that are not our colours, colours left on, more lines than were meant."""
    bare = OUR_COLOURS.sub("", text)
    wrong = [f"unseen characters {sorted(unseen(line))!r} in {line!r}" for line in bare.split("\n") if unseen(line)]
    colours = OUR_COLOURS.findall(text)
    if colours and colours[-1] != "\x1b[0m":
        wrong.append("a colour is left on")
    if lines and text.count("\n") + 1 != lines:
        wrong.append(f"{text.count(chr(10)) + 1} lines instead of {lines}")
    return wrong
