"""How a test runner is known by what it leaves in a report. To add a runner, add a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from handoffd.model.lazy import lazy


class Runner(NamedTuple):
    """`name` stands in the document. The others are marks that the runner leaves, '' for none: `suite` begins the names of its suites, in lower
    case; `schema` stands in the address of its XML schema; `property` is the name of one of its properties; `attributes` are those that its test
    cases have together; `folder` stands in the paths of its reports. `first_line` is the number that it gives to the first line of a file."""

    name: str
    suite: str = ""
    schema: str = ""
    property: str = ""
    attributes: frozenset[str] = frozenset()
    folder: str = ""
    first_line: int = 1


RUNNERS = (
    Runner("pytest", suite="pytest", first_line=0),
    Runner("vitest", suite="vitest"),
    Runner("jest", suite="jest"),
    Runner("mocha", suite="mocha"),
    Runner("nextest", suite="nextest-run"),
    Runner("rspec", suite="rspec"),
    Runner("surefire", schema="surefire"),
    Runner("go test", property="go.version"),
    Runner("PHPUnit", attributes=frozenset({"assertions", "class"})),
    Runner("gradle", folder="build/test-results/"),
)

_SUITES = tuple((lazy(rf"{re.escape(runner.suite)}\b"), runner.name) for runner in RUNNERS if runner.suite)
_CASES = tuple((runner.attributes, runner.name) for runner in RUNNERS if runner.attributes)
_FROM_ZERO = frozenset(runner.name for runner in RUNNERS if not runner.first_line)


def by_suite(attributes: Mapping[str, str]) -> str:
    """The runner that writes such a suite, '' where the suite does not say."""
    name = attributes.get("name", "").lower()
    for pattern, runner in _SUITES:
        if pattern.match(name):
            return runner
    schema = " ".join(value for key, value in attributes.items() if key.endswith("noNamespaceSchemaLocation"))
    return next((runner.name for runner in RUNNERS if runner.schema and runner.schema in schema), "")


def by_property(name: str) -> str:
    """The runner that writes a property of this name, '' where none does."""
    return next((runner.name for runner in RUNNERS if runner.property and runner.property == name), "")


def by_case(attributes: Mapping[str, str]) -> str:
    """The runner whose test cases have these attributes, '' where none has."""
    for needed, runner in _CASES:
        if needed <= attributes.keys():
            return runner
    return ""


def by_path(path: str) -> str:
    """The runner that leaves its reports in such a place, '' where none does."""
    return next((runner.name for runner in RUNNERS if runner.folder and runner.folder in path), "")


def counts_lines_from_zero(runner: str) -> bool:
    """Whether line 0 of this runner's reports is the first line of a file."""
    return runner in _FROM_ZERO
