"""What became of the session's commits: each has one fate, by what git says of it now."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handoffd.handoff.facts.history import History, history
from handoffd.model.facts import Arrival, Checkout, Commit, Reset
from handoffd.model.open_work import BranchWork
from handoffd.model.session import Recorded
from handoffd.model.snapshot import BranchCommit, Snapshot
from tests.handoff.builders import NINE, made, oid, session_of


def told(*facts: Any, work: BranchWork | None = None, **more: Any) -> History:
    return history(session_of(*facts), work or BranchWork(), Snapshot(branch="work", **more))


def test_a_lost_commit_names_the_reset_that_took_it_away_and_no_other() -> None:
    two = (made(1, "one"), made(2, "two"))
    (lost,) = told(*two, Reset(oid(2), oid(1)), on_head=(oid(1),), lost=(oid(2),)).lost
    assert lost.commit.fact.subject == "two" and lost.reset is not None and lost.reset.id == 3
    (gone,) = told(*two, Reset(oid(9), oid(8)), on_head=(oid(1),), lost=(oid(2),)).lost
    assert gone.reset is None, "that reset moved another branch"


def test_a_lost_commit_of_an_earlier_session_is_told() -> None:
    work = BranchWork(commits=(Recorded(-5, NINE - 9e4, "work", made(7, "long ago")),))
    assert [lost.commit.id for lost in told(work=work, lost=(oid(7), oid(8))).lost] == [-5]


def test_a_commit_of_another_author_is_picked_and_not_counted() -> None:
    kim = made(2, "theirs", email="Kim@x.org", author="Kim")
    found = told(made(1, "mine", email="me@x.org"), kim, on_head=(oid(1), oid(2)), own=("me@x.org",))
    assert [seen.fact.subject for seen in found.counted] == ["mine"] and [seen.fact.subject for seen in found.picked] == ["theirs"]
    unknown = told(kim, on_head=(oid(2),))
    assert [seen.fact.subject for seen in unknown.counted] == ["theirs"], "whose repository it is, is not known"


def test_a_commit_that_no_log_tells_is_counted_in_its_place() -> None:
    new = BranchCommit(oid(5), "moved there", "me", "me@x.org", NINE, NINE + 5)
    found = told(made(1, "one"), on_head=(oid(1),), unlogged=(new,))
    assert [(seen.id, seen.fact.subject) for seen in found.counted] == [(1, "one"), (0, "moved there")]


def test_a_revert_pairs_with_its_original_also_under_a_new_name() -> None:
    (pair,) = told(made(1, "x"), made(2, "back", reverts=oid(1)), on_head=(oid(1), oid(2))).reverted
    assert pair.original is not None and pair.original.fact.subject == "x"
    (moved,) = told(made(3, "x"), made(4, "back", reverts=oid(1)), on_head=(oid(3), oid(4)), became=((oid(1), oid(3)),)).reverted
    assert moved.original is not None and moved.original.fact.new == oid(3) == moved.oid


def test_commits_of_others_on_another_branch_are_told_with_its_name() -> None:
    theirs = (Arrival(oid(8), "theirs", "Kim"),)
    here = told(Checkout(oid(1), oid(8), "pull", arrivals=theirs, arrived=1), on_head=(oid(8),), arrivals=theirs, arrived=1)
    assert here.arrivals == theirs and here.elsewhere_arrivals == ()
    session = session_of(Checkout(oid(1), oid(8), "pull", arrivals=theirs, arrived=1), branch="main")
    assert history(session, BranchWork(), Snapshot(branch="work")).elsewhere_arrivals == (("main", theirs[0]),)


NUMBERS = st.sets(st.integers(1, 6))


@given(NUMBERS, NUMBERS, NUMBERS)
def test_every_commit_of_the_session_has_at_most_one_fate(on_head: set[int], on_side: set[int], lost: set[int]) -> None:
    facts: list[Commit] = [made(number, f"c{number}") for number in range(1, 7)]
    gone = tuple(oid(number) for number in lost - on_head - on_side)
    found = told(*facts, on_head=tuple(map(oid, on_head)), on_branches=tuple((oid(number), "side") for number in on_side), lost=gone)
    fates = [*(seen.fact.new for seen in found.counted), *(seen.fact.new for _, seen in found.elsewhere), *(one.commit.fact.new for one in found.lost)]
    assert len(fates) == len(set(fates)) and set(fates) == {oid(number) for number in on_head | on_side | lost}
