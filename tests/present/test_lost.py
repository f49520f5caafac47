"""Which commits are lost and which live on under another name: in real repositories, by reachability, patch and content."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoffd.model.questions import AskedCommit, Questions
from handoffd.present.lost import Lost, lost_commits
from tests.scans import NINE, reader_of
from tests.support import Repo

LINES = "".join(f"line {number}\n" for number in range(20))


@pytest.fixture
def work(repo: Repo) -> Repo:
    repo.commit("base", {"a.txt": LINES}, at=NINE)
    return repo


def edit(repo: Repo, line: int, text: str, at: int, subject: str = "") -> str:
    repo.write("a.txt", repo.read("a.txt").replace(f"line {line}\n", f"{text}\n"))
    repo.git("commit", "-qam", subject or f"feat: {text}", at=at)
    return repo.head


def found(repo: Repo, *oids: str, amended: tuple[tuple[str, str], ...] = ()) -> Lost:
    asked = tuple(AskedCommit(oid, 0.0, tuple(repo.git("show", "-s", "--format=%P", oid).split()), ()) for oid in oids)
    tips = tuple(dict.fromkeys([repo.head, *repo.git("for-each-ref", "--format=%(objectname)", "refs/heads", "refs/remotes").split()]))
    return lost_commits(reader_of(repo), Questions(commits=asked, amended=amended), (), tips)


def test_what_was_reset_away_is_lost_and_what_a_ref_reaches_is_not(work: Repo) -> None:
    one = edit(work, 3, "mine", NINE + 60)
    assert found(work, one) == Lost()
    work.git("reset", "-q", "--hard", "HEAD~1")
    assert found(work, one).lost == (one,)
    for ref in ("refs/heads/side", "refs/remotes/origin/x", "refs/tags/kept"):
        work.git("update-ref", ref, one)
        assert found(work, one).lost == ()
        work.git("update-ref", "-d", ref)


def test_a_commit_that_was_rebased_has_another_name(work: Repo) -> None:
    work.git("checkout", "-q", "-b", "f")
    one = edit(work, 3, "mine", NINE + 60)
    work.git("checkout", "-q", "main")
    edit(work, 15, "theirs", NINE + 90)
    work.git("checkout", "-q", "f")
    work.git("rebase", "-q", "main", at=NINE + 120)
    assert found(work, one) == Lost((), {one: work.head})


def test_a_commit_that_was_amended_or_picked_elsewhere_has_another_name(work: Repo) -> None:
    one = edit(work, 3, "mine", NINE + 60)
    work.git("commit", "-q", "--amend", "-m", "feat: reworded", at=NINE + 200)
    assert found(work, one).lost == ()
    two = edit(work, 9, "second", NINE + 300)
    work.git("checkout", "-q", "-b", "side", "HEAD~1")
    work.git("cherry-pick", two, at=NINE + 400)
    picked = work.head
    work.git("checkout", "-q", "main")
    work.git("reset", "-q", "--hard", "HEAD~1")
    assert found(work, two) == Lost((), {two: picked})


def test_of_a_row_of_amends_that_was_reset_away_the_newest_is_lost(work: Repo) -> None:
    one = edit(work, 3, "mine", NINE + 60)
    work.write("a.txt", work.read("a.txt").replace("mine\n", "mine, better\n"))
    work.git("commit", "-qa", "--amend", "-m", "feat: other words", at=NINE + 200)
    two = work.head
    work.git("reset", "-q", "--hard", "HEAD~1")
    assert found(work, one, two, amended=((one, two),)).lost == (two,)


@pytest.mark.parametrize("away", ["--soft", "branch"])
def test_commits_that_were_squashed_are_not_lost_though_they_touch_neighbouring_lines(work: Repo, away: str) -> None:
    work.git("checkout", "-q", "-b", "f")
    commits = [edit(work, 3, "line 3\nx", NINE + 60), edit(work, 4, "y\nline 4", NINE + 61)]
    if away == "--soft":
        work.git("reset", "-q", "--soft", "main")
    else:
        work.git("checkout", "-q", "main")
        work.git("merge", "-q", "--squash", "f")
        work.git("branch", "-q", "-D", "f")
    work.git("commit", "-qm", "feat: all of it", at=NINE + 120)
    assert found(work, *commits).lost == ()
    edit(work, 10, "more", NINE + 180)
    assert found(work, *commits).lost == (), "also with later work on top"


def test_a_commit_that_a_rebase_dropped_is_lost_and_the_kept_one_is_not(work: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = edit(work, 3, "dropped", NINE + 60), edit(work, 15, "kept", NINE + 120)
    monkeypatch.setenv("GIT_SEQUENCE_EDITOR", "sed -i 1s/^pick/drop/")
    work.git("rebase", "-q", "-i", "HEAD~2", at=NINE + 180)
    assert found(work, one, two) == Lost((one,), {two: work.head})


def test_copies_of_one_lost_commit_are_told_once(work: Repo) -> None:
    one = edit(work, 3, "mine", NINE + 60)
    work.git("checkout", "-q", "--detach", "HEAD~1")
    edit(work, 15, "theirs", NINE + 90)
    work.git("cherry-pick", one, at=NINE + 120)
    copy = work.head
    work.git("checkout", "-q", "main")
    work.git("reset", "-q", "--hard", "HEAD~1")
    assert found(work, one, copy).lost == (copy,)


def test_nothing_is_written_to_the_repository(work: Repo) -> None:
    one = edit(work, 3, "line 3\nx", NINE + 60)
    work.git("reset", "-q", "--hard", "HEAD~1")
    edit(work, 12, "other", NINE + 90)
    before = work.git("count-objects")
    assert found(work, one).lost == (one,) and work.git("count-objects") == before


def test_of_a_row_of_rewrites_that_was_thrown_away_the_last_is_told(work: Repo) -> None:
    """The log tells of the first; the last is known only as the place that a reset left."""
    base = work.head
    first = edit(work, 3, "mine", NINE + 60)
    last = work.git("commit-tree", "-p", base, "-m", "feat: anew", work.git("rev-parse", "HEAD^{tree}"), at=NINE + 90)
    work.git("update-ref", "refs/heads/main", last)
    work.git("reset", "-q", "--hard", base)
    asked = Questions(commits=(AskedCommit(first, 0.0, (base,), ()),), left=(last,))
    assert lost_commits(reader_of(work), asked, (), (base,)).lost == (last,)
    both = Questions(commits=(AskedCommit(first, 0.0, (base,), ()), AskedCommit(last, 0.0, (base,), ())), left=(last,))
    assert lost_commits(reader_of(work), both, (), (base,)).lost == (last,)


def test_what_a_squash_held_that_was_amended_and_thrown_away_is_told_once(work: Repo) -> None:
    base = work.head
    one, two = edit(work, 3, "mine", NINE + 60), edit(work, 9, "also mine", NINE + 70)
    work.git("reset", "-q", "--soft", base)
    work.git("commit", "-qm", "feat: both", at=NINE + 80)
    squash = work.head
    work.write("a.txt", work.read("a.txt").replace("also mine\n", ""))
    work.git("commit", "-qa", "--amend", "--no-edit", at=NINE + 90)
    last = work.head
    work.git("reset", "-q", "--hard", base)
    assert found(work, one, two, squash, last, amended=((squash, last),)).lost == (last,)


def test_what_a_squash_holds_is_not_lost_where_only_git_can_read_the_repository(tmp_path: Path, home: Path) -> None:
    repo = Repo.create(tmp_path / "sha256", "--object-format=sha256")
    repo.commit("base", {"a.txt": LINES}, at=NINE)
    one, two = edit(repo, 3, "mine", NINE + 60), edit(repo, 9, "also mine", NINE + 70)
    repo.git("reset", "-q", "--hard", f"{one}~1")
    assert found(repo, one, two).lost == (one, two)
    repo.git("merge", "-q", "--squash", two)
    repo.git("commit", "-qm", "feat: both", at=NINE + 90)
    assert found(repo, one, two).lost == ()
