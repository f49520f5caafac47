"""What was left open on other branches, one question for all of them."""

from __future__ import annotations

import pytest

from handoffd.model.limits import Limits
from handoffd.model.questions import Questions
from handoffd.model.snapshot import OtherBranch
from handoffd.present.branch_line import branch_line
from handoffd.present.other_branches import other_branches
from handoffd.present.refs import stash_states
from tests.scans import NINE, reader_of
from tests.support import Repo


@pytest.fixture
def work(repo: Repo) -> Repo:
    """On main, which origin has."""
    repo.commit("base", {"a.py": "a = 1\n"}, at=NINE)
    repo.git("config", "remote.origin.url", "x")
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    return repo


def left(repo: Repo) -> tuple[OtherBranch, ...]:
    reader = reader_of(repo)
    line = branch_line(reader, "main", repo.head, None, Questions(), Limits(NINE + 600, NINE, NINE))
    return other_branches(reader, "main", line, stash_states(reader, "main"))


def test_commits_that_no_remote_has_marks_that_stand_and_stashes(work: Repo) -> None:
    work.git("checkout", "-q", "-b", "fix")
    work.commit("one", {"b.py": "# TODO: later\n# FIXME: gone\n"}, at=NINE + 60)
    work.commit("two", {"b.py": "# TODO: later\n"}, at=NINE + 120)
    work.write("b.py", "x = 1\n")
    work.git("stash", "push", "-q", at=NINE + 180)
    work.git("checkout", "-q", "main")
    assert left(work) == (OtherBranch("fix", 2, 1, 1, NINE + 180),)


def test_what_is_pushed_or_on_head_or_anothers_is_not_left(work: Repo) -> None:
    work.git("branch", "level")
    work.git("checkout", "-q", "-b", "pushed")
    work.commit("one", {"b.py": "b = 1\n"}, at=NINE + 60)
    work.git("update-ref", "refs/remotes/origin/pushed", "HEAD")
    work.git("checkout", "-q", "-b", "theirs", "main")
    work.git("commit", "-q", "--allow-empty", "-m", "kim's", at=NINE + 60, env={"GIT_AUTHOR_EMAIL": "kim@x.org"})
    work.git("checkout", "-q", "main")
    assert left(work) == ()


def test_a_squash_merged_branch_is_not_left(work: Repo) -> None:
    work.git("checkout", "-q", "-b", "fix")
    work.commit("one", {"b.py": "b = 1\n"}, at=NINE + 60)
    work.git("checkout", "-q", "main")
    assert [one.name for one in left(work)] == ["fix"]
    work.git("merge", "-q", "--squash", "fix")
    work.git("commit", "-qm", "all", at=NINE + 120)
    assert left(work) == ()


def test_the_newest_twenty_are_told_and_what_was_merged_is_none_of_them(work: Repo) -> None:
    for number in range(24):
        work.git("checkout", "-q", "-b", f"fix-{number:02}", "main")
        work.commit("one", {f"b{number}.py": f"b = {number}\n"}, at=NINE + 60 * number)
    work.write("a.py", "a = 2\n")
    work.git("stash", "push", "-q", at=NINE + 60 * 22 + 1)
    work.git("checkout", "-q", "main")
    assert [one.name for one in left(work)] == [f"fix-{number:02}" for number in range(23, 3, -1)]
    for name in ("fix-23", "fix-22", "fix-10"):
        work.git("merge", "-q", "--squash", name)
        work.git("commit", "-qm", "all of it", at=NINE + 6000)
    assert [one.name for one in left(work)] == [f"fix-{number:02}" for number in (23, *range(21, 10, -1), *range(9, 1, -1))]
    assert left(work)[0] == OtherBranch("fix-23", 0, 0, 1, NINE + 60 * 22 + 1), "its stash is still open, and is as old as it is"


def test_without_a_remote_commits_are_not_told(work: Repo) -> None:
    work.git("config", "--remove-section", "remote.origin")
    work.git("checkout", "-q", "-b", "fix")
    work.commit("one", {"b.py": "b = 1\n"}, at=NINE + 60)
    work.git("checkout", "-q", "main")
    assert left(work) == ()
