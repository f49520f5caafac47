"""The verbs and their parsers: what help, completions and the man page are made of."""

from __future__ import annotations

import argparse
import importlib
from typing import TYPE_CHECKING, Protocol, cast

from handoffd.model.errors import UsageError

if TYPE_CHECKING:
    from handoffd.cli.world import World

# Verb -> its line in the help. The order is the order of the help.
VERBS = {
    "init": "watch this repository: journal, hooks, hidden handoff files",
    "uninit": "stop watching it and restore every byte",
    "start": "start the daemon in the background",
    "stop": "end the daemon",
    "restart": "end the daemon and start it again",
    "status": "tell what is watched and how it is",
    "daemon": "run the daemon in the foreground, for a service manager",
    "flush": "write the handoff of this session now",
    "resume": "print the newest handoff, to go on from it",
    "show": "print a handoff",
    "list": "list the handoffs of this worktree",
    "log": "print the journal",
    "note": "put your own words into the next handoff",
    "prompt": "print a line for the shell's prompt",
    "prune": "forget what is older than a time",
    "completion": "print the completions for bash, zsh or fish",
    "run": "run a test command as if it were not wrapped, and journal its result",
    "doctor": "check that everything works and tell the remedy",
}
ABOUT = "Pick work up where it was left."
USAGE = "handoffd [-C PATH] VERB ... [--json]"


class Verb(Protocol):
    """What a verb's module offers; its docstring is the text of its help."""

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace, world: World) -> int: ...


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(message, hint=f"{self.prog} --help")


def module_of(name: str) -> Verb:
    """The verb's module; only the one that is asked for is imported."""
    return cast(Verb, importlib.import_module(f"handoffd.cli.{name}"))


def parser_for(name: str, module: Verb) -> argparse.ArgumentParser:
    """The verb's own parser."""
    about = (module.__doc__ or "").strip()
    parser = _Parser(prog=f"handoffd {name}", description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-C", metavar="PATH", help="work in PATH instead of the current directory")
    module.arguments(parser)
    return parser


def overview() -> argparse.ArgumentParser:
    """The parser of a command line without a verb: `handoffd --help`."""
    wide = max(map(len, VERBS)) + 1
    lines = "\n".join(f"  {name:<{wide}}{about}" for name, about in VERBS.items())
    about = f"{ABOUT}\n\nverbs:\n{lines}\n\nhandoffd VERB --help tells more."
    parser = _Parser(prog="handoffd", usage=USAGE, description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-C", metavar="PATH", help="work in PATH instead of the current directory")
    parser.add_argument("--version", action="store_true", help="print the version")
    return parser
