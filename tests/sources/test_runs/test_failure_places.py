"""From a report's failing case to a place in the worktree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoffd.model.facts import Failure
from handoffd.sources.test_runs.failure_places import FRAMES, MESSAGE, Tree, failure_of, message_of
from handoffd.sources.test_runs.formats.junit import Case

FILES = {
    "src/config.py": "1\n2\n",
    "tests/test_config.py": "import x\n\ndef test_bad():\n    helper()\n",
    "node_modules/jest/index.js": "1\n",
    "src/test/java/com/acme/BarTest.java": "1\n2\n3\n",
    "web/test/sum.test.js": "1\n2\n3\n",
    "pkg/store/store_test.go": "1\n2\n3\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def case(text: str = "", message: str = "", type: str = "", suites: tuple[str, ...] = (), files: tuple[str, ...] = (), **attributes: str) -> Case:
    return Case({"name": "test_bad", **attributes}, suites, files, message, type, text)


def failure(root: Path, one: Case, runner: str = "pytest", folder: str = "") -> Failure:
    return failure_of(one, Tree(root, folder), runner)


def test_what_names_the_test_and_its_suite(root: Path) -> None:
    found = failure(root, case(classname="tests.test_config", suites=("all", "unit")))
    assert (found.id, found.name, found.suite) == ("tests.test_config::test_bad", "test_bad", "unit")


@pytest.mark.parametrize(
    ("attributes", "path"),
    [
        ({"file": "tests/test_config.py"}, "tests/test_config.py"),
        ({"file": "./tests/test_config.py"}, "tests/test_config.py"),
        ({"classname": "tests.test_config.TestLoad"}, "tests/test_config.py"),
        ({"classname": "com.acme.BarTest$Inner"}, "src/test/java/com/acme/BarTest.java"),
        ({"file": "gone.py", "classname": "nowhere.Test"}, ""),
        ({"file": "../" * 3 + "etc/passwd"}, ""),
        ({"file": "tests"}, ""),
        ({"file": "a\0b"}, ""),
    ],
)
def test_the_file_of_the_test(root: Path, attributes: dict[str, str], path: str) -> None:
    assert failure(root, case(**attributes)).path == path


def test_a_file_of_the_suites_and_absolute_ones(root: Path) -> None:
    assert failure(root, case(files=("tests/test_config.py",))).path == "tests/test_config.py"
    assert failure(root, case(file=str(root / "src/config.py"))).path == "src/config.py"
    assert failure(root, case(file=f"file://{root}/src/config.py")).path == "src/config.py"


def test_a_runner_that_was_started_further_down(root: Path) -> None:
    found = failure(root, case("at test/sum.test.js:2:1", file="test/sum.test.js", line="3"), "jest", "web/reports")
    assert (found.path, found.line, found.frames) == ("web/test/sum.test.js", 3, (("web/test/sum.test.js", 2),))


def test_the_test_file_of_the_trace_where_the_report_names_none(root: Path) -> None:
    assert failure(root, case("tests/test_config.py:4: in test_bad\nsrc/config.py:2: ValueError")).path == "tests/test_config.py"


def test_frames_are_those_of_the_worktree_outermost_first(root: Path) -> None:
    text = (
        'File "tests/test_config.py", line 4\nFile "/usr/lib/x.py", line 9\nFile "node_modules/jest/index.js", line 1\nFile "src/config.py", line 2'
    )
    assert failure(root, case(text)).frames == (("tests/test_config.py", 4), ("src/config.py", 2))


def test_a_trace_that_is_written_innermost_first_is_turned_round(root: Path) -> None:
    text = "Error: x\n    at f (src/config.py:2:1)\n    at Object.<anonymous> (tests/test_config.py:4:3)"
    assert failure(root, case(text)).frames == (("tests/test_config.py", 4), ("src/config.py", 2))


def test_frames_of_java_and_of_a_go_package(root: Path) -> None:
    java = failure(root, case("\tat com.acme.BarTest.works(BarTest.java:2)\n\tat java.base/x(Y.java:1)"), "surefire")
    assert java.frames == (("src/test/java/com/acme/BarTest.java", 2),)
    go = failure(root, case("    store_test.go:3: wrong", classname="example.com/mod/pkg/store"), "go")
    assert go.frames == (("pkg/store/store_test.go", 3),)


def test_a_frame_twice_in_a_row_counts_once_and_there_is_an_end(root: Path) -> None:
    text = "src/config.py:1: a\nsrc/config.py:1: b\n"
    assert failure(root, case(text)).frames == (("src/config.py", 1),)
    assert len(failure(root, case("".join(f"src/config.py:{n}: x\n" for n in range(1, 200)))).frames) == FRAMES


@pytest.mark.parametrize(
    ("runner", "line", "found"), [("pytest", "2", 3), ("pytest", "0", 0), ("jest", "3", 3), ("jest", "99", 0), ("jest", "x", 0), ("jest", "²", 0)]
)
def test_the_reports_line(root: Path, runner: str, line: str, found: int) -> None:
    """pytest counts from 0, and its line is kept where the test's name stands."""
    assert failure(root, case(file="tests/test_config.py", line=line), runner).line == found


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (case("text", "assert 1 == 2\n +more"), "assert 1 == 2"),
        (case("\n--- FAIL: x\n    a_test.go:5: want 3", "Failed"), "want 3"),
        (case("", "", "ValueError"), "ValueError"),
        (case("thread 'x' panicked at src/lib.rs:3:5:\nleft != right", "thread 'x' panicked at src/lib.rs:3:5"), "left != right"),
        (case("", "expected 1 // Object.is equality"), "expected 1"),
        (case("", "\x1b[31mred\x1b[0m and #x1B[1mbold"), "red and bold"),
        (case("", "m" * 1000), "m" * MESSAGE),
    ],
)
def test_the_first_line_that_says_something(one: Case, message: str) -> None:
    assert message_of(one, one.text) == message


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.sampled_from("a./:()0123 \n\"'at❯File,line"), max_size=80),
    st.dictionaries(st.sampled_from(["name", "classname", "file", "line"]), st.text(st.sampled_from("a./\\:-0[$"), max_size=12)),
)
def test_any_report_gives_a_failure_that_stays_in_the_worktree(root: Path, text: str, attributes: dict[str, Any]) -> None:
    found = failure(root, Case(attributes, (), (), text, "", text))
    assert all((root / path).is_file() for path in (found.path, *(path for path, _ in found.frames)) if path)
