"""Every repository git can make: the same questions, with every git, with pygit2 and without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from handoffd.git.objects import Objects
from handoffd.git.repository import discover
from handoffd.git.run import Git
from tests.repositories import content, damaged, formats, places, states  # noqa: F401  each registers its shapes
from tests.repositories.asking import OURS, Files, Said, ask, oracle, snapshot, written
from tests.repositories.ground import SHAPES, Ground, Shape

INIT, FLUSH, DOCUMENT, UNINIT = ("init",), ("flush",), ("show", "--json"), ("uninit", "--purge")
# What tells two looks at one repository apart: when it was, and the journal's numbers.
OF_THE_LOOK = {"session", "title", "evidence", "at", "age_s", "first_seen", "claims"}


def shapes(*, refused: bool, quiet: bool = False) -> list[str]:
    return [name for name, one in SHAPES.items() if bool(one.refused) is refused and one.quiet is quiet]


@pytest.mark.parametrize("name", shapes(refused=False))
def test_a_right_answer_and_no_harm(name: str, ground: Ground) -> None:
    one = SHAPES[name]
    root = _built(one, ground)
    before, (flushed, shown) = _asked(one, ground, root)
    _delivered_or_said(one, flushed)
    document = shown.document
    _told_as_git_does(one, root, document)
    _equal_without_pygit2(root)
    if not one.damage:
        again = ask(root, INIT, FLUSH, DOCUMENT, UNINIT, pygit2=False)[2]
        assert _lasting(again.document) == _lasting(document)
    assert not written(before, snapshot(ground.folder))
    assert not ground.canary.exists(), "a program of the repository's ran, or a promisor was asked"


@pytest.mark.parametrize("name", shapes(refused=False, quiet=True))
def test_nothing_to_hand_over_is_said(name: str, ground: Ground) -> None:
    root = _built(SHAPES[name], ground)
    before = snapshot(ground.folder)
    _, flushed, shown, _ = ask(root, INIT, FLUSH, DOCUMENT, UNINIT)
    assert flushed.code == 0 and "nothing to hand over yet" in flushed.err
    assert shown.code == 1 and "hint:" in shown.err
    assert not written(before, snapshot(ground.folder))


@pytest.mark.parametrize("name", shapes(refused=True))
def test_what_git_cannot_open_is_said_in_words(name: str, ground: Ground) -> None:
    one = SHAPES[name]
    root = _built(one, ground)
    if one.damage:
        assert ask(root, INIT)[0].code == 0
    before = _damaged(one, ground, root)
    for said in ask(root, INIT, FLUSH, DOCUMENT, ("log",)):
        assert one.refused in said.err and "hint:" in said.err, said
        # What the journal has can be shown all the same.
        assert said.code == 1 or (one.damage and said.words in (INIT, ("log",))), said
    (screen,) = ask(root, ("status",))
    assert not one.damage or (screen.code == 1 and one.refused in screen.out), screen
    assert not written(before, snapshot(ground.folder))


def _built(one: Shape, ground: Ground) -> Path:
    root = one.build(ground)
    ground.canary.unlink(missing_ok=True)
    return root


def _asked(one: Shape, ground: Ground, root: Path) -> tuple[Files, list[Said]]:
    """What must be on the disk in the end, and the answers to FLUSH and DOCUMENT. Damage comes between `init` and the questions."""
    before = snapshot(ground.folder)
    if not one.damage:
        initialised, *said, _ = ask(root, INIT, FLUSH, DOCUMENT, UNINIT)
        assert initialised.code == 0, initialised
        return before, said
    assert ask(root, INIT)[0].code == 0
    after = _damaged(one, ground, root)
    # What `init` wrote must go as well.
    before = {path: (before if OURS.search(path) else after).get(path) for path in before.keys() | after.keys()}
    return before, ask(root, FLUSH, DOCUMENT, UNINIT)[:2]


def _damaged(one: Shape, ground: Ground, root: Path) -> Files:
    """Damage it, where that is its shape; every file as it is then."""
    if one.damage:
        one.damage(root)
    return snapshot(ground.folder)


def _delivered_or_said(one: Shape, flushed: Said) -> None:
    assert flushed.code == (1 if one.undelivered else 0), flushed
    assert one.undelivered in flushed.err
    assert one.undelivered or "handoff-" in flushed.out


def _told_as_git_does(one: Shape, root: Path, document: dict[str, Any]) -> None:
    status, truth = document["status"], oracle(root, merging=one.operation == "merge")
    told = {kind: set(paths) for kind, paths in status["changes"].items()}
    uncompared = told.pop("not_compared")
    assert bool(uncompared) == ("not compared" in one.says)
    assert {kind: paths - uncompared for kind, paths in told.items()} == {kind: paths - uncompared for kind, paths in truth.items()}
    assert status["operation"] == (one.operation or None)
    assert all(words in "\n".join(status["lines"]) for words in one.says), status["lines"]


def _equal_without_pygit2(root: Path) -> None:
    """Facts, patches and blobs of every commit, asked in-process and on the command line."""
    worktree = discover(root)
    git = Git(worktree.root)
    fast, plain = Objects(worktree, git), Objects(worktree, git, use_pygit2=False)
    oids = (git.try_run("rev-list", "--all", "--max-count=20") or b"").decode().split()
    for oid in [*oids, "0" * 40, "1" * 40, "1" * 64]:
        assert fast.commit(oid) == plain.commit(oid)
        patches = fast.patches(oid)
        assert patches == plain.patches(oid)
        for patch in patches[:5]:
            assert fast.blob(oid, patch.path) == plain.blob(oid, patch.path)


def _lasting(value: Any) -> Any:
    """A document without what tells two looks apart."""
    if isinstance(value, dict):
        return {key: _lasting(each) for key, each in value.items() if key not in OF_THE_LOOK}
    return [_lasting(each) for each in value] if isinstance(value, list) else value
