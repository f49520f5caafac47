"""Gotchas for Next Session."""

from __future__ import annotations

import pytest

from handoffd.handoff.sections.gotchas import gotchas, warning
from handoffd.model.change import Change
from handoffd.model.document import PERSON, Item
from handoffd.model.facts import Daemon, Failure, Note, Reset, Stash, Test
from handoffd.model.snapshot import Conflict, OpenOperation, Reference, StashState
from tests.handoff.builders import NINE, claims_of, made, oid, on_head, view

CHANGE = Change("a.py", "changed", added=3, removed=1, names=("f",))
ONE, BACK = made(1, "feat: one", CHANGE), made(2, 'Revert "feat: one"', CHANGE, reverts=oid(1))


def items(*facts, snapshot=None, **more) -> list[Item]:
    return list(gotchas(view(*facts, snapshot=snapshot or on_head(1, 2, **more))))


def test_nothing_trips_anybody() -> None:
    assert items(ONE) == []


def test_the_warning_names_every_reason() -> None:
    one = view(made(1, "wip x"), snapshot=on_head(1, operation=OpenOperation("merge")))
    assert warning(one) == "⚠️ **Do not merge or deploy** — merge open, WIP commit on the branch"


def test_notes_and_trailers_are_a_persons_newest_first() -> None:
    found = items(Note("gotcha", "a", path="a.py", line=3), made(1, "x", trailers=(("Gotcha", "c"), ("Caveat", "d"))), Note("gotcha", "b"))
    assert [(item.kind, item.text, item.source, item.rank.strength) for item in found] == [
        ("note", "b", "person", PERSON),
        ("note", "a", "person", PERSON),
        ("trailer", "c", "person", PERSON),
        ("trailer", "d", "person", PERSON),
    ]
    assert (found[1].path, found[1].line, found[1].evidence) == ("a.py", 3, (1,))


@pytest.mark.parametrize(
    ("resolved", "said", "rev"),
    [
        ("head", "Conflict resolved in a.py: same as HEAD, nothing staged", "HEAD"),
        ("other", f"Conflict resolved in a.py: same as origin/main, the changes of {oid(1)[:7]} are not in it", oid(9)),
    ],
)
def test_a_conflict_that_was_resolved_by_one_side_alone(resolved: str, said: str, rev: str) -> None:
    (item,) = items(
        operation=OpenOperation("merge", "origin/main", oid(9)), conflicts=(Conflict("a.py", resolved=resolved, ours=(Reference(oid(1)),)),)
    )
    assert (item.kind, item.text, item.paths) == ("resolved", said, ("a.py",)) and claims_of(item) == [("same_as", {"path": "a.py", "rev": rev})]


def test_a_conflict_that_was_merged_is_none() -> None:
    assert items(operation=OpenOperation("merge"), conflicts=(Conflict("a.py", resolved="merged"), Conflict("b.py"))) == []


def test_a_pushed_commit_that_was_amended() -> None:
    amended = made(2, "feat: one", CHANGE, action="amend")
    (item,) = items(ONE, amended, snapshot=on_head(2, on_remotes=(oid(1),)))
    assert item.text == f"work was pushed at {oid(1)[:7]} and rewritten to {oid(2)[:7]}: push needs force"
    assert items(ONE, amended, snapshot=on_head(2)) == []


def test_a_revert_names_both_commits_and_what_is_gone() -> None:
    (item,) = items(ONE, BACK)
    assert item.text.startswith(f"Reverted: {oid(1)[:7]} feat: one (") and item.text.endswith("; a.py, f)")
    assert item.short == f"Reverted: {oid(1)[:7]} feat: one" and item.evidence == (1, 2)
    assert claims_of(item) == [("ancestor", {"commit": oid(2), "of": "HEAD"})]
    (alone,) = items(made(2, 'Revert "long ago"', CHANGE, reverts=oid(7)))
    assert alone.text.startswith(f"Reverted: {oid(7)[:7]} long ago (reverted ") and alone.evidence == (1,)


def test_a_commit_that_was_reset_away() -> None:
    (item,) = items(ONE, Reset(oid(1), oid(0)), snapshot=on_head())
    assert item.text.startswith(f"Reset away: {oid(1)[:7]} feat: one (") and item.text.endswith(
        f"; a.py, +3 −1); still reachable: git show {oid(1)[:7]}"
    )
    assert [check for check, _ in claims_of(item)] == ["unreachable", "object_exists"] and item.evidence == (1, 2)
    (gone,) = items(ONE, snapshot=on_head())
    assert gone.text.startswith("On no branch any more: ")
    assert items(ONE, snapshot=on_head(known=False)) == [], "of a session long over that is not known"


def test_a_stash_that_was_left() -> None:
    stash = StashState(oid(9), 1, "On work: half done", NINE, changes=(CHANGE,))
    (item,) = items(Stash(oid(9), "made", "On work: half done"), stashes=(stash,))
    assert f'stash@{{1}} ({oid(9)[:7]}): "half done" — a.py, f, +3 −1' in item.text
    assert item.evidence == (1,) and claims_of(item) == [("stash_exists", {"stash": oid(9)})] and item.rank.open


def test_a_flaky_test() -> None:
    red = Test("pytest", 4, 1, failures=(Failure("s::a", "adds", "t.py", 3),), head=oid(1))
    green = Test("pytest", 5, 0, fixed=("s::a",), head=oid(1))
    (item,) = items(red, green)
    assert (item.kind, item.text) == ("flaky", 'Flaky test: "adds" in t.py:3 failed and passed on the same tree')


def test_what_handoffd_could_not_see() -> None:
    told = items(Daemon("rebuilt", "the journal was damaged"), Daemon("blind", ""), Daemon("start", "x"), Note("todo", "use [redacted:aws:ed1c5eb2]"))
    assert [(item.kind, item.text) for item in told] == [
        ("daemon", "the journal was damaged"),
        ("redacted", "1 secret redacted in this session's facts"),
    ]


def test_many_paths_and_names_are_counted() -> None:
    changes = tuple(Change(f"{name}.py", "changed", names=(name,)) for name in "abcde")
    (item,) = items(made(1, "x", *changes), made(2, "back", reverts=oid(1)))
    assert item.text.endswith("; a.py, b.py, c.py, +2 more, a, b, c, +2 more)")
