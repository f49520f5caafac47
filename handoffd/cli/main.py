"""Words in, exit code out. Only the module of the verb that was asked for is imported, and for the version next to nothing: it is what scripts and
prompts ask most."""

from __future__ import annotations

import os
import sys

from handoffd import __version__
from handoffd.cli.streams import ReaderGone, fill_streams, flush_out, write_out
from handoffd.model.errors import UsageError, UserError, refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from handoffd.cli.environment import Environment


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 fixable, 2 usage, 3 bug, 130 interrupted."""
    words = list(sys.argv[1:] if argv is None else argv)
    if sys.platform == "win32":
        sys.stderr.write("handoffd: Windows is not supported yet; WSL is.\n")
        return 1
    fill_streams()
    _insist_on_utf8()
    try:
        code = _dispatch(words)
        flush_out()
        return code
    except KeyboardInterrupt:
        return 130
    except ReaderGone:
        return 0
    except Exception as fault:
        return _complain(fault, words)


def _complain(fault: Exception, words: Sequence[str]) -> int:
    environment = _environment()
    if isinstance(fault, UserError):
        return environment.complain(fault)
    if isinstance(fault, MemoryError):
        return environment.complain(UserError("there is not enough memory", hint="ulimit -v shows a limit; free some and run it again"))
    # Wherever a full or broken disk shows itself: the person can mend that, and only that.
    refused = refusal(fault) if isinstance(fault, OSError) else None
    return environment.complain(refused) if refused else _bug(environment, words)


def _environment() -> Environment:
    from handoffd.cli.environment import Environment

    return Environment(os.environ)


def _insist_on_utf8() -> None:
    """git's paths are bytes, taken as UTF-8. In a locale of another encoding Python would look for other files: begin again in UTF-8 mode."""
    if sys.getfilesystemencoding() != "utf-8" and not sys.flags.utf8_mode:
        os.execv(sys.executable, [sys.orig_argv[0], "-X", "utf8", *sys.orig_argv[1:]])


def _dispatch(words: list[str]) -> int:
    if words[:1] in (["--version"], ["-V"]):
        write_out(f"handoffd {__version__}\n")
        return 0
    from handoffd.cli.verbs import module_of, overview, parser_for

    environment = _environment()
    at = _verb_in(words)
    if at is None and {"-h", "--help"} & set(words):
        overview().parse_args(words)
    verb = words[at] if at is not None else "overview"
    module = module_of(verb)
    args = parser_for(verb, module).parse_args(words if at is None else words[:at] + words[at + 1 :])
    environment.for_program = bool(getattr(args, "json", False))
    if args.C:
        environment.go(args.C)
    return module.run(args, environment)


def _verb_in(words: Sequence[str]) -> int | None:
    """Where the verb stands: the first word that is no option; `-C PATH` takes the word after it."""
    from handoffd.cli.verbs import VERBS

    skip = False
    for at, word in enumerate(words):
        if skip:
            skip = False
        elif word == "-C":
            skip = True
        elif not word.startswith("-"):
            if word not in VERBS:
                raise UsageError(f"there is no verb {word!r}", hint=_near(word))
            return at
    return None


def _near(word: str) -> str:
    import difflib

    from handoffd.cli.verbs import VERBS

    near = difflib.get_close_matches(word, VERBS, 1)
    return f"handoffd {near[0]}" if near else "handoffd --help"


def _bug(environment: Environment, words: Sequence[str]) -> int:
    """Our own fault: said as such, with a file fit for a report."""
    import traceback

    from handoffd.files.layout import BUG_LOG
    from handoffd.files.permissions import make_private
    from handoffd.model.redact import Redactor

    try:
        log = environment.state / BUG_LOG
        make_private(log.parent)
        said = Redactor(os.urandom(16)).text(f"handoffd {__version__} {list(words)!r}\n{traceback.format_exc()}")
        log.write_text(said, errors="backslashreplace")
        log.chmod(0o600)
        where = [f"the details are in {log}"]
    except (OSError, UserError):
        where = traceback.format_exc().splitlines()
    for line in (f"handoffd: a bug, not your mistake: {sys.exc_info()[1]!r}", *where):
        environment.talk(line)
    return 3
