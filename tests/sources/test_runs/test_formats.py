"""Report formats and runners: one file and one row each."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

from handoffd.files.config import Settings
from handoffd.model.facts import Test
from handoffd.model.redact import Redactor
from handoffd.sources.test_runs.formats import all_formats
from handoffd.sources.test_runs.formats.format import Case, Counts, Format, Refused, Report
from handoffd.sources.test_runs.report_files import format_of
from handoffd.sources.test_runs.report_places import patterns, report_folders
from handoffd.sources.test_runs.reports import read, refused
from handoffd.sources.test_runs.runners import by_case, by_path, by_property, by_suite, counts_lines_from_zero
from handoffd.sources.test_runs.text_budget import TextBudget


def parse_lines(pieces: Iterable[bytes], wanted: frozenset[str], budget: TextBudget) -> Report:
    """A format of the test's own: a JSON object, name of a test to whether it passed. Reads no more than the first piece."""
    tests = json.loads(next(iter(pieces)))
    failures = [Case({"name": name, "file": "tests/test_a.py"}, (), ()) for name, passed in tests.items() if not passed]
    return Report(counts=Counts(passed=len(tests) - len(failures), failed=len(failures)), failures=failures)


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    """The format as one file and one row."""
    module = ModuleType("handoffd.sources.test_runs.formats.lines")
    module.FORMAT = Format("lines", lambda path, first: path.endswith(".json") and first.startswith(b"{"), parse_lines)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(all_formats, "ROWS", (*all_formats.ROWS, all_formats.Row("lines", places=("build/lines/*.json",))))


@pytest.mark.usefixtures("added")
def test_a_format_is_added_as_one_file_and_one_row(tmp_path: Path) -> None:
    (tmp_path / "build/lines").mkdir(parents=True)
    (tmp_path / "build/lines/a.json").write_text(json.dumps({"one": True, "two": False}) + " " * 600_000)
    (tmp_path / "junit.xml").write_text('<testsuite><testcase name="a"/></testsuite>')
    found = read(tmp_path, patterns(Settings(reports=("junit.xml",))), {}, frozenset(), 0.0, Redactor(b"key"))
    runs = {fact.runner: fact for event in found.events if isinstance(fact := event.fact, Test)}
    assert (runs["lines"].passed, runs["lines"].failed, runs["lines"].failures[0].id) == (1, 1, "tests/test_a.py::two")
    assert runs["JUnit"].passed == 1 and report_folders(Settings(reports=())) == (Path("build/lines"),)
    other = json.dumps({"one": True, "two": False}) + " " * 599_999 + "\n"
    (tmp_path / "build/lines/a.json").write_text(other)
    again = read(tmp_path, patterns(Settings(reports=())), {}, frozenset(), 0.0, Redactor(b"key"))
    assert again.events[0].key.split(":")[2] != found.events[0].key.split(":")[2], "the digest is of all bytes"


def test_a_file_in_no_known_format_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text("1..2\nok 1\n")
    found = read(tmp_path, ("out.txt",), {}, frozenset(), 0.0, Redactor(b"key"))
    assert found.events == () and refused(found.seen) == ["out.txt: not read: it is in no report format that is known"]


@pytest.mark.parametrize(
    ("path", "first"), [("junit.xml", b""), ("junit.xml", b"\xff\xfe<\0"), ("out", b"<testsuite/>"), ("out", b"\xef\xbb\xbf\n <a/>")]
)
def test_junit_takes_what_is_named_or_begins_as_xml(path: str, first: bytes) -> None:
    assert format_of(path, first).name == "JUnit"


@pytest.mark.parametrize("first", [b"", b"{}", b"TAP version 14\n"])
def test_junit_takes_nothing_else(first: bytes) -> None:
    with pytest.raises(Refused):
        format_of("out", first)


def test_runners_are_known_by_their_marks() -> None:
    assert [by_suite({"name": name}) for name in ("pytest", "Jest tests", "jester", "nextest-run", "")] == ["pytest", "jest", "", "nextest", ""]
    assert by_suite({"name": "com.acme", "xsi:noNamespaceSchemaLocation": "https://x/surefire-test-report.xsd"}) == "surefire"
    assert (by_property("go.version"), by_property("java.version")) == ("go test", "")
    assert (by_case({"class": "A", "assertions": "1", "name": "t"}), by_case({"class": "A"})) == ("PHPUnit", "")
    assert (by_path("build/test-results/test/a.xml"), by_path("test-results/a.xml")) == ("gradle", "")
    assert counts_lines_from_zero("pytest") and not counts_lines_from_zero("vitest")
