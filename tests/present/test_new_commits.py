"""What HEAD holds since the session came to its branch, however it came there."""

from __future__ import annotations

import pytest

from handoffd.git.run import Git
from handoffd.model.questions import AskedCommit, Questions
from handoffd.present.new_commits import NewCommits, new_commits, unlogged_elsewhere
from tests.scans import NINE
from tests.support import Repo

KIM = {"GIT_AUTHOR_NAME": "Kim", "GIT_AUTHOR_EMAIL": "kim@x.org"}


@pytest.fixture
def work(repo: Repo) -> Repo:
    repo.commit("base", {"a": "1"}, at=NINE)
    return repo


def found(repo: Repo, start: str, *logged: str, began: float = NINE + 10) -> NewCommits:
    asked = Questions(commits=tuple(AskedCommit(oid, 0.0, (), ()) for oid in logged), start=start, began=began)
    return new_commits(Git(repo.root), repo.head, asked, [repo.git("log", "-1", "--format=%ae", start)])


def subjects(told: NewCommits) -> tuple[list[str], list[str]]:
    return [one.subject for one in told.own], [one.subject for one in told.arrivals]


def test_a_history_that_was_moved_by_plumbing_is_told_and_what_the_log_tells_is_not(work: Repo) -> None:
    base = work.head
    one = work.commit("one", {"a": "2"}, at=NINE + 60)
    assert subjects(found(work, base, one)) == ([], [])
    tree = work.git("rev-parse", "HEAD^{tree}")
    work.git("update-ref", "refs/heads/main", work.git("commit-tree", "-p", base, "-m", "one, reworded", tree, at=NINE + 90))
    assert subjects(found(work, base, one)) == (["one, reworded"], [])


def test_own_commits_of_before_the_session_that_a_merge_brings_are_not_its_own(work: Repo) -> None:
    base = work.head
    work.git("checkout", "-q", "-b", "old")
    work.commit("long ago", {"b": "1"}, at=NINE + 5)
    work.git("checkout", "-q", "main")
    work.git("merge", "-q", "old")
    assert subjects(found(work, base, began=NINE + 600)) == ([], [])


def test_commits_of_others_are_told_with_the_newest_however_they_came(work: Repo) -> None:
    base = work.head
    for number in (1, 2):
        work.write("b", str(number))
        work.git("add", "-A")
        work.git("commit", "-qm", f"theirs {number}", at=NINE + number, env=KIM)
    told = found(work, base)
    assert subjects(told) == ([], ["theirs 1", "theirs 2"]) and told.arrived == 2 and told.arrivals[0].author == "Kim"


def test_while_the_log_has_more_to_tell_than_is_journalled_nothing_is_told_beside_it(work: Repo) -> None:
    base = work.head
    work.commit("one", {"a": "2"}, at=NINE + 60)
    asked = Questions(start=base, began=NINE + 10, head=base)
    assert new_commits(Git(work.root), work.head, asked, [work.git("log", "-1", "--format=%ae")]).own == ()


def test_where_the_start_is_not_known_nothing_is_new(work: Repo) -> None:
    base = work.head
    assert found(work, base) == NewCommits()
    assert new_commits(Git(work.root), work.head, Questions(), ["x"]) == NewCommits()


def elsewhere(repo: Repo, asked: Questions) -> list[tuple[str, str]]:
    """(branch, subject) of own commits that no log tells."""
    tips = {ref: oid for oid, ref in (line.split(" ") for line in repo.git("for-each-ref", "--format=%(objectname) %(refname)").split("\n"))}
    mail = repo.git("log", "-1", "--format=%ae")
    here = repo.git("rev-list", "-1", "HEAD").split()
    return [(branch, one.subject) for branch, one in unlogged_elsewhere(Git(repo.root), tips, asked, [mail], here)]


def test_on_a_branch_that_was_left_a_commit_below_a_logged_one_is_told(work: Repo) -> None:
    """The ref was moved onto a commit that no command made, and a command's commit came on top of it."""
    base = work.head
    work.git("checkout", "-q", "-b", "side")
    tree = work.git("rev-parse", "HEAD^{tree}")
    made = work.git("commit-tree", "-p", base, "-m", "by hand", tree, at=NINE + 60)
    work.git("update-ref", "refs/heads/side", made)
    top = work.commit("on top", {"a": "2"}, at=NINE + 90)
    work.git("checkout", "-q", "main")
    logged = AskedCommit(top, NINE + 90, (made,), ())
    assert elsewhere(work, Questions(commits=(logged,), visited=(("side", base),), began=NINE)) == [("side", "by hand")]
    both = (logged, AskedCommit(made, NINE + 60, (base,), ()))
    assert elsewhere(work, Questions(commits=both, visited=(("side", base),), began=NINE)) == []


def test_what_a_ref_was_moved_to_is_told_where_another_branch_holds_it(work: Repo) -> None:
    base = work.head
    made = work.git("commit-tree", "-p", base, "-m", "by hand", work.git("rev-parse", "HEAD^{tree}"), at=NINE + 60)
    assert elsewhere(work, Questions(moved=(made,), began=NINE)) == [], "no branch holds it"
    work.git("branch", "kept", made)
    assert elsewhere(work, Questions(moved=(made,), began=NINE)) == [("kept", "by hand")]
    assert elsewhere(work, Questions(moved=(made,), began=NINE + 600)) == [], "it is older than the session"
    work.git("merge", "-q", "--ff-only", "kept")
    assert elsewhere(work, Questions(moved=(made,), began=NINE)) == []
