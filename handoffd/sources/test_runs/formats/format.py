"""What a report format is, what it reads out of a file, and the limits that hold for every format.

To add a format, write one file here with a `FORMAT`, and add a row to `all_formats.py`.

A report is somebody else's text. A format reads it piece by piece and keeps to the limits below, so that no file costs more than some ten MB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from handoffd.model.records import dataclass, field
from handoffd.sources.test_runs.text_budget import TextBudget

BYTES = 64 * 1024 * 1024
CASES = 200_000
SUITES = 20_000
FAILURES = 2000
TEXT = 64 * 1024
NAME = 1000


class Refused(Exception):
    """The file is not whole yet, not well formed, or not one that is read: too big, too deep, with a DOCTYPE. The message says which."""


class Foreign(Refused):
    """A file of another kind, such as coverage. Nothing is wrong with it, so it is not reported."""


@dataclass(slots=True)
class Case:
    """One failing test as the report has it: the attributes of the test, the names of the suites around it (outermost first) with their files.

    The attributes are named as in JUnit XML: name, classname or class, file, line."""

    attributes: Mapping[str, str]
    suites: tuple[str, ...]
    files: tuple[str, ...]
    message: str = ""
    type: str = ""
    text: str = ""


@dataclass(slots=True)
class Counts:
    """Of one suite, or of all."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def all(self) -> int:
        """How many tests are counted."""
        return self.passed + self.failed + self.skipped


@dataclass(slots=True)
class Report:
    """A whole report. `runner` is '' where the file does not say who wrote it. `suites` are the innermost ones by name, in order. `passed` are the
    ids, of those that were asked for, whose tests passed."""

    runner: str = ""
    counts: Counts = field(default_factory=Counts)
    suites: dict[str, Counts] = field(default_factory=dict)
    failures: list[Case] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    duration: float = 0.0


@dataclass(frozen=True, slots=True)
class Format:
    """`name` stands for the runner where nothing else names it. `recognises` is asked with the path and the first bytes of a file. `parse` takes the
    bytes in pieces, the ids whose passing is of interest, and what may still be kept of texts; it raises Refused."""

    name: str
    recognises: Callable[[str, bytes], bool]
    parse: Callable[[Iterable[bytes], frozenset[str], TextBudget], Report]


def id_of(attributes: Mapping[str, str], suites: tuple[str, ...]) -> str:
    """What names a test from run to run: classname::name, else file::name, else suite::name."""
    place = attributes.get("classname") or attributes.get("class") or attributes.get("file") or (suites[-1] if suites else "")
    name = attributes.get("name", "")
    return f"{place}::{name}" if place else name


def check_size(size: int) -> None:
    """Raise Refused for a file of more bytes than are read."""
    if size > BYTES:
        raise Refused(f"larger than {BYTES // 1024 // 1024} MB")
