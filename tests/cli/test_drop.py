"""`drop` as it is typed: what can be taken off, by number, key or words, and put back."""

from __future__ import annotations

import json

import pytest

from tests.support import cli
from tests.watched import Watched

AGENT = {"CLAUDECODE": "1"}


@pytest.fixture
def worked(watched: Watched) -> Watched:
    """A branch with words, marks, a stash and a red test."""
    watched.repo.git("checkout", "-q", "-b", "work")
    watched.repo.commit("Add a", {"a.py": "def a():\n    # TODO: wait for the header\n    return 1\n", "PLAN.md": "- [ ] write the docs\n"})
    for kind, text in (
        ("todo", "ask for a slot"),
        ("decision", "Raise at once"),
        ("learning", "[API] Headers vary"),
        ("gotcha", "The proxy is slow"),
    ):
        watched.handoffd("note", kind, text)
    watched.repo.write("a.py", "def a():\n    # TODO: wait for the header\n    return 2\n")
    watched.repo.git("stash", "-q")
    failing = '<testcase classname="t" name="test_a"><failure message="no"/></testcase>'
    watched.repo.write("junit.xml", f'<testsuite name="pytest" tests="1" failures="1">{failing}</testsuite>')
    watched.handoffd("log")
    return watched


def listed(worked: Watched, *words: str) -> dict[str, str]:
    """Text -> key of what can be taken off."""
    return {row["text"]: row["key"] for row in map(json.loads, worked.handoffd("drop", "--json", *words).splitlines())}


def test_words_and_marks_can_be_taken_off_and_no_stash_and_no_red_test(worked: Watched) -> None:
    assert list(listed(worked)) == [
        "TODO: wait for the header",
        "ask for a slot",
        "write the docs",
        "Raise at once",
        "Headers vary",
        "The proxy is slow",
    ]
    for words in ("stash", "test_a", "failing"):
        done = cli("drop", words, cwd=worked.repo.root)
        assert done.returncode == 1 and "no line that can be taken off" in done.stderr and "ask for a slot" in done.stdout


def test_each_of_them_stays_away_until_it_is_put_back(worked: Watched) -> None:
    every = listed(worked)
    for text, key in every.items():
        assert cli("drop", key if text[0] in "TR" else text, cwd=worked.repo.root).returncode == 0
        assert text not in worked.handoffd("resume", "--budget", "9000") and text not in listed(worked)
    assert not listed(worked) and set(listed(worked, "--undo")) == set(every)
    worked.repo.write("a.py", "\n\n\ndef a():\n    # TODO: wait for the header\n    return 2\n")
    worked.handoffd("flush")
    assert not listed(worked)
    for key in every.values():
        worked.handoffd("drop", "--undo", key)
    assert listed(worked) == every


def test_several_and_none_are_said_with_the_list(worked: Watched) -> None:
    worked.handoffd("note", "todo", "ask for the docs")
    several = cli("drop", "ask", "for", cwd=worked.repo.root)
    assert several.returncode == 1 and "2 lines hold" in several.stderr and several.stdout.count("ask for") == 2
    number = next(line for line in worked.handoffd("drop").splitlines() if "ask for the docs" in line).split()[0]
    worked.handoffd("drop", number)
    assert "ask for a slot" in listed(worked) and "ask for the docs" not in listed(worked)
    assert "taken off: ask for the docs" in worked.handoffd("log", "--kind", "drop")


def test_words_that_are_said_again_are_new(worked: Watched) -> None:
    worked.handoffd("drop", "The proxy is slow")
    worked.handoffd("note", "gotcha", "the proxy is slow!")
    assert "the proxy is slow!" in listed(worked)


def test_what_was_taken_off_since_the_handoff_is_said_to_be_gone_and_not_to_be_done(worked: Watched) -> None:
    worked.handoffd("flush")
    worked.handoffd("drop", "TODO: wait for the header")
    worked.handoffd("note", "done", "ask for a slot")
    worked.handoffd("drop", "Raise at once")
    since = json.loads(worked.handoffd("resume", "--json", "--budget", "9000"))["since"]
    assert [(one["by"], "taken off" in one["text"]) for one in since["gone"] if "wait for the header" in one["text"]] == [("you", True)]
    assert ["Raise at once" in one["text"] for one in since["gone"] if "taken off" in one["text"]].count(True) == 1
    assert [one["text"].partition(" — ")[0] for one in since["done"]] == ["ask for a slot"]


def test_an_agents_words_are_labelled_and_its_drop_takes_off_only_those(worked: Watched) -> None:
    assert cli("note", "gotcha", "Mocks lie", cwd=worked.repo.root, env=AGENT).returncode == 0
    assert cli("note", "done", "ask for a slot", cwd=worked.repo.root, env=AGENT).returncode == 0
    document = worked.handoffd("resume", "--budget", "9000")
    assert "- Mocks lie (agent)" in document and "✓ ask for a slot (agent)" in document and "\n- ask for a slot" in document
    refused = cli("drop", "proxy", cwd=worked.repo.root, env=AGENT)
    assert refused.returncode == 1 and "an agent takes off what agents said" in refused.stderr
    assert cli("drop", "Mocks", cwd=worked.repo.root, env=AGENT).returncode == 0
    assert "Mocks lie" not in worked.handoffd("resume", "--budget", "9000")


def test_note_done_takes_the_key_of_an_open_todo(worked: Watched) -> None:
    worked.handoffd("note", "done", listed(worked)["ask for a slot"])
    assert "ask for a slot" not in listed(worked) or "✓ ask for a slot" in worked.handoffd("resume", "--budget", "9000")
    assert "\n- ask for a slot" not in worked.handoffd("resume", "--budget", "9000")
