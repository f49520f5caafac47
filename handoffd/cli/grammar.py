"""The command line as data, read off the parsers: completions and the man page are written from it, so they cannot differ from `--help`."""

from __future__ import annotations

import argparse

from handoffd.cli.verbs import VERBS, module_of, parser_for
from handoffd.model.records import dataclass

FILE, FOLDER, WORD = "file", "folder", ""
_PLACES = {"PATH": FOLDER, "DIR": FOLDER, "FILE": FILE, "FILE[:LINE[-LAST]]": FILE}


@dataclass(frozen=True, slots=True)
class Argument:
    """An option (`flags` as typed, longest last) or a positional (no flags).

    `value` names what follows it, '' for a switch; `place` is FILE or FOLDER where a path is meant; `choices` are the words allowed.
    """

    flags: tuple[str, ...]
    value: str
    about: str
    choices: tuple[str, ...]
    place: str
    required: bool


@dataclass(frozen=True, slots=True)
class VerbGrammar:
    """A verb with its line in the help, the text of its own help, and its arguments in order."""

    name: str
    line: str
    about: str
    arguments: tuple[Argument, ...]

    @property
    def options(self) -> tuple[Argument, ...]:
        """Those with flags."""
        return tuple(argument for argument in self.arguments if argument.flags)

    @property
    def positionals(self) -> tuple[Argument, ...]:
        """Those without."""
        return tuple(argument for argument in self.arguments if not argument.flags)


def grammar() -> tuple[VerbGrammar, ...]:
    """All verbs, in the order of the help."""
    return tuple(_verb(name) for name in VERBS)


def _verb(name: str) -> VerbGrammar:
    parser = parser_for(name, module_of(name))
    return VerbGrammar(name, VERBS[name], parser.description or "", tuple(map(_argument, parser._actions)))


def _argument(action: argparse.Action) -> Argument:
    value = "" if action.nargs == 0 else str(action.metavar or action.dest)
    choices = tuple(map(str, action.choices)) if action.choices else ()
    flags = tuple(sorted(action.option_strings, key=len))
    required = not flags and action.nargs != "?"
    return Argument(flags, value, (action.help or "").replace("%%", "%"), choices, _PLACES.get(value, WORD), required)
