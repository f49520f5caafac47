"""Every check of `doctor`. A check is one function that yields findings, and one row here; the rows stand in the order in which checks depend on each
other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from handoffd.model.progress import Progress, Stage, counted
from handoffd.setup.checks import machine as of_machine
from handoffd.setup.checks import worktree as of_worktree
from handoffd.setup.checks.finding import Finding
from handoffd.setup.checks.machine import Machine
from handoffd.setup.checks.worktree import Surroundings

MACHINE: tuple[Callable[[Machine], Iterator[Finding]], ...] = (
    of_machine.git,
    of_machine.python,
    of_machine.program,
    of_machine.config,
    of_machine.state_folder,
    of_machine.registry,
    of_machine.repositories,
    of_machine.daemon,
    of_machine.service,
    of_machine.inotify_watches,
)

WORKTREE: tuple[Callable[[Surroundings], Iterator[Finding]], ...] = (
    of_worktree.owners,
    of_worktree.index,
    of_worktree.registered,
    of_worktree.room,
    of_worktree.hooks,
    of_worktree.exclude,
    of_worktree.handoff_folder,
    of_worktree.journal,
    of_worktree.journal_lock,
    of_worktree.spool,
    of_worktree.closed_files,
    of_worktree.modes,
    of_worktree.clock,
    of_worktree.sources,
    of_worktree.remarks,
)

# Of a worktree where `uninit` was run: what was asked for is not undone.
ENDED: tuple[Callable[[Surroundings], Iterator[Finding]], ...] = (of_worktree.owners, of_worktree.ended)


def examine_machine(machine: Machine) -> tuple[Finding, ...]:
    """What the checks of the machine find."""
    return tuple(finding for check in MACHINE for finding in check(machine))


def examine_worktree(around: Surroundings, progress: Progress) -> tuple[Finding, ...]:
    """What the checks of one watched worktree find."""
    checks = ENDED if around.ended else WORKTREE
    return tuple(finding for check in counted(checks, progress, Stage.CHECKS) for finding in check(around))
