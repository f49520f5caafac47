"""Tests that are switched off in their own source."""

from __future__ import annotations

import pytest

from handoffd.code.skips import Skip, skip_in


def skip(path: str, family: str, text: str, number: int = 1) -> Skip | None:
    lines = text.split("\n")
    return skip_in(path, family, lines[number - 1], lines, number)


@pytest.mark.parametrize(
    ("path", "family", "line", "found"),
    [
        ("tests/test_a.py", "python", '@pytest.mark.skip(reason="slow")', Skip("slow", below=True)),
        ("tests/test_a.py", "python", "@unittest.expectedFailure", Skip("", below=True)),
        ("tests/test_a.py", "python", "    pytest.skip('no network')", Skip("no network")),
        ("tests/a.rs", "rust", '#[ignore = "flaky"]', Skip("flaky", below=True)),
        ("src/FooTest.java", "c", '@Disabled("later")', Skip("later", below=True)),
        ("FooTest.cs", "c", '[Fact(Skip = "later")]', Skip("later", below=True)),
        ("a_test.go", "go", '    t.Skip("no docker")', Skip("no docker")),
        ("a_spec.rb", "ruby", "  pending 'later'", Skip("later")),
        ("a.test.ts", "script", "  this.skip();", Skip("")),
    ],
)
def test_the_frameworks_ways(path: str, family: str, line: str, found: Skip) -> None:
    assert skip(path, family, line) == found


@pytest.mark.parametrize(
    ("path", "family", "line"), [("a.test.ts", "script", "it.skip('adds two', () => {"), ("a_spec.rb", "ruby", "xit 'adds two' do")]
)
def test_a_test_that_is_skipped_by_its_own_word_is_named(path: str, family: str, line: str) -> None:
    found = skip(path, family, line)
    assert found is not None and "adds two" in found.name and not found.below


@pytest.mark.parametrize("line", ["t.Skip()", "it.skip('a')", "pytest.skip('x')"])
def test_in_other_files_the_words_mean_something_else(line: str) -> None:
    assert all(skip("src/app.py", family, line) is None for family in ("python", "go", "script"))


def test_marks_that_cannot_mean_anything_else_count_in_any_file() -> None:
    assert skip("src/lib.rs", "rust", "#[ignore]") == Skip("", below=True)
    assert skip("checks/a.py", "python", "@pytest.mark.skip") == Skip("", below=True)


def test_a_guard_for_other_machines_is_no_skipped_test() -> None:
    assert skip("a_test.go", "go", 'func TestA(t *testing.T) {\n\tif short {\n\t\tt.Skip("short")\n\t}\n}', 3) is None
    assert skip("a_test.go", "go", 'func TestA(t *testing.T) {\n\tt.Skip("broken")\n}', 2) == Skip("broken")


def test_a_reason_below_the_line_of_the_call_is_found() -> None:
    assert skip("tests/test_a.py", "python", "@pytest.mark.skip(\n    reason='slow',\n)") == Skip("slow", below=True)


def test_a_line_that_only_runs_is_none() -> None:
    assert skip("tests/test_a.py", "python", "def test_skip(): skip = 1") is None
