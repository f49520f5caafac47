"""The uncommitted changes, the marks that still stand, the totals per path."""

from __future__ import annotations

import pytest

from handoffd.git.content import BIGGEST, read_bytes, read_text
from handoffd.git.status import status
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.change import Change
from handoffd.model.limits import Limits
from handoffd.model.snapshot import Entry
from handoffd.present.changes import LARGEST, changes, entries, large_files, totals
from tests.scans import HOUR, NINE, TOKEN, reader_of
from tests.support import Repo

LIMITS = Limits(NINE + HOUR, NINE, NINE - HOUR)


@pytest.fixture
def work(repo: Repo) -> Repo:
    repo.commit("base", {"a.py": "def f():\n    return 1\n", "b.py": "x = 1\n", "gone.py": "1\n", "old.py": "keep\n" * 20}, at=NINE)
    return repo


def seen_by(reader: WorktreeReader, *baseline: str) -> dict[str, Entry]:
    return {entry.path: entry for entry in entries(reader, status(reader.git), baseline)}


def uncommitted(reader: WorktreeReader) -> dict[str, Change]:
    found = status(reader.git)
    listed = entries(reader, found, ())
    told, trouble = changes(reader, found, listed, large_files(listed))
    assert trouble == ""
    return {change.path: change for change in told}


def test_every_kind_of_entry(work: Repo) -> None:
    work.write("a.py", "changed\n")
    work.write("b.py", "staged\n")
    work.git("add", "b.py")
    work.git("rm", "-q", "gone.py")
    work.git("mv", "old.py", "new.py")
    work.write("fresh.py", "1\n")
    work.write(".claude/handoff-2026-01-01.md", "ours\n")
    found = seen_by(reader_of(work), "a.py")
    assert {path: (entry.kind, entry.staged, entry.unstaged, entry.baseline) for path, entry in found.items()} == {
        "a.py": ("modified", False, True, True),
        "b.py": ("modified", True, False, False),
        "gone.py": ("deleted", True, False, False),
        "new.py": ("renamed", True, False, False),
        "fresh.py": ("untracked", False, True, False),
    }
    assert found["new.py"].old_path == "old.py" and found["fresh.py"].size == 2 and found["gone.py"].mtime == 0 < found["a.py"].mtime


def test_what_is_ignored_is_no_news_but_is_there(work: Repo) -> None:
    work.write("a.py", "changed\n")
    assert seen_by(reader_of(work, ignore=["a.py"]))["a.py"].baseline
    assert uncommitted(reader_of(work, ignore=["a.py"])) == {}


def test_a_file_taken_out_of_the_index_and_still_there_is_one_staged_entry(work: Repo) -> None:
    work.git("rm", "-q", "--cached", "a.py")
    entry = seen_by(reader_of(work))["a.py"]
    assert (entry.kind, entry.staged) == ("untracked", True)


def test_a_path_behind_a_filter_that_nobody_trusts_is_not_compared(work: Repo) -> None:
    work.commit("attributes", {".gitattributes": "*.enc filter=crypt\n", "x.enc": "1\n"})
    work.git("config", "filter.crypt.clean", "cat")
    work.write("x.enc", "2\n")
    entry = seen_by(reader_of(work))["x.enc"]
    assert (entry.kind, entry.compared, entry.unstaged) == ("not_compared", "filter crypt", False)
    assert "x.enc" not in uncommitted(reader_of(work))


def test_changes_are_named_and_untracked_files_are_one_change_each(work: Repo) -> None:
    work.write("a.py", "def f():\n    return 2\n")
    work.write("new.py", "def g():\n    return 1  # TODO write it\n")
    work.write(".env", "KEY=b\n")
    found = uncommitted(reader_of(work))
    assert (found["a.py"].names, found["a.py"].added, found["a.py"].removed) == (("f",), 1, 1)
    assert (found["new.py"].kind, found["new.py"].adds, found["new.py"].added) == ("untracked", ("g",), 2)
    assert [mark.text for mark in found["new.py"].marks] == ["write it"]
    assert found[".env"] == Change(".env", "untracked"), "of a secret file nothing is read"


def test_what_was_removed_is_named_whatever_became_of_the_file(work: Repo) -> None:
    body = "def keep():\n    return 1\n\n\ndef drop():\n    return 2\n" + "x = 1\n" * 20
    files = dict.fromkeys(("edited.py", "moved.py", "linked.py", "windows.py"), body)
    work.commit("more", {**files, "deleted.py": body + "y = 2\n" * 90}, at=NINE)
    less = body.replace("def drop():\n    return 2\n", "")
    work.write("edited.py", less)
    work.git("mv", "moved.py", "there.py")
    work.write("there.py", less)
    work.write("windows.py", less.replace("\n", "\r\n"))
    for name in ("deleted.py", "linked.py"):
        (work.root / name).unlink()
    (work.root / "linked.py").symlink_to("a.py")
    found = uncommitted(reader_of(work))
    removed = {path: change.removes for path, change in found.items()}
    assert (removed["edited.py"], removed["there.py"], removed["windows.py"]) == (("drop",),) * 3
    assert removed["deleted.py"] == ("keep", "drop") and found["edited.py"].adds == found["there.py"].adds == ()


def test_staged_and_unstaged_count_together_from_head(work: Repo) -> None:
    work.write("b.py", "x = 1\ny = 2\n")
    work.git("add", "b.py")
    work.write("b.py", "x = 1\ny = 2\nz = 3\n")
    assert uncommitted(reader_of(work))["b.py"].added == 2


def test_secrets_do_not_come_through(work: Repo) -> None:
    work.write("b.py", f"x = 1  # TODO drop {TOKEN}\n")
    work.write("c.py", f"# TODO drop {TOKEN}\n")
    assert TOKEN not in repr(uncommitted(reader_of(work)))


def test_before_the_first_commit_all_is_new(repo: Repo) -> None:
    repo.write("a.py", "1\n")
    repo.git("add", "a.py")
    assert uncommitted(reader_of(repo))["a.py"].kind == "created"


def test_large_files_are_named_and_not_read() -> None:
    listed = [
        Entry("a", "modified", size=LARGEST + 1),
        Entry("b", "untracked", size=LARGEST + 1),
        Entry("c", "modified", size=LARGEST),
        Entry("d", "renamed", "e", size=LARGEST + 1),
    ]
    found = large_files(listed)
    assert {path: (change.kind, change.compared) for path, change in found.items()} == {
        "a": ("changed", "larger than 5 MB"),
        "d": ("renamed", "larger than 5 MB"),
    }


def test_an_untracked_file_that_is_too_large_or_binary(work: Repo) -> None:
    work.write("large", "x" * (BIGGEST + 1))
    work.write("binary", b"\0\1")
    found = uncommitted(reader_of(work))
    assert (found["large"].compared, found["large"].binary) == ("larger than 1 MB", False)
    assert (found["binary"].compared, found["binary"].binary) == ("", True)


def test_only_regular_files_of_the_worktree_are_read(work: Repo) -> None:
    (work.root / "link").symlink_to("a.py")
    reader = reader_of(work)
    assert read_text(reader, "b.py") == "x = 1\n" and read_bytes(reader, "b.py", 5) is None and read_bytes(reader, "b.py", 6) == b"x = 1\n"
    assert [read_bytes(reader, path) for path in ("link", "missing", ".", "a\0b")] == [None] * 4


def test_totals_from_the_base_to_the_working_tree(work: Repo) -> None:
    base = work.head
    work.commit("two", {"a.py": "def f():\n    return 2\n", "b.py": "x = 1\ny = 2\n"}, at=NINE + 60)
    work.git("mv", "old.py", "new.py")
    work.write("b.py", "x = 1\ny = 2\nz = 3\n")
    work.write("fresh.py", "1\n2\n")
    reader = reader_of(work)
    told = list(uncommitted(reader).values())
    assert {path: pair for path, *pair in totals(reader, base, work.head, told, ())} == {
        "a.py": [1, 1],
        "b.py": [2, 0],
        "new.py": [0, 0],
        "fresh.py": [2, 0],
    }
    assert "b.py" not in {path: pair for path, *pair in totals(reader, base, work.head, told, ["b.py"])}


def test_where_nothing_was_committed_the_totals_are_the_changes(work: Repo) -> None:
    told = [Change("a.py", "changed", added=3, removed=1), Change("large", "changed")]
    assert totals(reader_of(work), work.head, work.head, told, ["large"]) == (("a.py", 3, 1),)
