"""Movements of HEAD from its log: each once, with the branch HEAD was on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoffd.model.events import Event
from handoffd.model.facts import Checkout, Commit, Reset
from handoffd.sources.git.head import read_reflog
from handoffd.sources.source import Found
from tests.scans import HOUR, NINE, keys_of, scan_of
from tests.support import Repo


def movements(repo: Repo, cursor: Mapping[str, Any] | None = None, **more: Any) -> Found:
    return read_reflog(scan_of(repo, **more), cursor)


def words(events: tuple[Event, ...]) -> list[str]:
    return [f"{event.kind} {event.fact.action} {event.branch}" for event in events if isinstance(event.fact, Commit | Checkout | Reset)]


def test_a_commit_with_its_facts_and_its_own_time(repo: Repo) -> None:
    oid = repo.commit("feat: one", {"a.py": "def f():\n    pass\n"}, at=NINE + 60)
    (event,) = movements(repo).events
    assert isinstance(event.fact, Commit) and (event.fact.new, event.fact.subject) == (oid, "feat: one")
    assert (event.at, event.branch, event.worktree) == (NINE + 60, "main", ".")


def test_the_branch_is_the_one_head_was_on_then(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.git("checkout", "-q", "-b", "side", at=NINE + 60)
    repo.commit("two", {"a": "2"}, at=NINE + 120)
    repo.git("checkout", "-q", "main~0", at=NINE + 180)
    repo.git("reset", "-q", "--hard", "side", at=NINE + 240)
    assert words(movements(repo).events) == [
        "commit commit main",
        "checkout checkout side",
        "commit commit side",
        "checkout checkout ",
        "reset reset ",
    ]


def test_the_branch_is_remembered_from_scan_to_scan(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    cursor = movements(repo).cursor
    repo.commit("two", {"a": "2"}, at=NINE + 60)
    repo.git("symbolic-ref", "HEAD", "refs/heads/other")
    assert words(movements(repo, cursor).events) == ["commit commit main"], "no line of the log says that HEAD is elsewhere now"


def test_a_log_that_was_rewritten_is_followed_from_its_own_start(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.commit("two", {"a": "2"}, at=NINE + 60)
    repo.git("checkout", "-q", "-b", "side", at=NINE + 120)
    cursor = movements(repo).cursor
    repo.git("reflog", "delete", "--rewrite", "HEAD@{1}")
    assert words(movements(repo, cursor).events) == ["commit commit main", "checkout checkout side"], "not from where HEAD was last"


def test_a_tag_with_the_name_of_nothing_else_is_no_branch(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.git("tag", "v1")
    repo.git("checkout", "-q", "v1", at=NINE + 60)
    assert movements(repo).events[-1].branch == ""


def test_the_first_scan_tells_nothing_older_than_the_floor(repo: Repo) -> None:
    repo.commit("old", {"a": "1"}, at=NINE - 2 * HOUR)
    repo.commit("new", {"a": "2"}, at=NINE + 60)
    assert [event.fact.subject for event in movements(repo).events if isinstance(event.fact, Commit)] == ["new"]


def test_the_next_scan_tells_only_what_is_new(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    first = movements(repo)
    assert movements(repo, first.cursor) == Found((), first.cursor)
    repo.commit("two", {"a": "2"}, at=NINE + 60)
    assert [event.fact.subject for event in movements(repo, first.cursor).events if isinstance(event.fact, Commit)] == ["two"]


def test_what_the_journal_has_is_not_told_again(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    repo.commit("two", {"a": "2"}, at=NINE + 60)
    one, two = movements(repo).events
    assert keys_of(movements(repo, known=[one.key]).events) == [two.key]


def test_times_do_not_run_backwards(repo: Repo) -> None:
    for subject, at in (("one", NINE + 600), ("two", NINE + 60), ("three", NINE + 2 * HOUR)):
        repo.commit(subject, {"a": subject}, at=at)
    assert [event.at for event in movements(repo).events] == [NINE + 600, NINE + 600, NINE + HOUR]


def test_an_expired_log_is_bridged_by_history(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    cursor = movements(repo).cursor
    repo.commit("two", {"a": "2"}, at=NINE + 60)
    repo.commit("three", {"a": "3"}, at=NINE + 120)
    repo.git("reflog", "expire", "--expire=all", "--all")
    assert [event.fact.subject for event in movements(repo, cursor).events if isinstance(event.fact, Commit)] == ["two", "three"]


def test_words_that_git_does_not_use_today_are_told_by_the_parents(repo: Repo) -> None:
    first = repo.commit("one", {"a": "1"}, at=NINE)
    second = repo.commit("two", {"a": "2"}, at=NINE + 60)
    log = repo.root / ".git" / "logs" / "HEAD"
    lines = log.read_text().splitlines()
    log.write_text(
        "\n".join([lines[0], lines[1].replace("commit: two", "frobnicate: two"), f"{second} {first} A <a> {NINE + 120} +0000\tleap"]) + "\n"
    )
    assert words(movements(repo).events) == ["commit commit main", "commit commit main", "checkout other main"]


def test_a_commit_whose_object_is_gone_is_told_by_the_logs_words(repo: Repo) -> None:
    repo.commit("one", {"a": "1"}, at=NINE)
    log = repo.root / ".git" / "logs" / "HEAD"
    log.write_text(f"{log.read_text()}{repo.head} {'1' * 40} A <a> {NINE + 60} +0000\tcommit: lost\n")
    fact = movements(repo).events[-1].fact
    assert isinstance(fact, Commit) and fact.missing and (fact.new, fact.subject) == ("1" * 40, "lost")


STEPS: Mapping[str, Callable[[Repo, int], object]] = {
    "commit": lambda repo, at: repo.commit(f"at {at}", {"a": str(at)}, at=at),
    "amend": lambda repo, at: repo.git("commit", "-q", "--amend", "--allow-empty", "-m", f"amended {at}", at=at),
    "branch": lambda repo, at: repo.git("checkout", "-q", "-B", f"b{at % 3}", at=at),
    "reset": lambda repo, at: repo.git("reset", "-q", "--hard", "start", at=at),
}


@settings(max_examples=6, deadline=None)
@given(work=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.booleans()), min_size=1, max_size=6))
def test_however_often_it_is_read_the_same_is_told(tmp_path_factory: pytest.TempPathFactory, work: list[tuple[str, bool]]) -> None:
    """Scans after some of the steps, or one at the end: the same keys in the same order."""
    repo = Repo.create(tmp_path_factory.mktemp("work"))
    repo.commit("start", {"a": "0"}, at=NINE)
    repo.git("tag", "start")
    cursor, piecemeal = None, list[Event]()
    for number, (step, scanned) in enumerate(work, 1):
        STEPS[step](repo, NINE + 60 * number)
        if scanned or number == len(work):
            read = movements(repo, cursor)
            cursor, piecemeal = read.cursor, [*piecemeal, *read.events]
    assert piecemeal == list(movements(repo).events)
