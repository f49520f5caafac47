"""A person at a terminal: an interactive shell on a pty of its own."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 30.0


class Shell:
    """An interactive bash on a terminal of its own."""

    def __init__(self, folder: Path, term: str) -> None:
        self.said = b""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "--noediting", "-i"], {**os.environ, "PS1": "ready> ", "TERM": term})
        self.expect("ready> ")

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def line(self, *words: str) -> None:
        """A command, not echoed as one word so that what it prints is not mistaken for it."""
        self.type(shlex.join(words) + "\n")

    def expect(self, pattern: str) -> re.Match[str]:
        """Read until it is said; what was said before it is forgotten."""
        end = time.monotonic() + SECONDS
        while True:
            found = re.search(pattern, self.said.decode("utf-8", "replace"))
            if found:
                self.said = self.said.decode("utf-8", "replace")[found.end() :].encode()
                return found
            assert time.monotonic() < end and select.select([self.master], [], [], end - time.monotonic())[0], f"no {pattern!r} in {self.said!r}"
            self.said += os.read(self.master, 65536)

    def before(self, pattern: str) -> str:
        """Read until it is said, and return what was said before it."""
        found = self.expect(pattern)
        return found.string[: found.start()]

    def end(self) -> None:
        os.kill(self.pid, signal.SIGHUP)
        os.close(self.master)
        os.waitpid(self.pid, 0)


@contextmanager
def shell(folder: Path, term: str = "dumb") -> Iterator[Shell]:
    one = Shell(folder, term)
    try:
        yield one
    finally:
        one.end()
