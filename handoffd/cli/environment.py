"""What a verb sees of the outside: variables, current directory, the two streams, the clock."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from handoffd.cli.streams import flush_out, write_error, write_out
from handoffd.model.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from typing import Any

    from handoffd.files.config import Settings
    from handoffd.model.progress import Progress
    from handoffd.pipeline.workspace import Workspace


LONGEST = 2000


class Environment:
    """stdout is the result, stderr is talk. Colour only on a terminal and never with NO_COLOR. `for_program`: JSON was asked for."""

    for_program = False

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self._lost = not _cwd_exists()
        self.cwd = Path("/") if self._lost else Path(os.getcwd())
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")

    def go(self, path: str) -> None:
        """`-C PATH`."""
        target = self.cwd / path
        self._lost = self._lost and not os.path.isabs(path)
        if not target.is_dir():
            raise UserError(f"{path} is no folder", hint="handoffd -C FOLDER VERB")
        self.cwd = target

    @property
    def state(self) -> Path:
        """The user's state folder for this host. Raises UserError where it is not this user's alone."""
        from handoffd.files.registry import require_ours

        require_ours(self.state_place)
        return self.state_place

    @property
    def state_place(self) -> Path:
        """Where the state folder is or will be, also where it is another user's."""
        from handoffd.files.registry import state_dir

        return state_dir(self.env)

    @property
    def colour(self) -> bool:
        return sys.stdout.isatty() and not self.env.get("NO_COLOR") and self.env.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """Columns of the terminal. Where there is none a program may search the lines: they are neither wrapped nor cut before LONGEST."""
        if not sys.stdout.isatty():
            return LONGEST
        import shutil

        return shutil.get_terminal_size((200, 50)).columns

    def now(self) -> float:
        """UTC epoch seconds."""
        return time.time()

    def settings(self) -> Settings:
        """The checked settings; ConfigError names every mistake of the file."""
        from handoffd.files.config import default_path, load

        return load(default_path(self.env))

    def place(self, path: str | None = None) -> Workspace:
        """The watched worktree at `path` or at the current directory."""
        from handoffd.pipeline.workspace import open_place

        return open_place(self.folder(path), self.settings(), self.env)

    def folder(self, path: str | None = None) -> Path:
        """`path`, or the current directory."""
        if self._lost and not os.path.isabs(path or ""):
            raise UserError("the current folder is not there any more", hint="cd to a folder that is there")
        return self.cwd / path if path else self.cwd

    def has_journal(self, common_dir: Path) -> bool:
        """Whether the repository is watched: its journal is there. Nothing is opened."""
        from handoffd.files.layout import JOURNAL
        from handoffd.files.mounts import is_network_fs
        from handoffd.journal.store import journal_folder

        return (journal_folder(common_dir, self.state_place, is_network_fs(common_dir)) / JOURNAL).exists()

    def print(self, text: str) -> None:
        """A line of the result: whatever is in it, it stays one line without escapes."""
        if not (text.isascii() and text.isprintable()):
            from handoffd.model.text import terminal

            text = terminal(text)
        write_out(text + "\n")

    def lines(self, text: str) -> None:
        """Lines of the result, encoded when they were made: what output/ renders, our own colours in it."""
        from handoffd.model.text import screen

        write_out(screen(text) + "\n")

    def path(self, path: str) -> None:
        """A path as the result: exact for a program that reads it, encoded for a person."""
        if sys.stdout.isatty():
            self.print(path)
        else:
            write_out(path + "\n")

    def progress(self) -> AbstractContextManager[Progress]:
        """What long work reports to while it goes on; a person at a terminal sees it. Nothing may be printed meanwhile."""
        from contextlib import nullcontext

        from handoffd.model.progress import silent

        if self.for_program:
            return nullcontext(silent)
        from handoffd.cli.progress import progress

        return progress(self.env)

    def json(self, value: Any) -> None:
        """A line of the result for programs; lone surrogates stay as \\udcXX."""
        import json

        write_out(json.dumps(value, ensure_ascii=True) + "\n")

    def flush(self) -> None:
        """Write now what was printed."""
        flush_out()

    def talk(self, text: str) -> None:
        """A line to the person, or to a log: one line without escapes and without secrets."""
        from handoffd.model.redact import Redactor
        from handoffd.model.text import terminal

        # There is no journal's key here, and nobody has to recognise the secret again.
        write_error(terminal(Redactor(os.urandom(16)).text(text), LONGEST) + "\n")

    def complain(self, mistake: UserError) -> int:
        """Say what is wrong and what to do."""
        first, *more = str(mistake).split("\n")
        for line in (f"handoffd: {first}", *(f"  {line}" for line in more), *([f"hint: {mistake.hint}"] if mistake.hint else ())):
            self.talk(line)
        return mistake.code


def _cwd_exists() -> bool:
    try:
        os.getcwd()
    except OSError:
        return False
    return True
