"""What the post-commit hook costs: commits with our hook against commits without, interleaved, in one run.

Prints medians in milliseconds, their spread (quartiles) and the ratio. The bar is a ratio of at most 1.35.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

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


def commit(folder: Path) -> float:
    """Milliseconds of one empty commit."""
    before = time.perf_counter()
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    return (time.perf_counter() - before) * 1000


def main() -> None:
    os.environ["GIT_CONFIG_NOSYSTEM"], os.environ["GIT_CONFIG_GLOBAL"] = "1", os.devnull
    with tempfile.TemporaryDirectory() as home:
        folders = {"none": repository(Path(home) / "none", False), "ours": repository(Path(home) / "ours", True)}
        times: dict[str, list[float]] = {name: [] for name in folders}
        for _ in range(ROUNDS):
            for name, folder in folders.items():
                times[name].append(commit(folder))
    for name, values in times.items():
        low, middle, high = statistics.quantiles(values, n=4)
        print(f"{name}: median {middle:.2f} ms (quartiles {low:.2f} to {high:.2f})")
    print(f"ratio {statistics.median(times['ours']) / statistics.median(times['none']):.2f} (bar 1.35)")


if __name__ == "__main__":
    main()
