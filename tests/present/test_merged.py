"""Whether a branch's work is in its base, by content: after a merge, a squash, a rebase, and not before."""

from __future__ import annotations

import pytest

from handoffd.model.limits import Limits
from handoffd.model.questions import AskedBranch, Questions
from handoffd.model.snapshot import HeldBranch
from handoffd.present.branch_line import branch_line
from handoffd.present.merged import held_branches, merged_into
from tests.scans import NINE, reader_of
from tests.support import Repo

LINES = "".join(f"line {number}\n" for number in range(20))


@pytest.fixture
def work(repo: Repo) -> Repo:
    """Two commits on `feat`, made from main."""
    repo.commit("base", {"a.txt": LINES}, at=NINE)
    repo.git("checkout", "-q", "-b", "feat")
    repo.commit("one", {"a.txt": LINES.replace("line 3\n", "three\n")}, at=NINE + 60)
    repo.commit("two", {"b.txt": "two\n"}, at=NINE + 120)
    return repo


def merged(repo: Repo, begin: str = "") -> str:
    reader = reader_of(repo)
    line = branch_line(reader, "feat", repo.head, None, Questions(begin=begin), Limits(NINE + 600, NINE, NINE))
    return merged_into(reader, line, repo.head)


def at_main(repo: Repo, *words: str) -> None:
    repo.git("checkout", "-q", "main")
    repo.git(*words, at=NINE + 180)


def test_a_fresh_branch_and_one_with_work_of_its_own_are_not_merged(work: Repo) -> None:
    assert merged(work) == ""
    work.git("reset", "-q", "--hard", "main")
    assert merged(work) == ""


def test_a_branch_whose_commits_left_nothing_is_not_merged(work: Repo) -> None:
    base = work.git("rev-parse", "main")
    work.git("revert", "--no-edit", "HEAD", "HEAD~1", at=NINE + 180)
    assert merged(work, base) == ""


@pytest.mark.parametrize("how", ["merge", "squash", "pick"])
def test_what_the_base_holds_is_merged_however_it_came_there_and_later_work_opens_it_again(work: Repo, how: str) -> None:
    begin = work.git("rev-parse", "main")
    if how == "merge":
        at_main(work, "merge", "-q", "--no-ff", "-m", "merge", "feat")
    elif how == "squash":
        at_main(work, "merge", "-q", "--squash", "feat")
        work.git("commit", "-qm", "all of it", at=NINE + 180)
    else:
        at_main(work, "cherry-pick", "main..feat")
    work.commit("later", {"c.txt": "c\n"}, at=NINE + 240)
    work.git("checkout", "-q", "feat")
    assert merged(work, begin) == "main"
    work.commit("more", {"d.txt": "d\n"}, at=NINE + 300)
    assert merged(work, begin) == ""


def test_work_of_other_branches_that_head_holds(work: Repo) -> None:
    begin, tip = work.git("rev-parse", "main"), work.head
    at_main(work, "merge", "-q", "--squash", "feat")
    asked = (AskedBranch(7, tip, begin), AskedBranch(8, "1" * 40))
    reader = reader_of(work)
    assert held_branches(reader, asked, work.head, NINE + 600) == ()
    work.git("commit", "-qm", "all of it", at=NINE + 180)
    assert held_branches(reader, asked, work.head, NINE + 600) == (HeldBranch(7),)
    assert held_branches(reader, asked, work.head, NINE + 15 * 86400) == (), "long ago"


def test_a_branch_that_stands_on_an_unmerged_one_is_in_no_base(work: Repo) -> None:
    """It takes back a line that the branch below it added: main never had that line."""
    below = work.head
    work.commit("back", {"b.txt": "", "a.txt": LINES.replace("line 3\n", "three\n")}, at=NINE + 240)
    assert merged(work, below) == ""
    at_main(work, "merge", "-q", "--squash", below)
    work.git("commit", "-qm", "squash of the branch below", at=NINE + 300)
    work.git("rm", "-q", "b.txt")
    work.git("commit", "-qm", "and of the one above", at=NINE + 310)
    work.write("b.txt", "")
    work.git("add", "-A")
    work.git("commit", "-qm", "empty", at=NINE + 320)
    work.git("checkout", "-q", "feat")
    assert merged(work, below) == "", "main has not what the branch below changed, any more"


def test_a_stack_that_was_squashed_one_by_one_is_merged(work: Repo) -> None:
    below = work.head
    work.commit("three", {"c.txt": "three\n"}, at=NINE + 240)
    at_main(work, "merge", "-q", "--squash", below)
    work.git("commit", "-qm", "squash of the branch below", at=NINE + 300)
    work.git("checkout", "-q", "feat")
    assert merged(work, below) == ""
    at_main(work, "merge", "-q", "--squash", "feat")
    work.git("commit", "-qm", "squash of the one above", at=NINE + 320)
    work.git("checkout", "-q", "feat")
    assert merged(work, below) == "main"
