"""What a line of HEAD's log says git did. Pure.

git's own words, as seen in its sources and logs: `commit (amend): ...`, `checkout: moving from A to B`, `rebase (pick): ...`,
`merge X: Fast-forward`, `pull --rebase origin main (start): checkout HASH`, `reset: moving to X`, `cherry-pick: ...`, `revert: ...`.
"""

from __future__ import annotations

import re

from handoffd.model.kinds import CheckoutAction, CommitAction, FactKind, ResetAction
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass

ZERO = lazy(r"^0+$")

_COMMIT_WORDS = {
    "": CommitAction.COMMIT,
    "initial": CommitAction.COMMIT,
    "amend": CommitAction.AMEND,
    "merge": CommitAction.MERGE,
    "cherry-pick": CommitAction.CHERRY_PICK,
    "revert": CommitAction.REVERT,
}
_REBASE_STEPS = {"start": CheckoutAction.REBASE_START, "finish": CheckoutAction.REBASE_FINISH, "abort": CheckoutAction.REBASE_ABORT}
_MOVING = lazy(r"^checkout: moving from (?P<source>.+) to (?P<target>\S+)$", re.S)
_COMMIT = lazy(r"^commit(?: \((?P<how>[a-z-]+)\))?: ")
_REBASE = lazy(r"^(?P<verb>rebase|pull)\b(?P<words>[^:(]*?)(?: \((?P<step>[a-z -]+)\))?: ?(?P<rest>.*)$", re.S)
_RENAMED = lazy(r"^Branch: renamed (?P<source>\S+) to (?P<target>\S+)$")
_MERGE = lazy(r"^merge (?P<other>.+?): (?P<how>.*)$", re.S)
_RETURNING = lazy(r"returning to refs/heads/(?P<target>\S+)")
_PICKS = {"pick", "reword", "edit", "squash", "fixup", "continue", "merge"}


@dataclass(frozen=True, slots=True)
class HeadMove:
    """`source` and `target` are the branch names of a switch, '' when there is none; `other` is what was merged or pulled; `brings` says that
    commits may have arrived."""

    action: CommitAction | CheckoutAction | ResetAction
    source: str = ""
    target: str = ""
    other: str = ""
    brings: bool = False

    @property
    def kind(self) -> FactKind:
        """The kind of the fact that the movement becomes."""
        match self.action:
            case CommitAction():
                return FactKind.COMMIT
            case CheckoutAction():
                return FactKind.CHECKOUT
            case ResetAction():
                return FactKind.RESET


def classify(message: str) -> HeadMove | None:
    """The movement, or None for words that git does not use today (then parents decide)."""
    for read in (_checkout, _commit, _merge, _reset, _pick, _rebase, _rename):
        movement = read(message)
        if movement is not None:
            return movement
    return None


def by_parents(old: str, parents: tuple[str, ...], message: str = "") -> HeadMove:
    """For unknown words: a commit where the old HEAD is a parent of the new one, or where both are nothing; else a switch. The first line of a linked
    worktree has no words."""
    first = bool(message) and not parents and not old.strip("0")
    if old not in parents and not first:
        return _switch(CheckoutAction.OTHER)
    return _made(CommitAction.MERGE if len(parents) > 1 else CommitAction.COMMIT)


def _switch(action: CheckoutAction, source: str = "", target: str = "", other: str = "", brings: bool = False) -> HeadMove:
    return HeadMove(action, source, target, other, brings)


def _made(action: CommitAction, other: str = "", brings: bool = False) -> HeadMove:
    return HeadMove(action, other=other, brings=brings)


def _checkout(message: str) -> HeadMove | None:
    if moved := _MOVING.match(message):
        return _switch(CheckoutAction.CHECKOUT, source=moved["source"], target=moved["target"])
    return _switch(CheckoutAction.CLONE) if message.startswith("clone: ") else None


def _commit(message: str) -> HeadMove | None:
    said = _COMMIT.match(message)
    return _made(_COMMIT_WORDS.get(said["how"] or "", CommitAction.COMMIT)) if said else None


def _merge(message: str) -> HeadMove | None:
    said = _MERGE.match(message)
    if not said:
        return None
    if said["how"].startswith("Fast-forward"):
        return _switch(CheckoutAction.FAST_FORWARD, other=said["other"], brings=True)
    return _made(CommitAction.MERGE, other=said["other"], brings=True)


def _reset(message: str) -> HeadMove | None:
    return HeadMove(ResetAction.RESET) if message.startswith("reset: ") else None


def _pick(message: str) -> HeadMove | None:
    for verb in (CommitAction.CHERRY_PICK, CommitAction.REVERT):
        if message.startswith((f"{verb}: ", f"{verb} ")):
            return _made(verb)
    return None


def _rebase(message: str) -> HeadMove | None:
    said = _REBASE.match(message)
    if not said:
        return None
    verb, step, other = said["verb"], said["step"] or "", said["words"].strip()
    if step in _REBASE_STEPS:
        back = _RETURNING.search(said["rest"])
        target = back["target"] if back else ""
        return _switch(_REBASE_STEPS[step], target=target, other=other, brings=verb == "pull" and step == "start")
    if step in _PICKS or (verb == "rebase" and step.startswith("-i")):
        return _made(CommitAction.REBASE)
    if verb == "rebase":
        return _made(CommitAction.REBASE) if not step else None
    if said["rest"].startswith("Fast-forward"):
        return _switch(CheckoutAction.PULL, other=other, brings=True)
    return _made(CommitAction.PULL, other=other, brings=True)


def _rename(message: str) -> HeadMove | None:
    said = _RENAMED.match(message)
    if not said:
        return None
    return _switch(CheckoutAction.RENAME, source=said["source"].removeprefix("refs/heads/"), target=said["target"].removeprefix("refs/heads/"))
