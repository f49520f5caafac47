"""What the prompt's line costs, against a shell that does nothing. The bar is a ratio of at most 2."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from measure import interleaved, report

SCRIPT = Path(__file__).resolve().parent.parent / "shell" / "handoffd-prompt"


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        below = Path(home) / "a" / "b" / "c"
        below.mkdir(parents=True)
        kept = Path(home) / ".git" / "handoffd"
        kept.mkdir(parents=True)
        (kept / "prompt").write_text("handoff 11-24 16:42 +7\n")

        def run(*command: str) -> None:
            subprocess.run(command, cwd=below, stdout=subprocess.DEVNULL, check=True)

        cases = {"sh -c :": lambda: run("sh", "-c", ":"), "handoffd-prompt": lambda: run(str(SCRIPT))}
        report(interleaved(cases, 200), "sh -c :", {"handoffd-prompt": 2.0})


if __name__ == "__main__":
    main()
