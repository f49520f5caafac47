"""What the post-commit hook costs: commits with our hook against commits without, interleaved, in one run.

Prints medians in milliseconds, their spread (quartiles) and the ratio. The bar is a ratio of at most 1.35.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from measure import interleaved, report

ROUNDS = 60
TOP = Path(__file__).resolve().parent.parent


def repository(folder: Path, hook: bool) -> Path:
    """Fifty files, one commit; with `hook` ours and a spool."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    for number in range(50):
        (folder / f"f{number}.txt").write_text("x\n" * 50)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    if hook:
        shutil.copy2(TOP / "hooks" / "post-commit", folder / ".git" / "hooks" / "post-commit")
        spool = folder / ".git" / "handoffd" / "spool"
        spool.parent.mkdir()
        spool.touch()
    return folder


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=folder, check=True)


def main() -> None:
    os.environ["GIT_CONFIG_NOSYSTEM"], os.environ["GIT_CONFIG_GLOBAL"] = "1", os.devnull
    with tempfile.TemporaryDirectory() as home:
        folders = {"none": repository(Path(home) / "none", False), "ours": repository(Path(home) / "ours", True)}
        cases = {name: partial(git, folder, "commit", "-q", "--allow-empty", "-m", "x") for name, folder in folders.items()}
        report(interleaved(cases, ROUNDS), "none", {"ours": 1.35})


if __name__ == "__main__":
    main()
