"""The morning screen: what is open in each worktree, by its newest handoff, brought up to where git stands now.

journal ──> newest handoff and snapshot of each worktree ──> a line;  git moved since ──> branch, commits and stashes asked again, "as of"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from handoffd.files.git_dir import branch_in
from handoffd.git.repository import Worktree
from handoffd.journal.reader import Reader
from handoffd.model.errors import UserError
from handoffd.model.events import STARTS_SESSION, Event
from handoffd.model.facts import Handoff
from handoffd.model.kinds import FactKind, ItemKind
from handoffd.model.records import dataclass, replace
from handoffd.model.sections import SectionKey
from handoffd.model.snapshot import Snapshot
from handoffd.present.standing import moved_since, standing

AT_ONCE = 8
MAIN = "."
"""The id of a repository's main worktree."""
# Handoffs among which that of the branch is looked for.
MOST_HANDOFFS = 50
_OPEN = (SectionKey.IN_PROGRESS, SectionKey.PENDING)


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """A worktree. `root` is '' where it was removed, `name` its id in the journal. `red` counts failing tests; `at` is when something last happened,
    `as_of` when the line was true, 0: now (epoch seconds). `is_open`: something is left to do. `written`: there is a handoff of this branch.
    `push_step`: the next step is to push, and nothing else. `beside`: without a handoff, the branch of the newest one, if it has open work."""

    repository: str
    root: str
    name: str
    branch: str
    next_step: str
    red: int = 0
    unpushed: int = 0
    stashes: int = 0
    at: float = 0.0
    as_of: float = 0.0
    is_open: bool = False
    written: bool = True
    push_step: bool = False
    beside: str = ""


def lines_of(repository: str, journal: Reader, worktrees: Mapping[str, Worktree]) -> list[OverviewLine]:
    """A line for each worktree of one repository in which something happened. `worktrees`: those that are there, by their ids."""
    found = (_line(repository, journal, name, worktrees.get(name)) for name in journal.worktrees())
    return [line for line in found if line is not None]


def _line(repository: str, journal: Reader, name: str, worktree: Worktree | None) -> OverviewLine | None:
    newest = max((event for kind in STARTS_SESSION if (event := journal.last(name, kind)) is not None), key=lambda event: event.at, default=None)
    branch = branch_in(worktree.git_dir) if worktree is not None else None
    every = [event for event in journal.handoffs(name, 1) if isinstance(event.fact, Handoff)]
    event = _handoff(journal, name, every, branch)
    line = OverviewLine(repository, str(worktree.root) if worktree is not None else "", name, "", "")
    if event is not None:
        return _written(line, journal, event, worktree, newest.at if newest is not None else 0.0)
    return _unwritten(line, journal, every, branch, newest) if newest is not None else None


def _handoff(journal: Reader, name: str, newest: Sequence[Event], branch: str | None) -> Event | None:
    """The newest handoff of the branch that HEAD is on; the newest of all where HEAD does not tell."""
    if not newest or branch is None or _is_of(newest[0], branch):
        return next(iter(newest), None)
    return next((event for event in journal.handoffs(name, MOST_HANDOFFS) if _is_of(event, branch)), None)


def _unwritten(line: OverviewLine, journal: Reader, others: Sequence[Event], branch: str | None, newest: Event) -> OverviewLine:
    """Whatever is told of a branch without a handoff is asked of git now. Open work of the branch that was left is named."""
    other = others[0].fact if others and isinstance(others[0].fact, Handoff) else None
    beside = other.branch if other is not None and any(other.document.get(key) for key in _OPEN) else ""
    later = other is None or journal.count(line.name, other.through or others[0].id, STARTS_SESSION) > 0
    is_open = bool(beside) or later
    return replace(
        line, branch=newest.branch if branch is None else branch, at=newest.at, as_of=newest.at, is_open=is_open, written=False, beside=beside
    )


def _is_of(event: Event, branch: str) -> bool:
    return isinstance(event.fact, Handoff) and event.fact.branch == branch


def _written(line: OverviewLine, journal: Reader, event: Event, worktree: Worktree | None, newest: float) -> OverviewLine:
    """What the handoff says."""
    assert isinstance(event.fact, Handoff)
    fact, document = event.fact, event.fact.document
    seen = journal.last(line.name, FactKind.SNAPSHOT)
    snapshot = seen.fact if seen is not None and isinstance(seen.fact, Snapshot) else Snapshot()
    later = journal.count(line.name, fact.through or event.id, STARTS_SESSION) > 0
    # What outlives its worktree cannot be looked up whole.
    written = max(event.seen, event.at)
    stale = worktree is None or later or moved_since(worktree, written, _files(document))
    step = str(document.get("resume", {}).get("next_step", ""))
    return replace(
        line,
        branch=fact.branch,
        next_step=step,
        red=_red(document),
        unpushed=len(snapshot.unpushed) if snapshot.has_remote else 0,
        stashes=_stashes([stash.branch for stash in snapshot.stashes], line.name, fact.branch),
        at=max(newest, fact.ended),
        as_of=written if stale else 0.0,
        is_open=any(document.get(key) for key in _OPEN) or later,
        push_step=any(item.get("kind") == ItemKind.PUSH and item.get("text") == step for item in document.get(SectionKey.PENDING, ())),
    )


def _files(document: Mapping[str, Any]) -> list[str]:
    """The files that the open lines name."""
    return list(dict.fromkeys(str(item["path"]) for key in _OPEN for item in document.get(key, ()) if item.get("path")))


def _stashes(made_on: Iterable[str], name: str, branch: str) -> int:
    """How many of the repository's stashes are told of this worktree: a linked one has those of its branch."""
    return sum(1 for made in made_on if name == MAIN or (made == branch and branch != ""))


def _red(document: Mapping[str, Any]) -> int:
    tests = document.get("status", {}).get("tests") or {}
    return int(tests.get("failed", 0)) if tests.get("counted") else 0


def brought_up(lines: Iterable[OverviewLine], worktrees: Mapping[tuple[str, str], Worktree]) -> list[OverviewLine]:
    """The lines, newest first; of those where git moved since, it is asked where it stands, several at once. `worktrees`: by repository and id;
    any one stands in for a worktree that was removed."""
    every = list(lines)
    others = {repository: worktree for (repository, _), worktree in reversed(list(worktrees.items()))}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [(line, worktrees.get((line.repository, line.name)) or others.get(line.repository)) for line in every]
        found = list(pool.map(lambda pair: _now(*pair) if pair[0].as_of else pair[0], asked))
    return sorted(found, key=lambda line: -line.at)


def _now(line: OverviewLine, worktree: Worktree | None) -> OverviewLine:
    if worktree is None:
        return line
    try:
        here = standing(worktree, "" if line.root else line.branch)
    except UserError:
        return line
    same = here.branch == line.branch
    unpushed = here.unpushed if here.unpushed is not None else line.unpushed if same else 0
    stashes = _stashes(here.made_on, line.name, here.branch)
    # The handoff of another branch says nothing of this one, and what is pushed needs no push.
    step = line.next_step if same and not (line.push_step and not unpushed) else ""
    is_open = line.is_open or bool(unpushed or stashes)
    line = replace(line, branch=here.branch, next_step=step, unpushed=unpushed, stashes=stashes, is_open=is_open, red=line.red if same else 0)
    return line if line.written else replace(line, as_of=0.0)
