"""`why` as it is typed: the events behind a line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support import cli
from tests.watched import Watched


@pytest.fixture
def worked(watched: Watched) -> Watched:
    watched.repo.git("checkout", "-q", "-b", "work")
    watched.repo.commit("Add a", {"a.py": "def a():\n    # TODO: wait for the header\n    return 1\n"})
    watched.handoffd("note", "decision", "Raise at once", "--why", "a warning is overlooked")
    failing = '<testcase classname="t" name="test_a" file="test_a.py"><failure message="no"/></testcase>'
    watched.repo.write("test_a.py", "def test_a():\n    assert False\n")
    watched.repo.write("junit.xml", f'<testsuite name="pytest" tests="1" failures="1">{failing}</testsuite>')
    watched.repo.write("PLAN.md", "- [ ] write the docs\n")
    watched.handoffd("flush")
    return watched


def why(worked: Watched, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in worked.handoffd("why", *words, "--json").splitlines()]


def test_words_a_key_and_a_place_lead_to_the_events(worked: Watched) -> None:
    (mark,) = why(worked, "wait", "header")
    assert [event["data"]["subject"] for event in mark["events"]] == ["Add a"] and mark["path"] == "a.py" and mark["line"] == 2
    assert why(worked, mark["key"]) == [mark] and mark in [*why(worked, "a.py:2"), *why(worked, "wait")]
    assert [check["verdict"] for check in mark["checks"]] == ["so now"]
    (note,) = why(worked, "raise at once")
    assert [(event["kind"], event["source"]) for event in note["events"]] == [("note", "a person")]
    (test,) = [row for row in why(worked, "test_a") if row["section"] == "What's In Progress"]
    assert ("test", "report junit.xml") in [(event["kind"], event["source"]) for event in test["events"]]


def test_a_line_of_the_file_tells_its_hunks_and_reasons(worked: Watched) -> None:
    shown = worked.handoffd("why", "a.py")
    assert "told by git's log of HEAD" in shown and "a.py: created +3 −0; lines 1-3; a" in shown and "so now" in shown
    assert "why: a warning is overlooked" in worked.handoffd("why", "Raise")


def test_of_a_file_without_a_line_the_events_stand_alone(worked: Watched) -> None:
    worked.repo.git("rm", "-q", "a.py")
    worked.repo.commit("Take it out")
    worked.handoffd("flush")
    worked.repo.git("checkout", "-q", "main")
    worked.repo.commit("Other", b="1")
    (row,) = [row for row in why(worked, "a.py") if not row["key"]]
    assert {event["data"]["subject"] for event in row["events"]} == {"Add a", "Take it out"}
    assert [event["id"] for event in row["events"]] == sorted((event["id"] for event in row["events"]), reverse=True)


def test_what_the_journal_saw_in_an_earlier_session_is_still_known(worked: Watched) -> None:
    worked.handoffd("note", "todo", "another session")
    (row,) = [row for row in why(worked, "PLAN.md:1") if row["section"] == "What's Pending"]
    assert row["events"], row


def test_nothing_and_too_much_are_said(worked: Watched) -> None:
    done = cli("why", "nowhere", cwd=worked.repo.root)
    assert done.returncode == 1 and "no line of the handoff holds 'nowhere'" in done.stderr
    for number in range(6):
        worked.handoffd("note", "todo", f"many things {number}")
    done = cli("why", "many", "things", cwd=worked.repo.root)
    assert done.returncode == 1 and "6 lines hold" in done.stderr and done.stdout.count("many things") == 6


def test_every_line_of_the_handoff_that_was_written_leads_to_events(worked: Watched) -> None:
    document = json.loads(worked.handoffd("show", "--json"))
    items = [item for section in ("done", "in_progress", "pending", "decisions", "learnings", "files", "gotchas") for item in document[section]]
    assert len(items) > 8
    known = {json.loads(line)["id"] for line in worked.handoffd("log", "--json").splitlines()}
    assert all(item["evidence"] and set(item["evidence"]) <= known for item in items)
