"""The man page, written from the same parsers as `--help`.

`python -m handoffd.cli.manpage > docs/handoffd.1`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from handoffd.cli.grammar import Argument, VerbGrammar, grammar
from handoffd.cli.verbs import ABOUT, USAGE, as_it_stands

_FILES = (
    ("~/.config/handoffd/config.yaml", "settings; config.example.yaml shows every key"),
    (".claude/handoff-YYYY-MM-DD.md", "the handoffs of a worktree"),
    (".git/handoffd/journal.db", "the journal of a repository"),
    ("~/.local/state/handoffd/", "which repositories are watched, the daemon's lock and log"),
)
_CODES = (("0", "done"), ("1", "something that you can mend; the message has a hint"), ("2", "usage"), ("3", "a bug"), ("130", "interrupted"))


def manpage() -> str:
    """handoffd(1) as roff."""
    lines = [
        '.TH HANDOFFD 1 "" handoffd "User Commands"',
        ".SH NAME",
        "handoffd \\- writes a true session handoff whenever you step away from a git worktree",
        ".SH SYNOPSIS",
        _text(USAGE),
        ".SH DESCRIPTION",
        _text(ABOUT),
        "A daemon and two git hooks journal commits, touched files and test runs of the watched worktrees. A Session Handoff is written when you",
        "stop working, before a push, on SIGUSR1 to the daemon, or at \\fBhandoffd flush\\fR.",
        ".SH COMMANDS",
        *(line for verb in grammar() for line in _verb(verb)),
        ".SH FILES",
        *_list(_FILES),
        ".SH EXIT STATUS",
        *_list(_CODES),
        ".SH SEE ALSO",
        ".BR git (1)",
    ]
    return "\n".join(lines) + "\n"


def _verb(verb: VerbGrammar) -> Iterator[str]:
    words = " ".join(_usage(argument) for argument in (*verb.options, *verb.positionals) if "-h" not in argument.flags)
    yield f'.SS "handoffd {verb.name}{" " if words else ""}{_text(words)}"'
    yield from _prose(verb.about)
    for argument in verb.arguments:
        if argument.about and "-h" not in argument.flags:
            yield ".TP"
            yield f".B {_text(', '.join(argument.flags) + (' ' if argument.flags and argument.value else '') + argument.value)}"
            yield _text(argument.about)


def _usage(argument: Argument) -> str:
    words = f"{argument.flags[-1]} {argument.value}".rstrip() if argument.flags else argument.value
    return words if argument.required else f"[{words}]"


def _prose(about: str) -> Iterator[str]:
    """Paragraphs are filled; the lines of an example stand as they are."""
    for paragraph in about.split("\n\n"):
        yield ".PP"
        if as_it_stands(paragraph):
            yield from (".nf", *map(_text, paragraph.split("\n")), ".fi")
        else:
            yield from map(_text, paragraph.split("\n"))


def _list(rows: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, about in rows:
        yield from (".TP", f".B {_text(name)}", _text(about))


def _text(text: str) -> str:
    """Text that roff prints as it is: no escape, no request at the start of a line, quotes safe within arguments."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{safe}" if safe.startswith((".", "'")) else safe


if __name__ == "__main__":
    sys.stdout.write(manpage())
