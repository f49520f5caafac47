"""Words in, exit code out. Only the module of the verb that was asked for is imported."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from handoffd import __version__
from handoffd.cli.world import World
from handoffd.model.errors import UsageError, UserError

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
    "doctor": "check that everything works and tell the remedy",
}


class Verb(Protocol):
    """What a verb's module offers."""

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace, world: World) -> int: ...


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(message, hint=f"{self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 mendable, 2 usage, 3 bug, 130 interrupted."""
    words = list(sys.argv[1:] if argv is None else argv)
    if sys.platform == "win32":
        sys.stderr.write("handoffd: Windows is not supported yet; WSL is.\n")
        return 1
    world = World(os.environ)
    try:
        code = _dispatch(words, world)
        sys.stdout.flush()
        return code
    except UserError as mistake:
        return world.complain(mistake)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (head, a pager) has gone: not a fault. stdout is pointed away so that the interpreter's last flush is quiet too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        return _bug(world, words)


def _dispatch(words: list[str], world: World) -> int:
    if words[:1] in (["--version"], ["-V"]):
        world.print(f"handoffd {__version__}")
        return 0
    name = _verb_of(words)
    if name is None:
        _overview().parse_args(words)
        _overview().print_help(sys.stderr)
        return 2
    module = importlib.import_module(f"handoffd.cli.{name}")
    parser = parser_for(name, module)
    args = parser.parse_args([word for at, word in enumerate(words) if at != words.index(name)])
    if args.C:
        world.go(Path(args.C))
    code: int = module.run(args, world)
    return code


def _verb_of(words: Sequence[str]) -> str | None:
    """The first word that is no option; `-C PATH` takes the word after it."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word == "-C":
            skip = True
        elif not word.startswith("-"):
            if word not in VERBS:
                raise UsageError(f"there is no verb {word!r}", hint=_near(word))
            return word
    return None


def _near(word: str) -> str:
    import difflib

    near = difflib.get_close_matches(word, VERBS, 1)
    return f"handoffd {near[0]}" if near else "handoffd --help"


def parser_for(name: str, module: Verb) -> argparse.ArgumentParser:
    """The verb's own parser; its docstring is the text of its help."""
    about = (module.__doc__ or "").strip()
    parser = _Parser(prog=f"handoffd {name}", description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-C", metavar="PATH", help="work in PATH instead of the current directory")
    module.arguments(parser)
    return parser


def _overview() -> argparse.ArgumentParser:
    lines = "\n".join(f"  {name:<9}{about}" for name, about in VERBS.items())
    about = f"Pick work up where it was left.\n\nverbs:\n{lines}\n\nhandoffd VERB --help tells more."
    usage = "handoffd [-C PATH] VERB ... [--json]"
    parser = _Parser(prog="handoffd", usage=usage, description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-C", metavar="PATH", help="work in PATH instead of the current directory")
    parser.add_argument("--version", action="store_true", help="print the version")
    return parser


def _bug(world: World, words: Sequence[str]) -> int:
    """Our own fault: said as such, with a file fit for a report."""
    log = world.state / "bug.log"
    try:
        log.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        log.write_text(f"handoffd {__version__} {list(words)!r}\n{traceback.format_exc()}", errors="backslashreplace")
        log.chmod(0o600)
        where = f"the details are in {log}"
    except OSError:
        where = traceback.format_exc()
    world.talk(f"handoffd: a bug, not your mistake: {sys.exc_info()[1]!r}\n{where}")
    return 3
