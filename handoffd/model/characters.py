"""Characters that may stand in a line: no controls, no line ends, nothing that reorders, hides or cannot be seen.

Text from git, files and tests is an attacker's. Two ways lead to one harmless line: `clean` for prose, where what cannot be seen is
left out, and `visible` for names, where two names that differ must look different, so that it is spelled as an escape.
"""

from __future__ import annotations

import unicodedata

from handoffd.model.lazy import lazy

_COLOUR = lazy(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)|[@-Z\\^_])")
_SPACES = lazy(r"\s+")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
# Default-ignorable characters that Unicode does not file under Cf: joiners, fillers, variation selectors, blank letters.
_IGNORABLE = frozenset([847, 4447, 4448, 6068, 6069, 8293, 10240, 12644, 65440, *range(6155, 6160), *range(65024, 65040), *range(917504, 921600)])


def uncoloured(text: str) -> str:
    """Without the escape sequences that colour a terminal (CSI, OSC and two-byte ones)."""
    return _COLOUR.sub("", text) if "\x1b" in text else text


def cut(text: str, most: int) -> str:
    """At most `most` characters, the last of them `…` when something was left out. For raw text: cut before it is encoded."""
    return text if len(text) <= most else text[: max(most - 1, 0)].rstrip() + "…"


def clean(text: str, most: int) -> str:
    """One line of at most `most` characters: white space collapsed, the unseen left out, controls and bytes that are no UTF-8 as `\\xNN`."""
    # Bounded before it is looked at; the margin is for white space and unseen characters that go.
    head = text[: most * 4 + 256]
    line = _SPACES.sub(" ", head).strip()
    if not (line.isascii() and line.isprintable()):
        line = _SPACES.sub(" ", line.translate(_PROSE)).strip()
    if len(head) < len(text) and len(line) <= most:
        line = cut(line, most - 1) + ("" if len(line) >= most else "…")
    return cut(line, most)


def visible(text: str) -> str:
    """One line in which every character can be seen: controls, line ends, bytes that are no UTF-8 and unseen characters as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_NAMES)


class _Table(dict[int, str]):
    """A translation table that decides about a character when it first meets it."""

    def __init__(self, names: bool) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, point: int) -> str:
        found = _spelled(point) if self._names else _kept(point)
        if len(self) < 20_000:
            self[point] = found
        return found


def _kept(point: int) -> str:
    category = unicodedata.category(chr(point))
    if point in _IGNORABLE or category == "Cf":
        return ""
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if category in ("Cs", "Co", "Cn"):
        return _byte(point) or "�"
    return f"\\x{point:02x}" if category == "Cc" else chr(point)


def _spelled(point: int) -> str:
    category = unicodedata.category(chr(point))
    if category == "Cc":
        return _SHORT.get(chr(point), f"\\x{point:02x}")
    if point not in _IGNORABLE and (category[0] not in "CZ" or point == 0x20):
        return chr(point)
    return _byte(point) or (f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}")


def _byte(point: int) -> str:
    # "surrogateescape" decodes the byte 0xNN as U+DCNN.
    return f"\\x{point - 0xDC00:02x}" if 0xDC80 <= point <= 0xDCFF else ""


_PROSE = _Table(names=False)
_NAMES = _Table(names=True)
