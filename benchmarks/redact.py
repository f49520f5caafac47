"""Redaction: how fast it is, and what it takes out of real history.

    python benchmarks/redact.py                                   lines a second, as a ratio to one regular expression over the same lines
    python benchmarks/redact.py --judge REPOSITORY... [--lines N]  every hit in the newest N messages' lines, N changed lines and N paths of
                                                                   each repository (default 10,000 each), for a person to judge

The bar is 20,000 lines a second on one core.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from measure import interleaved, report

from handoffd.model.redact import Redactor

TOP = Path(__file__).resolve().parent.parent
ROUNDS = 15
WHAT = {
    "messages": ["log", "--format=%B"],
    "diff": ["log", "-p", "--no-color", "--no-ext-diff", "--no-textconv", "--format="],
    "paths": ["log", "--name-only", "--format="],
}


class Shower(Redactor):
    """Says what it takes out."""

    def __init__(self, source: str) -> None:
        super().__init__(b"corpus")
        self.source, self.line = source, ""

    def _mark(self, kind: str, secret: str) -> str:
        print(f"{self.source}\t{kind}\t{secret!r}\t{self.line.strip()[:240]!r}")
        return super()._mark(kind, secret)


def lines(repository: Path, words: list[str]) -> Iterator[str]:
    """What git says, a line at a time."""
    process = subprocess.Popen(["git", "-C", str(repository), *words], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as out:
        for raw in out:
            yield raw.decode("utf-8", "surrogateescape").rstrip("\n")
        process.kill()
    process.wait()


def changed(said: Iterator[str]) -> Iterator[str]:
    """Added and removed lines of a diff without their sign."""
    return (line[1:] for line in said if line[:1] in "+-" and not line.startswith(("+++ ", "--- ")))


def judge(repositories: list[Path], most: int) -> None:
    read = hits = 0
    for repository in repositories:
        for name, words in WHAT.items():
            said = (line for line in lines(repository, words) if line.strip())
            said = changed(said) if name == "diff" else iter(dict.fromkeys(said)) if name == "paths" else said
            shower = Shower(f"{repository} {name}")
            for line in islice(said, most):
                shower.line = line
                shower.text(line)
                read += 1
            hits += shower.count
    print(f"{read} lines, {hits} hits")


def speed() -> None:
    """On the lines of this project's own sources, tests and pages."""
    files = [file for folder in ("handoffd", "tests", "docs") for file in sorted((TOP / folder).rglob("*")) if file.suffix in (".py", ".md")]
    text = [line for file in files for line in file.read_text(encoding="utf-8").split("\n")]
    redactor, one = Redactor(b"benchmark"), re.compile("password|token", re.I)

    def redact() -> None:
        for line in text:
            redactor.text(line)

    def search() -> None:
        for line in text:
            one.search(line)

    times = interleaved({"one search": search, "redact": redact}, ROUNDS)
    report(times, "one search", {})
    print(f"{len(text)} lines, {len(text) / statistics.median(times['redact']) * 1000:,.0f} lines a second (bar 20,000)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", nargs="+", type=Path, metavar="REPOSITORY")
    parser.add_argument("--lines", type=int, default=10_000, metavar="N")
    args = parser.parse_args()
    if args.judge:
        judge(args.judge, args.lines)
    else:
        speed()


if __name__ == "__main__":
    main()
