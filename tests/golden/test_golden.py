"""What each recorded day gives, byte for byte. `make golden` writes anew what changed, so that the diff can be read."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from tests.golden.load import Day, days

DAYS = list(days())
KINDS = {
    "trigger": {"flush", "idle", "gap", "pre-push", "push", "terminate", "stop", "pre-compact", "session-end", "agent-stop"},
    "event": {"commit", "checkout", "reset", "stash", "push", "branch", "file", "test", "note", "agent", "daemon"},
    "note": {"done", "doing", "todo", "decision", "learning", "gotcha", "message"},
    "operation": {"merge", "rebase", "cherry-pick", "revert", "bisect", "am"},
    "mark": {"todo", "box", "skip", "unfinished", "learning"},
    "step": {
        "note",
        "conflict",
        "conflict_ours",
        "conflict_theirs",
        "test",
        "tests_more",
        "todo",
        "unfinished",
        "failing_test",
        "wip",
        "folder",
        "in_place",
    },
    "claim": {
        "ancestor",
        "unreachable",
        "object_exists",
        "stash_exists",
        "same_as",
        "unmerged",
        "operation",
        "differs_from_head",
        "untracked",
        "text_at",
        "last_run_failed",
        "ahead",
        "no_upstream",
    },
}
KINDS_OF_ITEMS = {
    "done": {"note", "commit", "green"},
    "in_progress": {"note", "conflict", "failing_test", "todo", "unfinished", "new_file", "hunk", "deleted", "wip", "rest", "marks"},
    "pending": {"note", "fix_tests", "rerun_tests", "box", "skip", "push", "branch"},
    "decisions": {"note", "trailer", "record", "unrecorded"},
    "learnings": {"note", "trailer", "line"},
    "files": {"file", "bulk", "folded", "generated", "merged", "folder"},
    "gotchas": {"note", "trailer", "resolved", "rewritten", "reverted", "reset_away", "stash", "flaky", "daemon", "redacted"},
}


@pytest.fixture(autouse=True)
def utc(home: object) -> Iterator[None]:
    """The recordings are of UTC, whatever this process has asked the machine for before."""
    time.tzset()
    yield


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.name)
def test_a_recorded_day_gives_what_it_gave(day: Day) -> None:
    made, expected = day.made(), day.expected()
    assert made.keys() == expected.keys()
    for name in expected:
        assert made[name] == expected[name]


def test_there_is_every_kind_of_day() -> None:
    """A kind that no day shows is one that nobody would miss: its line could change and all days stay the same."""
    found = {
        "trigger": {day.about["trigger"] for day in DAYS},
        "event": set(),
        "note": set(),
        "operation": set(),
        "mark": set(),
        "step": set(),
        "claim": set(),
    }
    sections: dict[str, set[str]] = {section: set() for section in KINDS_OF_ITEMS}
    for day in DAYS:
        events, snapshot = day.lines(), day.state()
        document = json.loads(day.expected()["handoff.json"])
        found["event"] |= {event["kind"] for event in events}
        found["note"] |= {event["data"]["type"] for event in events if event["kind"] == "note"}
        found["operation"] |= {snapshot["operation"]["kind"]} if "operation" in snapshot else set()
        found["mark"] |= {mark["kind"] for mark in snapshot.get("marks", ())}
        for section, kinds in sections.items():
            kinds |= {item["kind"] for item in document[section]}
            found["step"] |= {step["kind"] for item in document[section] for step in item["steps"]}
            found["claim"] |= {claim["check"] for item in document[section] for claim in item["claims"]}
    assert found == KINDS
    assert sections == KINDS_OF_ITEMS
