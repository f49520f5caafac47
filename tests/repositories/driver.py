"""Run several commands of handoffd one after the other in this process: `driver.py with|without '[["init"], ["flush"]]'`.

Prints a list of [exit code, stdout, stderr]. `without` makes pygit2 refuse every repository, as it does for a format it does not know.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Sequence

import pygit2

from handoffd.cli.main import main


class Refusing:
    """Stands for `pygit2.Repository`."""

    def __init__(self, *_words: object) -> None:
        raise pygit2.GitError("refused by the test")


def run(words: Sequence[str]) -> tuple[int, str, str]:
    """One command as it would run by itself."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    return code, out.getvalue(), err.getvalue()


def run_all(words: Sequence[str]) -> int:
    if words[0] == "without":
        pygit2.Repository = Refusing  # type: ignore[misc,assignment]
    sys.stdout.write(json.dumps([run(each) for each in json.loads(words[1])]))
    return 0


if __name__ == "__main__":
    run_all(sys.argv[1:])
