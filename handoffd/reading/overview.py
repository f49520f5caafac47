"""The morning screen: what is open in each worktree, by its newest handoff, brought up to where git stands now.

journal ──> newest handoff and snapshot of each worktree ──> a line;  git moved since ──> branch, commits and stashes asked again, "as of"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from handoffd.git.repository import Worktree
from handoffd.journal.reader import Reader
from handoffd.model.errors import UserError
from handoffd.model.events import STARTS_SESSION
from handoffd.model.facts import Handoff
from handoffd.model.kinds import FactKind
from handoffd.model.records import dataclass, replace
from handoffd.model.sections import SectionKey
from handoffd.model.snapshot import Snapshot
from handoffd.present.standing import moved_since, standing

AT_ONCE = 8
_OPEN = (SectionKey.IN_PROGRESS, SectionKey.PENDING)


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """A worktree. `root` is '' where it was removed, `name` its id in the journal. `red` counts failing tests; `at` is when something last happened,
    `as_of` when the line was true, 0: now (epoch seconds). `is_open`: something is left to do."""

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


def lines_of(repository: str, journal: Reader, worktrees: Mapping[str, Worktree]) -> list[OverviewLine]:
    """A line for each worktree of one repository that has a handoff. `worktrees`: those that are there, by their ids."""
    with_lines = ((name, _written(repository, journal, name, worktrees.get(name))) for name in journal.worktrees())
    return [line for _, line in with_lines if line is not None]


def _written(repository: str, journal: Reader, name: str, worktree: Worktree | None) -> OverviewLine | None:
    """What the newest handoff says."""
    event = next(iter(journal.handoffs(name, 1)), None)
    if event is None or not isinstance(event.fact, Handoff):
        return None
    fact, document = event.fact, event.fact.document
    seen = journal.last(name, FactKind.SNAPSHOT)
    snapshot = seen.fact if seen is not None and isinstance(seen.fact, Snapshot) else Snapshot()
    newest = max((one.at for kind in STARTS_SESSION if (one := journal.last(name, kind)) is not None), default=fact.ended)
    later = journal.count(name, fact.through or event.id, STARTS_SESSION) > 0
    stale = worktree is not None and (later or moved_since(worktree, max(event.seen, event.at)))
    return OverviewLine(
        repository,
        str(worktree.root) if worktree is not None else "",
        name,
        fact.branch,
        str(document.get("resume", {}).get("next_step", "")),
        _red(document),
        len(snapshot.unpushed) if snapshot.has_remote else 0,
        len(snapshot.stashes),
        max(newest, fact.ended),
        fact.ended if stale else 0.0,
        any(document.get(key) for key in _OPEN) or later,
    )


def _red(document: Mapping[str, Any]) -> int:
    tests = document.get("status", {}).get("tests") or {}
    return int(tests.get("failed", 0)) if tests.get("counted") else 0


def brought_up(lines: Iterable[OverviewLine], worktrees: Mapping[str, Worktree]) -> list[OverviewLine]:
    """The lines, newest first; of those where git moved since, it is asked where it stands, several at once. `worktrees`: by their roots."""
    every = list(lines)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda line: _now(line, worktrees.get(line.root)) if line.as_of else line, every))
    return sorted(found, key=lambda line: -line.at)


def _now(line: OverviewLine, worktree: Worktree | None) -> OverviewLine:
    if worktree is None:
        return line
    try:
        here = standing(worktree)
    except UserError:
        return line
    is_open = line.is_open or bool(here.unpushed or here.stashes)
    # The handoff of another branch says nothing of this one.
    step = line.next_step if here.branch == line.branch else ""
    return replace(line, branch=here.branch, next_step=step, unpushed=here.unpushed, stashes=here.stashes, is_open=is_open)
