"""docs/json.md says what the verbs print: the same fields, no more and no fewer."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from handoffd.cli.grammar import grammar
from handoffd.output.json import to_json
from tests.golden.load import Day, days
from tests.support import cli
from tests.watched import Watched

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "json.md").read_text()
ROWS = {
    name: set(re.findall(r"`(\w+)`", fields))
    for names, fields in re.findall(r"^\| (`.*?) \|[^|]*\| (`.*) \|$", PAGE, re.M)
    for name in re.findall(r"(`\w+`(?:, in `\w+`)?)", names)
}


def first(watched: Watched, *words: str) -> dict[str, Any]:
    """The first line that a verb prints."""
    answer: dict[str, Any] = json.loads(cli(*words, "--json", cwd=watched.repo.root).stdout.splitlines()[0])
    return answer


@pytest.fixture
def worked(watched: Watched) -> Watched:
    watched.handoffd("note", "todo", "one more")
    watched.handoffd("note", "decision", "Retry at the rate limit")
    return watched


def test_fields_of_every_verb(worked: Watched) -> None:
    said = {"`flush`": first(worked, "flush")}
    said |= {f"`{verb}`": first(worked, verb) for verb in ("status", "list", "log", "show", "resume", "now", "doctor", "prune", "drop")}
    said |= {f"`{verb}`": first(worked, verb, "more") for verb in ("search", "why")}
    worked.repo.commit("feat: open", {"open.py": "# TODO: more\n"})
    worked.handoffd("flush")
    said |= {"`overview`": first(worked, "overview")}
    worked.daemon()
    status = first(worked, "status")
    said |= {"`status`, in `daemon`": status["daemon"], "`status`, in `worktrees`": status["worktrees"][0]}
    assert {name: set(answer) for name, answer in said.items()} == ROWS


def test_every_verb_that_takes_json_is_described() -> None:
    takes = {f"`{verb.name}`" for verb in grammar() if any("--json" in option.flags for option in verb.options)}
    assert takes == {name for name in ROWS if "," not in name} and {"`status`", "`list`", "`log`", "`show`", "`resume`", "`doctor`"} <= takes


@pytest.mark.parametrize("line", re.search(r"```sh\n(.*?)```", PAGE, re.S)[1].splitlines())  # type: ignore[index]
def test_examples_run(worked: Watched, line: str) -> None:
    worked.handoffd("flush")
    done = cli(*shlex.split(line)[1:], cwd=worked.repo.root)
    assert done.returncode in (0, 1) and all(json.loads(row) for row in done.stdout.splitlines()) and done.stdout, done.stderr


def test_a_document_is_as_its_schema_says(worked: Watched) -> None:
    schema = json.loads((Path(__file__).resolve().parents[2] / "docs" / "handoff-2.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema).validate
    worked.handoffd("flush")
    written = first(worked, "show")
    check(written)
    worked.repo.commit("feat: later", {"later.py": "def f():\n    pass  # TODO: more\n"})
    read = first(worked, "resume")
    check(read)
    assert read["since"]["moves"] and read["since"]["new"] and written["since"] is None
    for wrong in ({**read, "more_of_it": 1}, {**read, "schema": "handoff/1"}, {**read, "pending": [{"text": "x"}]}):
        with pytest.raises(jsonschema.ValidationError):
            check(wrong)


@pytest.mark.parametrize("day", days(), ids=lambda day: day.name)
def test_each_recorded_day_is_as_the_schema_says(day: Day) -> None:
    schema = json.loads((Path(__file__).resolve().parents[2] / "docs" / "handoff-2.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(json.dumps(to_json(day.document))))
