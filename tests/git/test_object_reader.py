"""Commit facts and blobs by the user's git."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.git.object_reader import LARGEST_BLOB, LONGEST_MESSAGE, CommandLine, facts_of, in_all, message_of, text_of, trailers_of
from handoffd.git.run import Git
from handoffd.model.change import Patch
from tests.support import Repo

NINE = 1_700_000_000


def reader(repo: Repo) -> CommandLine:
    return CommandLine(Git(repo.root), repo.root / ".git" / "shallow")


def test_a_commit_with_its_people_times_and_trailers(repo: Repo) -> None:
    first = repo.commit("one", {"a": "1"}, at=NINE)
    oid = repo.commit("feat: two\nlines\n\nWhy so.\n\nDecision: tabs\nWhy: short\n  and wide", {"a": "2"}, at=NINE + 60)
    facts = reader(repo).commit(oid)
    assert facts is not None
    assert (facts.oid, facts.parents, facts.tree) == (oid, (first,), repo.git("rev-parse", "HEAD^{tree}"))
    assert (facts.subject, facts.trailers) == ("feat: two lines", (("Decision", "tabs"), ("Why", "short and wide")))
    assert facts.body.startswith("Why so.") and (facts.author, facts.email) == ("Ada Author", "ada@example.com")
    assert facts.author_at == facts.committer_at == NINE + 60


def test_what_is_no_commit_or_missing_is_none(repo: Repo) -> None:
    repo.commit("one", {"a": "1"})
    assert reader(repo).commit(repo.git("rev-parse", "HEAD:a")) is None
    assert reader(repo).commit("1" * 40) is None


def test_a_shallow_commit_has_no_parents(repo: Repo) -> None:
    repo.commit("one", {"a": "1"})
    oid = repo.commit("two", {"a": "2"})
    (repo.root / ".git" / "shallow").write_text(f"{oid}\n")
    facts = reader(repo).commit(oid)
    assert facts is not None and facts.parents == ()


def test_patches_of_a_first_commit_and_of_a_later_one(repo: Repo) -> None:
    first = repo.commit("one", {"a": "1\n", "b": "1\n"})
    second = repo.commit("two", {"a": "2\n"})
    found = {}
    for oid in first, second:
        facts = reader(repo).commit(oid)
        assert facts is not None
        found[oid] = [(patch.path, patch.kind) for patch in reader(repo).patches(facts)]
    assert found == {first: [("a", "created"), ("b", "created")], second: [("a", "changed")]}


def test_a_merge_has_only_what_differs_from_every_parent(repo: Repo) -> None:
    repo.commit("base", {"a": "1\n"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("theirs", {"theirs": "1\n"})
    repo.git("checkout", "-q", "main")
    repo.commit("ours", {"ours": "1\n"})
    repo.git("merge", "-q", "--no-commit", "side")
    repo.write("both", "1\n")
    facts = reader(repo).commit(repo.commit("joined"))
    assert facts is not None and len(facts.parents) == 2
    assert [patch.path for patch in reader(repo).patches(facts)] == ["both"]


def test_blobs_are_those_that_are_there_are_files_and_not_too_large(repo: Repo) -> None:
    names = {"a": "1\n", "folder/b": "", "new\nline": "odd\n", "large": "x" * (LARGEST_BLOB + 1), "\udc80": "raw\n"}
    oid = repo.commit("one", names)
    asked = [(oid, path) for path in (*names, "missing", "folder")]
    found = reader(repo).blobs([*asked, ("HEAD", "a"), (oid, "a\0b")])
    expected = {(oid, path): text.encode() for path, text in names.items() if path != "large"}
    assert found == {**expected, ("HEAD", "a"): b"1\n"}


def test_more_blobs_than_one_call_takes(repo: Repo) -> None:
    oid = repo.commit("many", {f"f{number}": f"{number}\n" for number in range(230)})
    found = reader(repo).blobs([(oid, f"f{number}") for number in range(230)])
    assert len(found) == 230 and found[oid, "f229"] == b"229\n"


def test_a_path_of_all_parents() -> None:
    one, two = (Patch("a", "changed"), Patch("b", "changed")), (Patch("b", "created"), Patch("c", "changed"))
    assert in_all([one, two]) == (Patch("b", "changed"),) and in_all([one]) == one


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("Why: a\nTrade-off: b", (("Why", "a"), ("Trade-off", "b"))),
        ("text\n\nWhy: a\n b", (("Why", "a b"),)),
        ("Why: a\ntext", ()),
        ("Why: a\n\ntext", ()),
        ("Why:a", ()),
        ("", ()),
    ],
)
def test_trailers_are_the_last_block_when_all_of_it_is(body: str, found: tuple[tuple[str, str], ...]) -> None:
    assert trailers_of(body) == found


def test_a_message_of_megabytes_keeps_its_beginning_and_the_trailers_at_its_end() -> None:
    message = message_of(b"subject\n\n" + b"filler line\n" * 200_000 + b"\nWhy: short\n", None)
    assert len(message) <= LONGEST_MESSAGE + 2 and message.startswith("subject\n\nfiller")
    assert facts_of("o", (), "t", message, "a", "e", 0, 0).trailers == (("Why", "short"),)


@pytest.mark.parametrize(
    ("raw", "encoding", "text"),
    [(b"caf\xe9", "latin-1", "café"), (b"caf\xe9", None, "caf\udce9"), (b"caf\xe9", "no-such", "caf\udce9"), ("é".encode(), "UTF-8", "é")],
)
def test_text_is_as_the_commit_says_that_it_is_encoded(raw: bytes, encoding: str | None, text: str) -> None:
    assert text_of(raw, encoding) == text


@given(st.text(max_size=60))
def test_a_subject_is_one_line_whatever_the_message(message: str) -> None:
    facts = facts_of("o", (), "t", message, "a", "e", 0, 0)
    assert "\n" not in facts.subject and "\r\n" not in facts.body and facts.body == facts.body.strip("\n")


def test_a_tip_holds_a_change_when_its_files_are_as_the_change_left_them(repo: Repo) -> None:
    base = repo.commit("base", {"a": "1", "b": "1", "c": "1"})
    one = repo.commit("one", {"a": "2"})
    two = repo.commit("two", {"b": "2"})
    repo.git("rm", "-q", "c")
    repo.git("commit", "-qm", "three")
    three = repo.head
    repo.git("checkout", "-q", "-b", "other", base)
    repo.git("merge", "-q", "--squash", three)
    repo.git("commit", "-qm", "squash")
    repo.commit("more", {"d": "1"})
    asked = reader(repo)
    assert asked.holds(base, three, repo.head) and asked.holds(base, one, repo.head) and asked.holds(one, two, repo.head)
    changed = repo.commit("else", {"a": "3"})
    assert asked.holds(base, one, changed) is False and asked.holds(two, three, changed) is True
    assert asked.holds("", base, base) is True and asked.holds("", base, three) is False
    assert asked.holds(base, "1" * 40, three) is None
