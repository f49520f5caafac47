"""Which events belong to which branch: names come and go, the work stays with its branch."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.drops import Drop
from handoffd.model.events import Event, Fact
from handoffd.model.fact_codec import plain, reader
from handoffd.model.facts import Branch, Checkout, Commit, Note, Reset, Test
from handoffd.model.kinds import BranchAction, CheckoutAction
from handoffd.model.open_work import MOST_NOTES, MOST_RUNS, BranchIndex, OpenWork, advance, work_of
from handoffd.model.session import fold

KIND = {Commit: "commit", Checkout: "checkout", Reset: "reset", Branch: "branch", Test: "test", Note: "note", Drop: "drop"}


def events(*told: tuple[str, Fact]) -> list[Event]:
    """(branch, fact) as events with ids from 1."""
    return [Event(KIND[type(fact)], 100.0 + at, f"k{at}", fact, ".", branch, at) for at, (branch, fact) in enumerate(told, 1)]


def work(*told: tuple[str, Fact]) -> OpenWork:
    return advance(OpenWork(), events(*told))


def ids(found: OpenWork, branch: str) -> tuple[int, ...]:
    return found.index_of(branch, ".").ids


def switch(old: str, new: str, at: str = "c1") -> tuple[str, Fact]:
    return new, Checkout(at, at, CheckoutAction.CHECKOUT, source=old, target=new)


def commit(branch: str, new: str, old: str = "c1") -> tuple[str, Fact]:
    return branch, Commit(old, new, "commit")


def branch(name: str, commit: str, action: BranchAction = BranchAction.CREATED, source: str = "") -> tuple[str, Fact]:
    return name, Branch(name, commit, source, action)


def test_each_branch_has_its_own_words_runs_and_commits() -> None:
    found = work(commit("main", "c1", ""), ("main", Note("todo", "x")), commit("fix", "c2"), ("fix", Test("pytest", 1, 0)))
    assert (ids(found, "main"), ids(found, "fix"), ids(found, "nowhere")) == ((1, 2), (3, 4), ())
    assert found.index_of("fix", ".").tip == "c2" and found.through == 4


def test_a_rename_takes_everything_along_told_once_or_twice() -> None:
    told = [("feat", Note("decision", "small")), ("feat2", Checkout("c1", "c1", CheckoutAction.RENAME, source="feat", target="feat2"))]
    for extra in ([], [branch("feat2", "c1", BranchAction.RENAMED, "feat")]):
        found = work(*told, *extra, ("feat2", Note("todo", "more")))
        assert ids(found, "feat2")[0] == 1 and len(ids(found, "feat2")) == 2 and ids(found, "feat") == ()


def test_what_was_taken_off_goes_with_the_branch() -> None:
    told = [("feat", Drop("k1")), ("feat2", Checkout("c1", "c1", CheckoutAction.RENAME, source="feat", target="feat2")), ("main", Drop("k2"))]
    whole = events(*told)
    index = advance(OpenWork(), whole).index_of("feat2", ".")
    assert [seen.fact.key for seen in work_of(index, whole[:1], fold([])).drops] == ["k1"] and index.drops == (1,)


def test_a_branch_made_again_is_new_unless_it_is_made_where_it_was_deleted() -> None:
    before = [commit("fix", "c2"), ("fix", Note("decision", "first")), switch("fix", "main"), branch("fix", "c2", BranchAction.DELETED)]
    other = work(*before, switch("main", "fix"), branch("fix", "c1"), ("fix", Note("todo", "second")))
    assert ids(other, "fix") == (7,)
    again = work(*before, switch("main", "fix", "c2"), branch("fix", "c2"), ("fix", Note("todo", "second")))
    assert ids(again, "fix") == (1, 2, 7)


def test_work_on_a_detached_head_is_adopted_by_the_branch_that_is_made_there() -> None:
    detached = ("", Checkout("c1", "c1", CheckoutAction.CHECKOUT, source="main", target="c1"))
    before = [commit("main", "c1", ""), detached, commit("", "c2"), ("", Note("decision", "while detached"))]
    assert ids(work(*before), "") == (3, 4)
    found = work(*before, switch("c2", "feat", "c2"), branch("feat", "c2"))
    assert ids(found, "feat") == (3, 4) and ids(found, "") == ()
    elsewhere = work(*before, switch("c2", "feat", "c1"), branch("feat", "c1"))
    assert ids(elsewhere, "feat") == () and ids(elsewhere, "") == (3, 4)


def test_a_second_detached_stretch_is_another_one() -> None:
    detached = ("", Checkout("c1", "c1", CheckoutAction.CHECKOUT, source="main", target="c1"))
    found = work(commit("main", "c1", ""), detached, ("", Note("todo", "one")), switch("c1", "main"), detached, ("", Note("todo", "two")))
    assert ids(found, "") == (6,)


def test_a_note_during_a_rebase_belongs_to_the_branch_that_is_rebased() -> None:
    start = ("feat", Checkout("c2", "c1", CheckoutAction.REBASE_START))
    finish = ("feat", Checkout("c3", "c3", CheckoutAction.REBASE_FINISH, target="feat"))
    found = work(commit("feat", "c2"), start, ("", Note("todo", "x")), finish, ("", Note("todo", "elsewhere")))
    assert ids(found, "feat") == (1, 3) and ids(found, "") == (5,)


def test_the_beginning_is_kept_and_moved_by_its_own_event() -> None:
    found = work(commit("feat", "c2"), branch("feat", "c1", BranchAction.BEGUN, "origin/main"), branch("feat", "c9", BranchAction.BEGUN, "main"))
    index = found.index_of("feat", ".")
    assert (index.begin, index.begin_from) == ("c9", "main")


def test_of_many_the_newest_are_kept() -> None:
    told = [("main", Note("todo", str(at))) for at in range(MOST_NOTES + 3)] + [("main", Test("pytest", 1, 0)) for _ in range(MOST_RUNS + 3)]
    index = work(*told).index_of("main", ".")
    assert (len(index.notes), index.notes[0], len(index.tests), index.tests[-1]) == (MOST_NOTES, 4, MOST_RUNS, len(told))


def test_the_facts_of_a_branch_are_those_of_its_events_and_of_the_open_session() -> None:
    told = events(("fix", Note("todo", "old")), commit("fix", "c2"), ("main", Note("todo", "elsewhere, today")))
    found = work_of(BranchIndex(1, "fix", notes=(1,), commits=(2,)), told[:2], fold(told[2:]))
    assert [seen.fact.text for seen in found.notes] == ["old", "elsewhere, today"] and [seen.fact.new for seen in found.commits] == ["c2"]


NAMES = st.sampled_from(["main", "fix", "feat", ""])
COMMITS = st.sampled_from(["c1", "c2", "c3"])
FACTS = st.one_of(
    st.builds(Commit, COMMITS, COMMITS, st.just("commit")),
    st.builds(Checkout, COMMITS, COMMITS, st.sampled_from(list(CheckoutAction)), source=NAMES, target=NAMES),
    st.builds(Reset, COMMITS, COMMITS),
    st.builds(Branch, NAMES.filter(bool), COMMITS, NAMES, st.sampled_from(list(BranchAction))),
    st.builds(Note, st.just("todo"), st.sampled_from(["a", "b"])),
    st.builds(Test, st.just("pytest"), st.integers(0, 2), st.just(0)),
    st.builds(Drop, st.sampled_from(["a", "b"]), undo=st.booleans()),
)
TOLD = st.lists(st.tuples(NAMES, FACTS), max_size=30)


def pieces(told: Sequence[Event], cuts: Sequence[int]) -> list[Sequence[Event]]:
    edges = [0, *sorted(min(cut, len(told)) for cut in cuts), len(told)]
    return [told[start:end] for start, end in itertools.pairwise(edges)]


@given(TOLD, st.lists(st.integers(0, 30), max_size=4))
def test_wherever_the_events_are_cut_the_fold_is_the_same(told: list[tuple[str, Fact]], cuts: list[int]) -> None:
    whole, found = events(*told), OpenWork()
    for piece in pieces(whole, cuts):
        found = advance(found, piece)
        found = reader(OpenWork)(plain(found))  # as it is kept
    assert found == advance(OpenWork(), whole) == advance(found, whole)


@given(TOLD)
def test_no_event_is_lost_and_none_stands_twice(told: list[tuple[str, Fact]]) -> None:
    whole = events(*told)
    found = advance(OpenWork(), whole)
    kept = sorted(id_ for one in found.branches for id_ in one.ids)
    assert kept == [event.id for event in whole if isinstance(event.fact, Note | Test | Commit | Drop)]
    assert len({one.id for one in found.branches}) == len(found.branches)
