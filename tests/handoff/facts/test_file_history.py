"""What the session left on each path."""

from __future__ import annotations

from handoffd.handoff.facts.file_history import FileHistory, traces
from handoffd.model.change import Change, Dependency
from handoffd.model.facts import File, Reset, Stash
from handoffd.model.snapshot import Entry, StashState
from tests.handoff.builders import NINE, made, oid, on_head, view


def change(path: str, kind: str = "changed", old: str = "", **more) -> Change:
    return Change(path, kind, old, more.pop("added", 1), **more)


def found(*facts, snapshot=None) -> dict[str, FileHistory]:
    return {trace.path: trace for trace in traces(view(*facts, snapshot=snapshot or on_head(1, 2, 3)))}


def test_a_path_with_its_commits_oldest_first_and_what_is_uncommitted() -> None:
    dirty = on_head(1, 2, changes=(change("a.py", names=("c",)),), entries=(Entry("a.py", "modified", mtime=NINE + 999),))
    trace = found(made(1, "x", change("a.py", adds=("a",))), made(2, "y", change("a.py", names=("a", "b"))), snapshot=dirty)["a.py"]
    assert [seen.fact.new for seen, _ in trace.commits] == [oid(1), oid(2)] and trace.uncommitted is not None
    assert (trace.adds, trace.names, trace.removes) == (["a"], ["b", "c"], [])


def test_dependencies_and_the_newest_wording_of_a_path() -> None:
    one, two = Dependency("a", "", "1"), Dependency("b", "", "1")
    trace = found(
        made(1, "x", change("a.py", lines="line 3", dependencies=(one,))), made(2, "y", change("a.py", lines="line 9", dependencies=(two,)))
    )["a.py"]
    assert trace.dependencies == [one, two] and trace.lines == "line 9" and trace.changes == [pair[1] for pair in trace.commits]


def test_what_was_added_and_removed_again_is_nothing() -> None:
    trace = found(made(1, "x", change("a.py", adds=("a",), removes=("z",))), made(2, "y", change("a.py", removes=("a",))))["a.py"]
    assert (trace.adds, trace.removes) == ([], ["z"])


def test_a_rename_takes_the_old_names_trace_along() -> None:
    told = found(made(1, "x", change("a.py")), made(2, "y", change("b.py", "renamed", "a.py")), made(3, "z", change("c.py", "renamed", "b.py")))
    assert list(told) == ["c.py"] and len(told["c.py"].commits) == 3
    assert told["c.py"].paths == ("c.py", "b.py", "a.py") and told["c.py"].renamed_from == "a.py"


def test_created_deleted_and_generated() -> None:
    told = found(made(1, "x", change("n.py", "created"), change("y.lock", role="generated")), made(2, "y", change("n.py", "deleted")))
    assert told["n.py"].created and told["n.py"].deleted and told["y.lock"].generated and not told["n.py"].generated


def test_a_reverted_commit_left_nothing_but_its_names() -> None:
    told = found(made(1, "x", change("a.py", names=("f",))), made(2, "back", change("a.py", names=("f",)), reverts=oid(1)))
    assert told["a.py"].nothing_left and [names for _, names in told["a.py"].reverted] == [("f",)]


def test_a_commit_that_was_reset_away_left_nothing() -> None:
    told = found(made(1, "x", change("a.py")), made(2, "y", change("b.py")), Reset(oid(2), oid(1)), snapshot=on_head(1))
    assert not told["a.py"].nothing_left and told["b.py"].nothing_left


def test_a_commit_of_another_branch_says_which() -> None:
    told = found(made(1, "x", change("a.py")), snapshot=on_head(on_branches=((oid(1), "side"),)))
    assert told["a.py"].elsewhere == ["side"]


def test_bulk_commits_and_others_are_told_apart() -> None:
    bulk = tuple(change(f"f{number}.py") for number in range(21))
    told = found(made(1, "x", *bulk), made(2, "y", change("f0.py")))
    assert told["f1.py"].bulk_only and not told["f0.py"].bulk_only


def test_dirty_paths_are_told_whenever_they_were_written_but_not_those_of_before_we_looked() -> None:
    entries = (Entry("old.py", "modified", mtime=NINE - 5), Entry("base.py", "modified", mtime=NINE - 5, baseline=True), Entry("seen.py", "modified", baseline=True))
    dirty = on_head(changes=(change("old.py"), change("base.py"), change("seen.py")), entries=entries)
    assert sorted(found(File("seen.py", "changed"), snapshot=dirty)) == ["old.py", "seen.py"]


def test_what_a_stash_holds_is_a_path_of_the_session() -> None:
    stash = StashState(oid(9), 0, "m", NINE, changes=(change("a.py"),))
    assert found(Stash(oid(9), "made"), snapshot=on_head(stashes=(stash,)))["a.py"].nothing_left
    assert "a.py" not in found(File("x", "restored"), snapshot=on_head(stashes=(stash,))), "made in another session"
