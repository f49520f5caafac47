"""Our block in a hook file, as pure text functions: put in under the `#!` line, taken out byte for byte."""

from __future__ import annotations

import re
import shlex

from handoffd.model.lazy import lazy

BEGIN = "# >>> handoffd"
END = "# <<< handoffd"
# Said in the block's first line, so that taking it out gives back the very bytes.
OWN = " (this file is handoffd's own)"
OPEN_END = " (no newline before)"
_SHELL = lazy(r"^#!\s*(?:/usr/bin/env\s+(?:-S\s+)?)?(?:\S*/)?(?:sh|dash|bash)(?:\s|$)")
_BLOCK = lazy(rf"^{BEGIN}(?P<note>[^\n]*)\n(?:(?!{END}).*\n)*?{END}\n", re.M)
_CALLED = lazy(r"""((?:'[^'\n]*'|"[^"\n]*"|[^\s'"()])+) (?:-C "\$PWD" )?flush --trigger pre-push""")


def is_shell(text: str) -> bool:
    """Whether the first line names sh, dash or bash."""
    return bool(_SHELL.match(text.partition("\n")[0]))


def block(body: str, note: str = "") -> str:
    """The marked block around the lines of a hook script, its `#!` line left out."""
    lines = [line for line in body.splitlines() if not line.startswith("#!")]
    return "\n".join([f"{BEGIN}{note}", *lines, END]) + "\n"


def insert_block(text: str, body: str) -> str | None:
    """The file's text with our block under its `#!` line, in place of an older block; None when it is no shell script."""
    bare = remove_block(text)
    if not is_shell(bare):
        return None
    first, newline, rest = bare.partition("\n")
    if not newline:
        return f"{first}\n{block(body, OPEN_END)}"
    return f"{first}\n{block(body)}{rest}"


def remove_block(text: str) -> str:
    """The text without our block; unchanged when there is none."""
    found = _BLOCK.search(text)
    if not found:
        return text
    before = text[: found.start()]
    if found["note"] == OPEN_END:
        before = before.removesuffix("\n")
    return before + text[found.end() :]


def own_file(body: str) -> str:
    """A whole hook file that holds nothing but our block."""
    return f"#!/bin/sh\n{block(body, OWN)}"


def is_own_file(text: str) -> bool:
    """Whether nothing would be left but a `#!` line that we wrote."""
    found = _BLOCK.search(text)
    return bool(found and found["note"] == OWN and remove_block(text) == "#!/bin/sh\n")


def has_block(text: str) -> bool:
    """Whether our block is in it."""
    return bool(_BLOCK.search(text))


def program_in(text: str) -> str:
    """The program that our block, or a line that a person added by hand, calls; '' where none is."""
    found = _CALLED.search(text)
    return "".join(shlex.split(found[1])[:1]) if found else ""
