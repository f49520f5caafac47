"""Which handoff a reading verb is about."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from handoffd.journal.reader import Reader
from handoffd.model.counts import plural
from handoffd.model.errors import UserError
from handoffd.model.facts import Handoff
from handoffd.model.records import dataclass

MOST = 1000


@dataclass(frozen=True, slots=True)
class WrittenSession:
    """A session that has a handoff: its last. The session's events have ids above `after`; the handoff tells those up to `told`."""

    worktree: str
    fact: Handoff
    after: int
    told: int = 0

    @property
    def through(self) -> int | None:
        """The session's last event, None while it is open."""
        return self.fact.through if self.fact.closes else None


def written(journal: Reader, worktree: str) -> list[Handoff]:
    """The worktree's handoffs, newest first, one for each session: its last."""
    return [one.fact for one in sessions(journal, worktree)]


def written_anywhere(journal: Reader) -> list[tuple[str, Handoff]]:
    """(worktree, handoff) of the whole repository, newest first, those of removed worktrees too."""
    return [(one.worktree, one.fact) for one in sessions(journal, None)]


def sessions(journal: Reader, worktree: str | None) -> list[WrittenSession]:
    """The sessions that have a handoff, newest first; None: of every worktree. A session is known by the event that the session before it was closed
    at, never by a file's name: a file may be lost, and its name be given to the next session."""
    found: dict[tuple[str, int], WrittenSession] = {}
    closed: dict[str, list[int]] = {}
    for event in reversed(journal.handoffs(worktree, MOST)):
        fact = event.fact
        if not isinstance(fact, Handoff):
            continue
        ends = closed.setdefault(event.worktree, [])
        # One that was written without the journal's lock does not know which events it covers: it is of the session that was open then.
        before = bisect_left(ends, fact.through) if fact.through else len(ends)
        after = ends[before - 1] if before else 0
        found.pop((event.worktree, after), None)
        found[(event.worktree, after)] = WrittenSession(event.worktree, fact, after, fact.through or event.id)
        if fact.closes and (not ends or fact.through > ends[-1]):
            ends.append(fact.through)
    return list(reversed(found.values()))


def newest(journal: Reader, worktree: str, branch: str) -> tuple[Handoff, str]:
    """The newest handoff of `branch` ('': detached), else the newest of all; with a word when a newer one of another branch exists."""
    every = written(journal, worktree)
    if not every:
        raise UserError("no handoff was written here yet", hint="handoffd flush")
    same = next((fact for fact in every if fact.branch == branch), None)
    if same is None:
        return every[0], f"note: no handoff of {branch or 'this detached HEAD'} yet; this is the newest, of {every[0].branch or 'a detached HEAD'}"
    aside = f"note: there is a newer handoff of {every[0].branch or 'a detached HEAD'}: handoffd show" if every[0] is not same else ""
    return same, aside


def nth(every: Sequence[Handoff], back: int) -> Handoff:
    """The handoff `back` sessions ago in what was `written`; 0 is the newest."""
    if not every:
        raise UserError("no handoff was written here yet", hint="handoffd flush")
    if back >= len(every):
        raise UserError(f"there {'is' if len(every) == 1 else 'are'} only {plural(len(every), 'handoff')}", hint="handoffd list")
    return every[back]
