"""Lies in what programs read: the document as JSON, and the list of handoffs."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.truth import checks_json
from tests.truth.document import Doc, parse
from tests.truth.test_lies import flushed
from tests.truth.truth import Truth

Made = tuple[Truth, Doc, dict[str, Any], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def keep() -> list[Made]:
    """Made once a module."""
    return []


@pytest.fixture
def told(keep: list[Made], tmp_path_factory: pytest.TempPathFactory) -> Made:
    if not keep:
        truth, text = flushed("day", tmp_path_factory.mktemp("day") / "world")
        data = json.loads(truth.world.handoffd("show", "--json"))
        listed = [json.loads(line) for line in truth.world.handoffd("list", "--json").splitlines()]
        keep.append((truth, parse(text), data, listed))
    return keep[0]


def _set(*path: str | int, value: object) -> Callable[[Any], None]:
    """Put a value at a place of the data."""

    def lie(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return lie


DATA = {
    "branch": _set("branch", value="main"),
    "ahead": _set("status", "ahead", value=9),
    "behind": _set("status", "behind", value=1),
    "commit missing": lambda data: data["status"]["commits"].pop(0),
    "commit's name": _set("status", "commits", 0, "oid", value="0" * 40),
    "a done line": _set("done", 0, "text", value="Something else"),
    "a step": lambda data: data["in_progress"][-2]["steps"].append({"text": "TODO: never written"}),
    "a pending line": _set("pending", 0, "text", value="words about part 999"),
    "a decision": _set("decisions", 0, "text", value="words about part 999"),
    "a gotcha": _set("gotchas", 0, "text", value="words about part 999"),
    "a file's paths": _set("files", 0, "paths", value=[]),
    "next step": _set("resume", "next_step", value="Push 1 commit"),
}
LISTED: dict[str, Callable[[list[dict[str, Any]]], Any]] = {
    "session missing": lambda listed: listed.clear(),
    "session twice": lambda listed: listed.append(listed[0]),
    "branch": _set(0, "branch", value="main"),
}


def test_what_is_true_has_no_finding(told: Made) -> None:
    truth, doc, data, listed = told
    assert not [*checks_json.check(truth, doc, data), *checks_json.check_list(truth, listed)]


@pytest.mark.parametrize("lie", DATA)
def test_a_lie_in_json_is_caught(told: Made, lie: str) -> None:
    truth, doc, data, _ = told
    other = copy.deepcopy(data)
    DATA[lie](other)
    assert list(checks_json.check(truth, doc, other))


@pytest.mark.parametrize("lie", LISTED)
def test_a_lie_in_the_list_is_caught(told: Made, lie: str) -> None:
    truth, _, _, listed = told
    other = copy.deepcopy(listed)
    LISTED[lie](other)
    assert list(checks_json.check_list(truth, other))
