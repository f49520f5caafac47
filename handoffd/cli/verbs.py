"""The verbs and their parsers: what help, completions and the man page are made of."""

from __future__ import annotations

import argparse
import importlib
import re

from handoffd.model.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from handoffd.cli.environment import Environment

    class Verb(Protocol):
        """What a verb's module offers; its docstring is the text of its help."""

        def arguments(self, parser: argparse.ArgumentParser) -> None: ...

        def run(self, args: argparse.Namespace, environment: Environment) -> int: ...


# Verb -> its line in the help, in groups and in the order of the help.
GROUPS = {
    "every day": {
        "flush": "write the handoff of this session now",
        "resume": "print the handoff of this branch as the world is now",
        "now": "tell of any repository, watched or not; nothing is written",
        "note": "put your own words into the next handoff",
        "drop": "take a line off the handoff, or put it back",
        "run": "run a test command and journal its result",
    },
    "look": {
        "overview": "tell what is open in every watched worktree",
        "status": "tell what is watched and how it is",
        "list": "list the handoffs of this worktree",
        "show": "print a handoff",
        "why": "say which events are behind a line of the handoff",
        "search": "search notes, commits, failing tests, decisions and branches",
        "log": "print the journal",
        "doctor": "check that everything works and tell the remedy",
    },
    "set up": {
        "init": "watch this repository: journal, hooks, hidden handoff files",
        "uninit": "stop watching it and restore every byte",
        "start": "start the daemon in the background",
        "stop": "end the daemon",
        "restart": "end the daemon and start it again",
        "prune": "forget what is older than a time",
        "prompt": "print a line for the shell's prompt",
        "completion": "print the completions for bash, zsh or fish",
        "daemon": "run the daemon in the foreground, for a service manager",
    },
}
VERBS = {name: about for group in GROUPS.values() for name, about in group.items()}
ABOUT = "Pick work up where it was left."
USAGE = "handoffd [-C PATH] VERB ... [--json]"
WIDEST = 100


def as_it_stands(paragraph: str) -> bool:
    """Whether a paragraph of a help text is an example or a table, the lines of which are not to be joined."""
    return re.match(rf"(?:examples?|{'|'.join(GROUPS)}):|\S+ {{3,}}", paragraph) is not None


class _Formatter(argparse.HelpFormatter):
    """Paragraphs are filled to the window, and no wider than can be read."""

    def __init__(self, prog: str, columns: int = WIDEST) -> None:
        super().__init__(prog, width=min(columns, WIDEST) - 1)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        import textwrap

        return "\n\n".join(part if as_it_stands(part) else textwrap.fill(part, width) for part in text.split("\n\n"))


class _Parser(argparse.ArgumentParser):
    def format_help(self) -> str:
        """The window is asked for its size only here: parsers make formatters also to check themselves."""
        import shutil

        columns = shutil.get_terminal_size().columns
        self.formatter_class = lambda prog: _Formatter(prog, columns)
        return super().format_help()

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(message, hint=f"{self.prog} --help")


def module_of(name: str) -> Verb:
    """The verb's module; only the one that is asked for is imported."""
    verb: Verb = importlib.import_module(f"handoffd.cli.{name}")
    return verb


def parser_for(name: str, module: Verb) -> argparse.ArgumentParser:
    """The verb's own parser."""
    about = (module.__doc__ or "").strip()
    parser = _Parser(prog=f"handoffd {name}", description=about, formatter_class=_Formatter)
    parser.add_argument("-C", metavar="PATH", help="work in PATH instead of the current directory")
    module.arguments(parser)
    return parser


def overview() -> argparse.ArgumentParser:
    """The parser of a command line without a verb: `handoffd --help`."""
    wide = max(map(len, VERBS)) + 2
    tables = [f"{title}:\n" + "\n".join(f"  {name:<{wide}}{about}" for name, about in group.items()) for title, group in GROUPS.items()]
    about = "\n\n".join((ABOUT, *tables, "handoffd VERB --help tells more."))
    parser = _Parser(prog="handoffd", usage=USAGE, description=about, formatter_class=_Formatter)
    parser.add_argument("-C", metavar="PATH", help="work in PATH instead of the current directory")
    parser.add_argument("--version", action="store_true", help="print the version")
    return parser
