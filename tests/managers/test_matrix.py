"""Beside every hook manager, in both orders, on every git: nobody sees a difference but our journal. One manager always, all of them by night."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gits import GITS, version_of
from tests.managers import theirs
from tests.managers.ground import Ground, Heard
from tests.managers.theirs import Manager

MANAGERS = ("husky", "lefthook", "pre_commit", "by_hand")
ORDERS = ("theirs first", "ours first")
CONFIG_HOOKS = (2, 54)
KINDS = ("before 2.54", "2.54 and newer")
NAMES = {
    "husky": f"husky {theirs.HUSKY}",
    "lefthook": f"lefthook {theirs.LEFTHOOK}",
    "pre_commit": f"pre-commit {theirs.PRE_COMMIT}",
    "by_hand": "a Python script",
}


@dataclass(frozen=True)
class Result:
    """`where`: words of doctor's finding. `row`: what docs/hooks.md says. `ours`: whether git runs our hooks."""

    where: str
    row: str
    ours: bool = True


BESIDE = Result("in the repository's config", "both run")
LEFT = Result("no sh, dash or bash script", "theirs runs and is left alone; `init` and `doctor` name the line to add", ours=False)
OLD = {
    ("husky", "theirs first"): Result(".husky/_/pre-push", "both run, ours in `.husky/_/`"),
    ("husky", "ours first"): Result(".husky/_/pre-push", "both run, ours put back into `.husky/_/`"),
    ("lefthook", "theirs first"): Result(".git/hooks/pre-push", "both run, ours in lefthook's hook"),
    ("lefthook", "ours first"): Result(".git/hooks/pre-push", "both run, ours put back into lefthook's hook"),
    ("pre_commit", "theirs first"): Result(".git/hooks/pre-push", "both run, ours in pre-commit's hook"),
    ("pre_commit", "ours first"): Result(".git/hooks/pre-push.legacy", "both run, ours in `pre-push.legacy`, which pre-commit runs"),
    ("by_hand", "theirs first"): LEFT,
    ("by_hand", "ours first"): LEFT,
}
CELLS = {(manager, order, kind): OLD[manager, order] if kind == KINDS[0] else BESIDE for manager in MANAGERS for order in ORDERS for kind in KINDS}
ALWAYS = ("husky", "ours first")
"""The cell in which most happens: our hooks are swept away, found, and put back into files of theirs."""
EACH = [pytest.param(*cell, marks=() if cell == ALWAYS else pytest.mark.nightly) for cell in OLD]
DOCS = Path(__file__).resolve().parents[2] / "docs" / "hooks.md"
ROW = re.compile(r"^\| (?P<manager>[^|]+) \| (?P<order>theirs first|ours first) \| (?P<git>[^|]+) \| (?P<result>[^|]+) \|$", re.M)


def kind_of(git: str) -> str:
    return KINDS[version_of(git) >= CONFIG_HOOKS]


@pytest.mark.parametrize(("manager", "order"), EACH, indirect=["manager"])
def test_beside(request: pytest.FixtureRequest, manager: Manager, order: str, git: str, ground: Ground) -> None:
    result = CELLS[request.node.callspec.params["manager"], order, kind_of(git)]
    alone = ground.clone("alone", manager.files)
    manager.install(alone.repo.root)
    theirs_alone, answers = alone.hooks(), alone.work()
    assert not answers[2] and "theirs: post-commit" in str(answers[0]) and ("refs/heads/main" in answers[1] or not manager.hands_on_stdin)

    both = ground.clone("both", manager.files)
    steps = [lambda: manager.install(both.repo.root), lambda: both.handoffd("init")]
    for step in steps if order == "theirs first" else reversed(steps):
        step()
    for _ in ("as installed", "their installer run again"):
        both.handoffd("flush")
        found = both.finding("pre-push")
        assert result.where in found["says"] and found["ok"] is result.ours, found
        answered = []
        heard = ground.heard(lambda said=answered: said.append(both.work()), both.repo, 2 * result.ours)  # type: ignore[misc]
        assert answered == [answers]
        assert heard == (Heard(2, 2, 2) if result.ours else Heard(0, 0, 0))
        manager.install(both.repo.root)
    both.handoffd("uninit")
    assert both.hooks() == theirs_alone


def test_the_table_in_the_docs_is_this_matrix() -> None:
    rows = {(row["manager"], row["order"], row["git"]): row["result"] for row in ROW.finditer(DOCS.read_text())}
    assert rows == {(NAMES[manager], order, kind): result.row for (manager, order, kind), result in CELLS.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_git_of_each_kind_was_there(kind: str) -> None:
    if kind not in map(kind_of, GITS):
        pytest.skip(f"no git {kind} here; HANDOFFD_TEST_GITS names others")
