"""What a line of HEAD's log says git did. Pure.

git's own words, as seen in its sources and logs: `commit (amend): ...`, `checkout: moving from A to B`, `rebase (pick): ...`,
`merge X: Fast-forward`, `pull --rebase origin main (start): checkout HASH`, `reset: moving to X`, `cherry-pick: ...`, `revert: ...`.
"""

from __future__ import annotations

import re

from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass

ZERO = lazy(r"^0+$")

_COMMIT_WORDS = {"": "commit", "initial": "commit", "amend": "amend", "merge": "merge", "cherry-pick": "cherry-pick", "revert": "revert"}
_MOVING = lazy(r"^checkout: moving from (?P<source>.+) to (?P<target>\S+)$", re.S)
_COMMIT = lazy(r"^commit(?: \((?P<how>[a-z-]+)\))?: ")
_REBASE = lazy(r"^(?P<verb>rebase|pull)\b(?P<words>[^:(]*?)(?: \((?P<step>[a-z -]+)\))?: ?(?P<rest>.*)$", re.S)
_RENAMED = lazy(r"^Branch: renamed (?P<source>\S+) to (?P<target>\S+)$")
_MERGE = lazy(r"^merge (?P<other>.+?): (?P<how>.*)$", re.S)
_RETURNING = lazy(r"returning to refs/heads/(?P<target>\S+)")
_PICKS = {"pick", "reword", "edit", "squash", "fixup", "continue", "merge"}


@dataclass(frozen=True, slots=True)
class Movement:
    """`kind`: commit checkout reset; `action` as in the facts; `source` and `target` are branch names of a switch, '' when there is none;
    `other` is what was merged or pulled; `brings` says that commits may have arrived."""

    kind: str
    action: str
    source: str = ""
    target: str = ""
    other: str = ""
    brings: bool = False


def classify(message: str) -> Movement | None:
    """The movement, or None for words that git does not use today (then parents decide)."""
    for read in (_checkout, _commit, _merge, _reset, _pick, _rebase, _rename):
        movement = read(message)
        if movement is not None:
            return movement
    return None


def by_parents(old: str, parents: tuple[str, ...]) -> Movement:
    """For unknown words: a commit where the old HEAD is a parent of the new one, else a switch (the first line of a linked worktree has no words)."""
    return Movement("commit", "merge" if len(parents) > 1 else "commit") if old in parents else Movement("checkout", "other")


def _checkout(message: str) -> Movement | None:
    if moved := _MOVING.match(message):
        return Movement("checkout", "checkout", source=moved["source"], target=moved["target"])
    return Movement("checkout", "clone") if message.startswith("clone: ") else None


def _commit(message: str) -> Movement | None:
    said = _COMMIT.match(message)
    return Movement("commit", _COMMIT_WORDS.get(said["how"] or "", "commit")) if said else None


def _merge(message: str) -> Movement | None:
    said = _MERGE.match(message)
    if not said:
        return None
    fast = said["how"].startswith("Fast-forward")
    return Movement("checkout" if fast else "commit", "fast-forward" if fast else "merge", other=said["other"], brings=True)


def _reset(message: str) -> Movement | None:
    return Movement("reset", "reset") if message.startswith("reset: ") else None


def _pick(message: str) -> Movement | None:
    for verb in ("cherry-pick", "revert"):
        if message.startswith((f"{verb}: ", f"{verb} ")):
            return Movement("commit", verb)
    return None


def _rebase(message: str) -> Movement | None:
    said = _REBASE.match(message)
    if not said:
        return None
    verb, step, other = said["verb"], said["step"] or "", said["words"].strip()
    if step in ("start", "finish", "abort"):
        back = _RETURNING.search(said["rest"])
        return Movement("checkout", f"rebase-{step}", target=back["target"] if back else "", other=other, brings=verb == "pull" and step == "start")
    if step in _PICKS or (verb == "rebase" and step.startswith("-i")):
        return Movement("commit", "rebase")
    if verb == "rebase":
        return Movement("commit", "rebase") if not step else None
    fast = said["rest"].startswith("Fast-forward")
    return Movement("checkout" if fast else "commit", "pull", other=other, brings=True)


def _rename(message: str) -> Movement | None:
    said = _RENAMED.match(message)
    if not said:
        return None
    return Movement("checkout", "rename", source=said["source"].removeprefix("refs/heads/"), target=said["target"].removeprefix("refs/heads/"))
