from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from handoffd.model import facts
from handoffd.model.events import Event
from handoffd.model.redact import Redactor
from handoffd.sources.test_runs.formats.junit import parse
from handoffd.sources.test_runs.reports import Result, read
from handoffd.sources.test_runs.text_budget import TextBudget
from tests.sources import dialects

TREE = {
    "tests/files/test_config.py": "import x\n\n\n\n    def test_bad(a):\n        helper()\n\n    raise_it\n",
    "src/config.py": "1\n2\n",
    "tests/parser.test.ts": "1\n2\n3\n",
    "src/parser.ts": "1\n",
    "tests/sum.test.js": "1\n2\n",
    "src/sum.js": "1\n",
    "node_modules/jest/build/index.js": "1\n",
    "src/test/java/com/acme/BarTest.java": "1\n2\n3\n4\n",
    "src/main/java/com/acme/Bar.java": "1\n2\n3\n",
    "pkg/store/store_test.go": "1\n2\n3\n",
    "src/lib.rs": "1\n2\n3\n4\n",
    "tests/FooTest.php": "1\n2\n3\n4\n",
    "tests/math_test.cc": "1\n2\n3\n4\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in TREE.items():
        put(tmp_path, name, text)
    return tmp_path


def put(root: Path, name: str, text: str | bytes, at: float = 1000.0) -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    os.utime(file, (at, at))
    return file


def look(
    root: Path, seen: Mapping[str, Mapping[str, Any]] | None = None, *patterns: str, failing: tuple[str, ...] = (), since: float = 0.0
) -> Result:
    return read(root, patterns or ("junit.xml", "out/TEST-*.xml"), seen or {}, frozenset(failing), since, Redactor(b"key"))


def run_of(event: Event) -> facts.Test:
    assert isinstance(event.fact, facts.Test) and event.kind == "test"
    return event.fact


def told(root: Path, report: str) -> facts.Test:
    put(root, "junit.xml", report.replace("ROOT", str(root)))
    (event,) = look(root).events
    return run_of(event)


def brief(run: facts.Test) -> tuple[str, int, int, int]:
    return run.runner, run.passed, run.failed, run.skipped


def test_pytest(root: Path) -> None:
    run = told(root, dialects.PYTEST)
    assert brief(run) == ("pytest", 1, 3, 1) and run.duration == 0.25 and run.suites == () and run.report == "junit.xml"
    bad, raises, fixture = run.failures
    assert bad.id == "tests.files.test_config.TestLoad::test_bad[a-1]" and bad.name == "test_bad[a-1]"
    assert (bad.path, bad.line, bad.message) == ("tests/files/test_config.py", 5, "AssertionError: assert 1 == 2")
    assert bad.frames == (("tests/files/test_config.py", 6), ("src/config.py", 2))
    assert (raises.line, raises.message, raises.frames) == (0, "Failed: DID NOT RAISE ValueError", (("tests/files/test_config.py", 8),))
    assert fixture.message == "failed on setup with \"KeyError: 'x'\"" and fixture.path == "tests/files/test_config.py"


def test_a_line_of_pytest_that_does_not_hold_the_name_is_none(root: Path) -> None:
    assert told(root, dialects.PYTEST.replace('line="4"', 'line="3"')).failures[0].line == 0
    assert told(root, dialects.PYTEST.replace('line="4"', 'line="4000"')).failures[0].line == 0


def test_vitest(root: Path) -> None:
    run = told(root, dialects.VITEST)
    assert brief(run) == ("vitest", 1, 1, 1)
    assert [(suite.name, suite.passed, suite.failed, suite.skipped) for suite in run.suites] == [
        ("tests/parser.test.ts", 1, 1, 0),
        ("tests/other.test.ts", 0, 0, 1),
    ]
    (one,) = run.failures
    assert one.id == "tests/parser.test.ts::trim > returns all" and one.path == "tests/parser.test.ts" == one.suite
    assert one.message == "expected [] to have a length of 2 but got +0"
    assert one.frames == (("tests/parser.test.ts", 3), ("src/parser.ts", 1))


def test_jest(root: Path) -> None:
    run = told(root, dialects.JEST)
    assert brief(run) == ("jest", 1, 1, 0)
    assert run.failures[0].message == "Error: expect(received).toBe(expected)"
    assert run.failures[0].frames == (("tests/sum.test.js", 2), ("src/sum.js", 1)) and run.failures[0].path == "tests/sum.test.js"


def test_surefire(root: Path) -> None:
    run = told(root, dialects.SUREFIRE)
    assert brief(run) == ("surefire", 1, 1, 1) and run.duration == 1000.5
    (one,) = run.failures
    assert (one.path, one.message) == ("src/test/java/com/acme/BarTest.java", "boom")
    assert one.frames == (("src/test/java/com/acme/BarTest.java", 4), ("src/main/java/com/acme/Bar.java", 3))


def test_go(root: Path) -> None:
    run = told(root, dialects.GOTESTSUM)
    assert brief(run) == ("go test", 1, 1, 0)
    (one,) = run.failures
    assert (one.path, one.frames, one.message) == ("pkg/store/store_test.go", (("pkg/store/store_test.go", 3),), "got 1, want 2")


def test_nextest(root: Path) -> None:
    run = told(root, dialects.NEXTEST)
    assert brief(run) == ("nextest", 1, 1, 0)
    assert run.failures[0].frames[0] == ("src/lib.rs", 4) and run.failures[0].message == "assertion `left == right` failed"


def test_phpunit(root: Path) -> None:
    run = told(root, dialects.PHPUNIT)
    assert brief(run) == ("PHPUnit", 1, 1, 0)
    (one,) = run.failures
    assert (one.id, one.path, one.line) == ("Tests.FooTest::testBad", "tests/FooTest.php", 3)
    assert one.message == "Failed asserting that false is true." and one.frames == (("tests/FooTest.php", 4),)


def test_googletest(root: Path) -> None:
    run = told(root, dialects.GTEST)
    assert brief(run) == ("JUnit", 1, 1, 1) and run.failures[0].line == 4


def test_counts_that_only_the_suites_claim(root: Path) -> None:
    assert brief(told(root, dialects.CLAIMS)) == ("JUnit", 4, 2, 1)


def test_colours_and_long_messages_are_cut(root: Path) -> None:
    message = "#x1B[31mValueError: " + "é" * 900
    run = told(root, f'<testsuite name="a"><testcase name="t"><failure message="{message}"/></testcase></testsuite>')
    assert run.failures[0].message.startswith("ValueError: é") and len(run.failures[0].message) <= 300


def test_tests_of_one_name_stay_apart(root: Path) -> None:
    case = '<testcase classname="c" name="t"><failure message="m"/></testcase>'
    run = told(root, f"<testsuite>{case}{case}</testsuite>")
    assert [one.id for one in run.failures] == ["c::t", "c::t #2"]


def test_what_failed_before_and_passes_now(root: Path) -> None:
    put(root, "junit.xml", dialects.PYTEST)
    known = ("tests.files.test_config::test_load", "tests.files.test_config::test_raises", "tests.files.test_config::test_gone")
    assert run_of(look(root, failing=known).events[0]).fixed == ("tests.files.test_config::test_load",)


def test_a_report_is_told_once_and_again_when_it_is_written_again(root: Path) -> None:
    put(root, "junit.xml", dialects.VITEST, 1000.0)
    first = look(root)
    assert first.events[0].at == 1000.0 and look(root, first.seen) == Result((), first.seen)
    assert look(root).events[0].key == first.events[0].key
    put(root, "junit.xml", dialects.VITEST, 1060.0)
    again = look(root, first.seen)
    assert again.events[0].key != first.events[0].key and again.events[0].at == 1060.0


def test_a_report_older_than_the_first_look_is_only_noted(root: Path) -> None:
    put(root, "junit.xml", dialects.VITEST, 1000.0)
    first = look(root, since=2000.0)
    assert first.events == () and look(root, first.seen).events == ()


@pytest.mark.parametrize("cut", [1, 40, 300, 700])
def test_a_half_written_report_is_read_when_it_is_whole(root: Path, cut: int) -> None:
    put(root, "junit.xml", dialects.VITEST[:-cut])
    half = look(root)
    assert half.events == ()
    put(root, "junit.xml", dialects.VITEST, 1001.0)
    assert brief(run_of(look(root, half.seen).events[0])) == ("vitest", 1, 1, 1)


def test_files_of_one_run_are_one_run(root: Path) -> None:
    other = dialects.SUREFIRE.replace("BarTest", "QuxTest")
    put(root, "out/TEST-com.acme.BarTest.xml", dialects.SUREFIRE, 1000.0)
    put(root, "out/TEST-com.acme.QuxTest.xml", other, 1008.0)
    put(root, "out/TEST-com.acme.Old.xml", dialects.SUREFIRE, 400.0)
    old, run = look(root).events
    assert run_of(old).report == "out/TEST-com.acme.Old.xml" and old.at == 400.0
    assert brief(run_of(run)) == ("surefire", 2, 2, 2) and run.at == 1008.0 and run_of(run).report == "out"
    assert [suite.name for suite in run_of(run).suites] == ["com.acme.BarTest", "com.acme.QuxTest"]


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><testsuite name="&b;"><testcase name="t"/></testsuite>',
        '<!DOCTYPE t SYSTEM "file:///etc/passwd"><testsuite><testcase name="t"/></testsuite>',
        '<!DOCTYPE t><testsuite><testcase name="t"/></testsuite>',
        "<testsuite>" * 100 + "</testsuite>" * 100,
        "<coverage><testsuite><testcase/></testsuite></coverage>",
        "<testsuites/>",
        "<testsuite tests='0'/>",
        "",
        "{}",
        b"\xff\xfe\x00",
        b"<testsuite><testcase name='\xff'/></testsuite>",
        '<?xml version="1.0" encoding="no-such"?><testsuite><testcase/></testsuite>',
        "<testsuite><testcase name='a'/></testsuite><testsuite/>",
    ],
)
def test_what_is_no_report_or_a_trap_tells_nothing(root: Path, text: str | bytes) -> None:
    put(root, "junit.xml", text)
    first = look(root)
    assert first.events == () and look(root, first.seen).events == ()


def test_numbers_that_are_none(root: Path) -> None:
    put(root, "junit.xml", '<testsuite time="nan" tests="²"><testcase name="a" line="-1" time="inf"/></testsuite>')
    run = run_of(look(root).events[0])
    assert brief(run) == ("JUnit", 1, 0, 0) and run.duration == 0.0


def test_a_great_report_is_read_in_time(root: Path) -> None:
    texts = "x" * 100_000, "a/" * 50_000, ".a:1" * 25_000, "\n" * 100_000, "at a.a" * 16_000, 'File "' * 16_000
    cases = "".join(f'<testcase classname="c" name="t{n}"><failure message="m">{texts[n % 6]}</failure></testcase>' for n in range(100))
    many = "".join(f'<testcase classname="c" name="p{n}"/>' for n in range(100_000))
    put(root, "junit.xml", f"<testsuite>{cases}{many}</testsuite>")
    start = time.process_time()
    assert brief(run_of(look(root).events[0])) == ("JUnit", 100_000, 100, 0)
    assert time.process_time() - start < 6


def test_too_many_cases_are_refused(root: Path) -> None:
    put(root, "junit.xml", "<testsuite>" + "<testcase/>" * 200_001 + "</testsuite>")
    assert look(root).events == ()


def test_what_finds_no_room_is_counted_and_not_told_of() -> None:
    case = "<testcase classname='c' name='{}'><failure message='four'>trace</failure></testcase>"
    suites = "".join(f"<testsuite name='s{number}'>{case.format(number)}</testsuite>" for number in range(5))
    report = parse([f"<testsuites>{suites}</testsuites>".encode()], frozenset(), TextBudget(names=300, texts=15))
    assert report.counts.failed == 5 == sum(counts.failed for counts in report.suites.values())
    assert [(case.message, case.text) for case in report.failures] == [("four", "trace"), ("four", "tr")]
    assert list(report.suites) == ["s0", "s1", ""]


def test_one_look_has_one_room(root: Path) -> None:
    """The later of two reports finds what the first has left: its failures are counted."""
    case = f"<testcase classname='{'c' * 1000}' name='{{}}'><failure message='m'/></testcase>"
    put(root, "junit.xml", f"<testsuite>{''.join(case.format(number) for number in range(1500))}</testsuite>")
    put(root, "out/TEST-b.xml", f"<testsuite>{case.format('b')}</testsuite>", 2000.0)
    first, second = (run_of(event) for event in look(root).events)
    assert first.failed == 1500 and 500 < len(first.failures) < 1000
    assert (second.failed, second.failures) == (1, ())


def test_nothing_outside_and_nothing_but_files_is_read(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    put(outside, "junit.xml", dialects.VITEST)
    (root / "linked").symlink_to(outside)
    (root / "link.xml").symlink_to(outside / "junit.xml")
    os.mkfifo(root / "pipe.xml")
    (root / "folder.xml").mkdir()
    put(root, "deep/er/junit.xml", dialects.VITEST)
    patterns = (
        "linked/junit.xml",
        "*.xml",
        "pipe.xml",
        "**/junit.xml",
        "deep/**/junit.xml",
        f"../{outside.name}/junit.xml",
        f"{outside}/junit.xml",
        "a//b",
        "",
    )
    assert look(root, None, *patterns).events == ()
    assert len(look(root, None, "deep/*/junit.xml").events) == 1


def test_a_path_of_a_report_that_leads_outside_is_none(root: Path) -> None:
    case = '<testcase classname="../../etc/passwd" file="/etc/passwd" name="t" line="1"><failure message="m">File "/etc/passwd", line 1</failure></testcase>'
    (one,) = told(root, f"<testsuite>{case}</testsuite>").failures
    assert (one.path, one.line, one.frames) == ("", 0, ())


def test_frames_of_every_form(root: Path) -> None:
    text = f"""x (file://{root}/src/parser.ts:1:9) y
{root}/src/lib.rs:2:5
'src/config.py:1' [src/sum.js:1] src/none.py:4 http://a.b:80 12:30:45
File "{root}/src/config.py", line 2, in f"""
    (one,) = told(root, f"<testsuite><testcase name='t'><failure><![CDATA[{text}]]></failure></testcase></testsuite>").failures
    assert one.frames == (("src/parser.ts", 1), ("src/lib.rs", 2), ("src/config.py", 1), ("src/sum.js", 1), ("src/config.py", 2))


def test_a_runner_that_started_further_down(root: Path) -> None:
    put(root, "backend/tests/test_a.py", "def test_a(): pass\n")
    put(
        root,
        "backend/junit.xml",
        '<testsuite name="pytest"><testcase classname="tests.test_a" name="test_a"><failure message="m"/></testcase></testsuite>',
    )
    assert run_of(look(root, None, "*/junit.xml").events[0]).failures[0].path == "backend/tests/test_a.py"


def test_pytests_own_report_and_its_cache(root: Path) -> None:
    """The cache beside it has no count of what passed: it is no source."""
    import subprocess
    import sys

    put(
        root,
        "real/test_real.py",
        "import pytest\n\n\ndef test_good(): pass\n\n\ndef test_bad():\n    assert [1] == [2]\n\n\n@pytest.mark.skip\ndef test_off(): pass\n",
    )
    words = [sys.executable, "-m", "pytest", "-q", "-o", "junit_family=xunit1", "--junitxml=out.xml", "--rootdir=.", "-p", "no:xdist", "real"]
    done = subprocess.run(words, cwd=root, capture_output=True, check=False)
    assert done.returncode == 1 and (root / ".pytest_cache/v/cache/lastfailed").is_file()
    run = run_of(look(root, None, "out.xml", ".pytest_cache/v/cache/lastfailed").events[0])
    assert brief(run) == ("pytest", 1, 1, 1)
    assert (run.failures[0].path, run.failures[0].line, run.failures[0].frames) == ("real/test_real.py", 7, (("real/test_real.py", 8),))
    assert run.failures[0].message == "assert [1] == [2]"
