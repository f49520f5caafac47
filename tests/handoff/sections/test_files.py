"""Files Touched: every path of the session once."""

from __future__ import annotations

import pytest

from handoffd.handoff.sections.files import MOST_BULLETS, files, touched_paths
from handoffd.model.change import Change, Dependency
from handoffd.model.document import Item
from handoffd.model.facts import Failure, File, Stash, Test
from handoffd.model.snapshot import Conflict, Entry, FailurePlace, OpenOperation, StashState
from tests.handoff.builders import NINE, claims_of, made, oid, on_head, view


def items(*facts, snapshot=None, **more) -> dict[str, Item]:
    return {item.path or item.kind: item for item in files(view(*facts, snapshot=snapshot or on_head(1, 2, **more)))}


def change(path: str, kind: str = "changed", old: str = "", added: int = 1, removed: int = 0, **more) -> Change:
    return Change(path, kind, old, added, removed, **more)


def dirty(path: str, kind: str = "modified", staged: bool = False, unstaged: bool = True, at: float = NINE + 60, size: int = 0) -> Entry:
    return Entry(path, kind, staged=staged, unstaged=unstaged, mtime=at, size=size)


def test_a_committed_file() -> None:
    item = items(made(1, "x", change("a.py", names=("f",), added=3, removed=2)))["a.py"]
    assert (item.kind, item.text, item.added, item.removed, item.marks, item.paths, item.evidence) == ("file", "f", 3, 2, "", ("a.py",), (1,))
    assert not item.rank.open and claims_of(item) == []


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (change("a.py", "created", adds=("f", "g")), "new file; adds f, g"),
        (change("a.py", "deleted"), "deleted"),
        (change("src/b.py", "renamed", "lib/b.py"), "renamed from lib/"),
        (change("src/b.py", "renamed", "src/c.py"), "renamed from src/c.py"),
        (change("a.py", lines="lines 3, 40"), "lines 3, 40"),
        (change("package.json", dependencies=(Dependency("zstd", "", "1"), Dependency("lz4", "1", "2"))), "adds zstd 1"),
        (change("a.bin"), f"changed in {oid(1)[:7]}"),
    ],
)
def test_what_changed_in_it(one: Change, said: str) -> None:
    assert items(made(1, "x", one))[one.path].text == said


def test_an_uncommitted_file_is_open_and_says_how() -> None:
    def marks(entry: Entry) -> str:
        return items(File("a.py", "changed"), entries=(entry,), changes=(change("a.py", names=("f",)),))["a.py"].marks

    assert (
        marks(dirty("a.py")) == "in progress"
        and marks(dirty("a.py", staged=True, unstaged=False)) == "staged"
        and marks(dirty("a.py", "conflicted")) == "conflicted"
    )
    item = items(File("a.py", "changed"), entries=(dirty("a.py"),), changes=(change("a.py"),))["a.py"]
    assert item.rank.open and claims_of(item) == [("differs_from_head", {"path": "a.py"})] and item.evidence == (1,)


def test_failing_tests_are_the_strongest_mark_but_for_a_conflict() -> None:
    red = Test("pytest", 1, 2, failures=(Failure("a", "a", "t.py"), Failure("b", "b", "t.py")))
    places = (FailurePlace("a", "t.py", 1), FailurePlace("b", "t.py", 2))
    assert items(made(1, "x", change("t.py")), red, failures=places)["t.py"].marks == "2 failing"
    assert items(made(1, "x", change("t.py")), red, failures=places, entries=(dirty("t.py"),))["t.py"].marks == "2 failing, in progress"


def test_a_new_file_that_is_not_committed() -> None:
    told = items(File("n.py", "created"), entries=(dirty("n.py", "untracked", size=120),), changes=(change("n.py", "untracked"),))["n.py"]
    assert (told.text, told.added, told.marks) == ("new file, untracked, 120 bytes", -1, "")
    named = items(File("n.py", "created"), entries=(dirty("n.py", "untracked"),), changes=(change("n.py", "untracked", adds=("f",)),))["n.py"]
    assert (named.text, named.added, named.marks) == ("new file; adds f", 1, "in progress")


def test_totals_are_gits_own_where_the_work_is_one_line_of_commits() -> None:
    commits = (made(1, "x", change("a.py", added=5)), made(2, "y", change("a.py", added=1, removed=5)))
    assert (items(*commits)["a.py"].added, items(*commits)["a.py"].removed) == (6, 5), "the sum of the parts"
    counted = items(*commits, base=oid(0), totals=(("a.py", 1, 0),))["a.py"]
    assert (counted.added, counted.removed) == (1, 0)


def test_what_was_taken_back_has_no_net_change() -> None:
    one, back = made(1, "x", change("a.py", names=("f",))), made(2, "back", change("a.py", names=("f",)), reverts=oid(1))
    item = items(one, back)["a.py"]
    assert item.text == f"f in {oid(1)[:7]}, reverted by {oid(2)[:7]}; no net change" and item.added == -1
    stash = StashState(oid(9), 2, "m", NINE, changes=(change("a.py"),))
    assert items(Stash(oid(9), "made"), stashes=(stash,))["a.py"].text == "no net change; changes in stash@{2}"


def test_a_change_of_another_branch_says_which() -> None:
    item = items(made(1, "x", change("a.py", names=("f",))), snapshot=on_head(on_branches=((oid(1), "side"),)))["a.py"]
    assert item.text == "f; on branch side"


@pytest.mark.parametrize(("resolved", "said"), [("head", "same as HEAD"), ("other", "same as origin/main"), ("merged", "merged")])
def test_how_a_conflict_was_resolved(resolved: str, said: str) -> None:
    merge = OpenOperation("merge", "origin/main", oid(9))
    more = {
        "operation": merge,
        "conflicts": (Conflict("a.py", resolved=resolved),),
        "entries": (dirty("a.py", staged=True, unstaged=False),),
        "changes": (change("a.py", names=("f",)),),
    }
    assert items(File("a.py", "changed"), **more)["a.py"].text == f"f; conflict resolved: {said}"


def test_what_only_the_other_side_of_a_merge_changed_is_one_line() -> None:
    more = {
        "operation": OpenOperation("merge", "origin/main", oid(9)),
        "entries": (dirty("b.py", staged=True, unstaged=False),),
        "changes": (change("b.py"),),
    }
    told = items(File("b.py", "changed"), **more)
    assert list(told) == ["merged"] and told["merged"].paths == ("b.py",)


def test_conflicts_come_first_then_failing_edited_staged_committed() -> None:
    red = Test("pytest", 1, 1, failures=(Failure("a", "a", "t.py"),))
    names = ("done.py", "staged.py", "edited.py", "newer.py", "t.py", "c.py")
    entries = (
        dirty("staged.py", staged=True, unstaged=False, at=NINE + 999),
        dirty("edited.py"),
        dirty("newer.py", at=NINE + 90),
        dirty("c.py", "conflicted"),
    )
    told = files(view(made(1, "x", *map(change, names)), red, snapshot=on_head(1, entries=entries, failures=(FailurePlace("a", "t.py", 1),))))
    assert [item.path for item in told] == ["c.py", "t.py", "newer.py", "edited.py", "staged.py", "done.py"]


def test_beyond_the_bullets_that_fit_folders_are_told_and_no_path_is_lost() -> None:
    commits = [made(number, "x", *(change(f"src/f{number}_{at}.py") for at in range(20))) for number in (1, 2, 3)]
    told = files(view(*commits, snapshot=on_head(1, 2, 3)))
    assert sum(item.kind == "file" for item in told) == MOST_BULLETS and [item.kind for item in told[MOST_BULLETS:]] == ["folder"]
    assert touched_paths(told) == {one.path for commit in commits for one in commit.changes}


def test_generated_files_and_those_of_a_bulk_commit_are_folded() -> None:
    bulk = made(1, "x", *(change(f"f{at}.py") for at in range(21)))
    told = items(bulk, made(2, "y", change("yarn.lock", role="generated"), change("f0.py", names=("f",))))
    assert set(told) == {"f0.py", "bulk", "generated"} and len(told["bulk"].paths) == 20
