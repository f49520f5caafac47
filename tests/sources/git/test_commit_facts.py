"""The facts of one commit."""

from __future__ import annotations

import pytest

from handoffd.git.objects import CommitFacts
from handoffd.git.parse import ReflogLine, parse_reflog_line
from handoffd.model.facts import Commit
from handoffd.model.kinds import CheckoutAction, CommitAction
from handoffd.model.records import replace
from handoffd.sources.git.commit_facts import BULK, arrivals, commit_fact, describe_patches
from handoffd.sources.git.movements import Movement, classify
from handoffd.sources.source import Scan
from tests.scans import NINE, TOKEN, scan_of
from tests.support import Repo


def last_line(repo: Repo) -> ReflogLine:
    raw = (repo.root / ".git" / "logs" / "HEAD").read_bytes().splitlines()[-1]
    line = parse_reflog_line(raw)
    assert line is not None
    return line


def fact_of(repo: Repo, scan: Scan | None = None) -> Commit:
    line = last_line(repo)
    movement = classify(line.message)
    assert movement is not None
    assert isinstance(movement.action, CommitAction)
    return commit_fact(scan or scan_of(repo), line, movement, movement.action)


def test_message_people_and_changes(repo: Repo) -> None:
    old = repo.commit("one", {"a.py": "def f():\n    return 1\n"}, at=NINE)
    new = repo.commit("fix: two\n\nBecause.\n\nDecision: tabs", {"a.py": "def f():\n    return 2\n"}, at=NINE + 60)
    fact = fact_of(repo)
    assert (fact.old, fact.new, fact.action, fact.parents, fact.count) == (old, new, "commit", (old,), 1)
    assert (fact.subject, fact.trailers, fact.author) == ("fix: two", (("Decision", "tabs"),), "Ada Author")
    (change,) = fact.changes
    assert (change.path, change.kind, change.names, change.added, change.removed) == ("a.py", "changed", ("f",), 1, 1)


def test_secrets_are_out_before_anything_is_cut_or_quoted(repo: Repo) -> None:
    """The log's own line is left to the journal, as any text that is neither."""
    repo.commit("one", at=NINE)
    repo.commit(f"use {TOKEN}\n\nand {TOKEN} again", {"a.py": f"# TODO drop {TOKEN}\n", ".env": "KEY=b\n"}, at=NINE + 60)
    fact = fact_of(repo)
    assert TOKEN not in repr(replace(fact, message="")) and "[redacted:" in fact.subject
    assert {change.path for change in fact.changes} == {"a.py", ".env"}


def test_ignored_paths_are_not_among_the_changes(repo: Repo) -> None:
    repo.commit("one", {"a": "1\n", "b": "1\n", ".claude/handoff-2026-01-01.md": "x"}, at=NINE)
    fact = fact_of(repo, scan_of(repo, ignore=["b"]))
    assert [change.path for change in fact.changes] == ["a"] and fact.count == 1


def test_a_revert_names_what_it_took_back(repo: Repo) -> None:
    repo.commit("one", {"a": "1\n"}, at=NINE)
    two = repo.commit("two", {"a": "2\n"}, at=NINE + 60)
    repo.git("revert", "--no-edit", "HEAD", at=NINE + 120)
    fact = fact_of(repo)
    assert (fact.action, fact.reverts) == ("revert", two)


def test_a_merge_is_one_whatever_word_made_it(repo: Repo) -> None:
    repo.commit("base", {"a": "1"}, at=NINE)
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("side", {"b": "1"}, at=NINE + 60)
    repo.git("checkout", "-q", "main")
    repo.commit("ours", {"c": "1"}, at=NINE + 120)
    repo.git("merge", "-q", "--no-ff", "--no-commit", "side")
    repo.git("commit", "-q", "-m", "joined", at=NINE + 180)
    fact = fact_of(repo)
    assert (fact.action, len(fact.parents), fact.changes) == ("merge", 2, ())


def test_words_that_a_bulk_commit_changed(repo: Repo) -> None:
    names = [f"f{number}.py" for number in range(BULK + 1)]
    repo.commit("one", dict.fromkeys(names, "colour = 1\n"), at=NINE)
    repo.commit("two", dict.fromkeys(names, "color = 1\n"), at=NINE + 60)
    assert fact_of(repo).words == (("colour", "color", BULK + 1),)


def test_a_commit_that_was_pruned(repo: Repo) -> None:
    scan = scan_of(repo)
    line = ReflogLine("1" * 40, "2" * 40, "A", "a", NINE, "+0000", "commit (amend): gone")
    fact = commit_fact(scan, line, Movement(CommitAction.AMEND), CommitAction.AMEND)
    assert fact == Commit("1" * 40, "2" * 40, "amend", message="commit (amend): gone", subject="gone", missing=True)


@pytest.fixture
def pulled(repo: Repo) -> Repo:
    """Three commits of somebody else and one of our own between them, as a fast-forward brought them."""
    repo.commit("base", {"a": "0"}, at=NINE)
    repo.git("checkout", "-q", "-b", "theirs")
    for number, author in enumerate(("Bob", "Ada", "Bob", "Bob"), 1):
        repo.write("b", str(number))
        repo.git("add", "-A")
        repo.git("commit", "-q", "-m", f"{author} {number}", f"--author={author} Author <{author.lower()}@example.com>", at=NINE + 60 * number)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "theirs", at=NINE + 300)
    return repo


def test_a_merge_brings_the_commits_of_others(pulled: Repo) -> None:
    line = last_line(pulled)
    found, count = arrivals(scan_of(pulled), line, Movement(CheckoutAction.FAST_FORWARD, brings=True))
    assert [(arrival.subject, arrival.author) for arrival in found] == [("Bob 3", "Bob Author"), ("Bob 1", "Bob Author")] and count == 2


def test_a_pull_brings_all_but_where_head_came_to(pulled: Repo) -> None:
    found, count = arrivals(scan_of(pulled), last_line(pulled), Movement(CheckoutAction.PULL, brings=True))
    assert [arrival.subject for arrival in found] == ["Bob 3", "Ada 2", "Bob 1"] and count == 3


def test_what_brings_nothing_and_the_first_line_of_a_log(pulled: Repo) -> None:
    line = last_line(pulled)
    born = ReflogLine("0" * 40, line.new, line.name, line.email, line.at, line.zone, line.message)
    assert arrivals(scan_of(pulled), line, Movement(CheckoutAction.CHECKOUT)) == ((), 0)
    assert arrivals(scan_of(pulled), born, Movement(CheckoutAction.CLONE, brings=True)) == ((), 0)


def test_a_renamed_file_is_compared_with_its_old_text(repo: Repo) -> None:
    repo.commit("one", {"old.py": "def f():\n    return 1\n\n\ndef g():\n    return 1\n"}, at=NINE)
    repo.git("mv", "old.py", "new.py")
    oid = repo.commit("two", {"new.py": "def f():\n    return 1\n\n\ndef g():\n    return 2\n"}, at=NINE + 60)
    scan = scan_of(repo)
    facts = scan.reader.objects.commit(oid)
    assert isinstance(facts, CommitFacts)
    (change,) = describe_patches(scan, facts, list(scan.reader.objects.patches(oid)))
    assert (change.kind, change.old_path, change.names, change.adds) == ("renamed", "old.py", ("g",), ())
