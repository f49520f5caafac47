"""JUnit XML as the runners really write it: pytest, vitest, jest-junit, surefire, Gradle, gotestsum, nextest, PHPUnit, mocha and kin.

The file is parsed as a stream, with caps on whatever could grow: bytes, elements, names, one tag, what is kept. A DOCTYPE (entities, bombs) is
refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from xml.parsers import expat

from handoffd.sources.test_runs.formats.format import (
    CASES,
    FAILURES,
    NAME,
    SUITES,
    TEXT,
    Case,
    Counts,
    Foreign,
    Format,
    Refused,
    Report,
    check_size,
    id_of,
)  # fmt: skip
from handoffd.sources.test_runs.runners import by_case, by_property, by_suite
from handoffd.sources.test_runs.text_budget import TextBudget

_ELEMENTS = 2_000_000
# The parser remembers each name of an element or attribute, and holds a tag or comment until its end.
_NAMES = 10_000
_TAG = 1024 * 1024
_FEED = 64 * 1024
_DEPTH = 64
_KEPT = frozenset({"name", "classname", "class", "file", "filepath", "line", "status", "result", "assertions", "time"})
_KEPT |= {"tests", "failures", "errors", "skipped", "disabled"}
_NOT_RUN = frozenset({"disabled", "notrun", "skipped", "ignored", "suppressed"})


def recognises(path: str, first: bytes) -> bool:
    """Any XML: other kinds of XML than JUnit's are found out by their root, and left alone."""
    return path.endswith(".xml") or first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def parse(pieces: Iterable[bytes], wanted: frozenset[str], budget: TextBudget) -> Report:
    """The report; `wanted` are the ids whose passing is of interest. Raises Refused."""
    reading = _Reading(wanted, budget)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = reading.start, reading.end, reading.characters
    fed = 0
    try:
        for part in _cut(pieces):
            parser.Parse(part, False)
            fed += len(part)
            _check(parser, fed)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as fault:
        raise Refused(str(fault)) from fault
    return reading.done()


def _cut(pieces: Iterable[bytes]) -> Iterable[bytes]:
    return (piece[start : start + _FEED] for piece in pieces for start in range(0, len(piece), _FEED))


def _check(parser: expat.XMLParserType, fed: int) -> None:
    """Refuse what the parser itself would keep in memory."""
    check_size(fed)
    if fed - parser.CurrentByteIndex > _TAG:
        raise Refused(f"a tag or comment is larger than {_TAG // 1024 // 1024} MB")
    if len(parser.intern) > _NAMES:
        raise Refused(f"more than {_NAMES} names of elements and attributes")


def _refuse_doctype(*_: object) -> None:
    raise Refused("it has a DOCTYPE")


class _Reading:
    """What is open while the file streams by."""

    def __init__(self, wanted: frozenset[str], budget: TextBudget) -> None:
        self.report = Report()
        self._wanted, self._budget = wanted, budget
        self._depth = self._elements = self._cases = self._opened = 0
        self._suites: list[Mapping[str, str]] = []
        self._root: Mapping[str, str] = {}
        # What the suites right below the root claim, together.
        self._claims, self._seconds = Counts(), 0.0
        self._case: Mapping[str, str] | None = None
        self._outcome = ""
        self._failure: Case | None = None
        self._text: list[str] | None = None
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._depth += 1
        if self._depth == 1 and name not in ("testsuites", "testsuite"):
            raise Foreign(f"<{name}>")
        self._elements = _most(_ELEMENTS, self._elements + 1, "elements")
        if self._depth > _DEPTH:
            raise Refused(f"nested deeper than {_DEPTH}")
        if name in ("testsuites", "testsuite"):
            self._open_suite(name, attributes)
        elif name == "testcase":
            self._case, self._outcome, self._failure = _kept(attributes), _said(attributes), None
        elif name in ("failure", "error") and self._case is not None:
            self._open_failure(attributes)
        elif name == "skipped" and self._outcome != "failed":
            self._outcome = "skipped"
        elif name == "property":
            self.report.runner = self.report.runner or by_property(attributes.get("name", ""))

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        self._depth -= 1
        if name == "testsuite" and self._suites:
            self._suites.pop()
        elif name in ("failure", "error") and self._text is not None:
            if self._failure is not None and not self._failure.text:
                self._failure.text = "".join(self._text)
            self._text = None
        elif name == "testcase" and self._case is not None:
            self._count(self._case)
            self._case = None

    def characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(self._budget.text(text, TEXT - self._length))
            self._length += len(self._text[-1])

    def done(self) -> Report:
        """The report, its counts from the cases; where it has none, those that its suites claim."""
        report = self.report
        if not self._cases:
            report.counts = self._claims
            if "tests" in self._root:
                report.counts = Counts()
                _add_claim(report.counts, self._root)
        report.duration = _seconds(self._root) if "time" in self._root else self._seconds
        return report

    def _open_suite(self, kind: str, attributes: Mapping[str, str]) -> None:
        self.report.runner = self.report.runner or by_suite(attributes)
        self._opened = _most(SUITES, self._opened + 1, "suites")
        kept = _kept(attributes)
        if self._depth == 1:
            self._root = kept
        elif self._depth == 2:
            _add_claim(self._claims, kept)
            self._seconds += _seconds(kept)
        if kind == "testsuite":
            self._suites.append(kept)

    def _open_failure(self, attributes: Mapping[str, str]) -> None:
        self._outcome = "failed"
        if self._failure is not None or self._case is None or len(self.report.failures) >= FAILURES:
            return
        names = tuple(suite.get("name", "") for suite in self._suites)
        if self._budget.name(*self._case.values(), *names[-1:]):
            files = tuple(suite.get("file") or suite.get("filepath") or "" for suite in self._suites)
            self._text, self._length = [], 0
            message = self._budget.text(attributes.get("message", ""), TEXT)
            self._failure = Case(self._case, names, files, message, attributes.get("type", "")[:NAME])

    def _count(self, case: Mapping[str, str]) -> None:
        self._cases = _most(CASES, self._cases + 1, "test cases")
        names = tuple(suite.get("name", "") for suite in self._suites[-1:])
        for counts in self.report.counts, self._of_suite(*names):
            setattr(counts, self._outcome, getattr(counts, self._outcome) + 1)
        if self._outcome == "failed" and self._failure is not None:
            self.report.failures.append(self._failure)
        self.report.runner = self.report.runner or by_case(case)
        if self._outcome == "passed" and self._wanted:
            self.report.passed |= {id_of(case, names)} & self._wanted

    def _of_suite(self, name: str = "") -> Counts:
        suites = self.report.suites
        return suites[name] if name in suites else suites.setdefault(name if self._budget.name(name) else "", Counts())


def _most(most: int, number: int, what: str) -> int:
    if number > most:
        raise Refused(f"more than {most} {what}")
    return number


def _kept(attributes: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value[:NAME] for name, value in attributes.items() if name in _KEPT}


def _said(attributes: Mapping[str, str]) -> str:
    said = (attributes.get("status", "").lower(), attributes.get("result", "").lower())
    return "skipped" if _NOT_RUN.intersection(said) else "passed"


def _add_claim(counts: Counts, suite: Mapping[str, str]) -> None:
    failed = _number(suite, "failures") + _number(suite, "errors")
    skipped = _number(suite, "skipped") + _number(suite, "disabled")
    counts.failed += failed
    counts.skipped += skipped
    counts.passed += max(0, _number(suite, "tests") - failed - skipped)


def _number(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _seconds(attributes: Mapping[str, str]) -> float:
    try:
        seconds = float(attributes.get("time", "").replace(",", ""))
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds >= 0 else 0.0


FORMAT = Format("JUnit", recognises, parse)
