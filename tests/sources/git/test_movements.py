"""Each line that git writes into HEAD's log is one kind of movement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.sources.git.movements import by_parents, classify

LINES = [
    ("commit: feat: x", "commit", "commit"),
    ("commit (initial): first", "commit", "commit"),
    ("commit (amend): feat: x", "commit", "amend"),
    ("commit (merge): Merge branch 'a'", "commit", "merge"),
    ("commit (cherry-pick): feat: y", "commit", "cherry-pick"),
    ("cherry-pick: feat: y", "commit", "cherry-pick"),
    ('revert: Revert "feat: x"', "commit", "revert"),
    ("merge side: Merge made by the 'ort' strategy.", "commit", "merge"),
    ("merge origin/main: Fast-forward", "checkout", "fast-forward"),
    ("pull: Fast-forward", "checkout", "pull"),
    ("pull origin main: Merge made by the 'ort' strategy.", "commit", "pull"),
    ("pull --rebase origin main (start): checkout 4ab3df4c24d1", "checkout", "rebase-start"),
    ("pull --rebase origin main (pick): feat: z", "commit", "rebase"),
    ("pull --rebase origin main (finish): returning to refs/heads/work", "checkout", "rebase-finish"),
    ("rebase (start): checkout HEAD~3", "checkout", "rebase-start"),
    ("rebase -i (start): checkout HEAD~3", "checkout", "rebase-start"),
    ("rebase (pick): one", "commit", "rebase"),
    ("rebase (squash): one", "commit", "rebase"),
    ("rebase (fixup): one", "commit", "rebase"),
    ("rebase (reword): one", "commit", "rebase"),
    ("rebase (continue): one", "commit", "rebase"),
    ("rebase (finish): returning to refs/heads/work", "checkout", "rebase-finish"),
    ("rebase (abort): returning to refs/heads/work", "checkout", "rebase-abort"),
    ("reset: moving to HEAD~1", "reset", "reset"),
    ("checkout: moving from main to work", "checkout", "checkout"),
    ("clone: from /srv/x", "checkout", "clone"),
    ("Branch: renamed refs/heads/a to refs/heads/b", "checkout", "rename"),
]


@pytest.mark.parametrize(("message", "kind", "action"), LINES)
def test_a_line_of_git(message: str, kind: str, action: str) -> None:
    movement = classify(message)
    assert movement is not None
    assert (movement.kind, movement.action) == (kind, action)


def test_a_switch_names_both_branches() -> None:
    movement = classify("checkout: moving from feat/a to fix/b")
    assert movement is not None
    assert (movement.source, movement.target) == ("feat/a", "fix/b")


def test_the_end_of_a_rebase_names_the_branch_it_returns_to() -> None:
    movement = classify("rebase (finish): returning to refs/heads/feat/x")
    assert movement is not None
    assert movement.target == "feat/x"


def test_unknown_words_are_decided_by_parents() -> None:
    assert classify("hg-import: something") is None
    assert by_parents("a" * 40, ("a" * 40,)).kind == "commit"
    assert by_parents("a" * 40, ("a" * 40, "b" * 40)).action == "merge"
    assert by_parents("a" * 40, ("c" * 40,)).kind == "checkout"


@given(st.text())
def test_no_message_raises(message: str) -> None:
    classify(message)
