"""Run as a program: verbs over one worktree, in one process, as the installed command would (no folder of the tree is searched for modules).

python -P verbs.py WORKTREE LINE...
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys

from handoffd.cli.main import main

LINES = (
    "now", "init --dry-run", "init", "completion bash", "prompt", "run true", "status", "status --json", "doctor", "log --json", "flush --dry-run", "note todo go-on", "flush -m words", "resume",
    "resume --command", "show", "show --json", "list", "overview", "search words", "why words", "drop words", "flush --trigger pre-push", "prune --before 30d", "init", "uninit",
)  # fmt: skip
FEW = ("now", "init", "status", "doctor", "flush -m words", "resume", "uninit")


def run(line: str) -> tuple[str, int, str]:
    """The line, its exit code, and what it said to the person."""
    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        code = main(line.split())
    return line, code, said.getvalue()


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    sys.stdout.write(json.dumps([run(line) for line in sys.argv[2:]]))
