"""Sources that cannot be read: each failure is reported once, kept in the journal, and forgotten when the source can be read again.

an error while a source is read ──> SourceFailure ──> an event, once ──> the log and the handoff
                                         └──> the journal's meta ──> `status`, `doctor`, until the source is read
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handoffd.journal.reader import Reader
from handoffd.journal.store import Writer
from handoffd.model.errors import UserError, refusal
from handoffd.model.events import Event
from handoffd.model.facts import Daemon
from handoffd.model.kinds import DaemonAction, FactKind
from handoffd.model.records import asdict, dataclass

TOP = Path(__file__).resolve().parent.parent
_REPORT = "this is a bug of handoffd: please report it with this line"


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """`says` which source and why, `hint` what to do about it. `since` is the time of the last scan before the failure, in epoch seconds: what the
    source has to say when it is read again may be as old as that."""

    says: str
    hint: str
    since: float

    @property
    def words(self) -> str:
        """Both on one line."""
        return f"{self.says} ({self.hint})" if self.hint else self.says


def failure_of(about: str, error: Exception, since: float) -> SourceFailure:
    """The failure of the source that reads `about`."""
    known = error if isinstance(error, UserError) else refusal(error) if isinstance(error, OSError) else None
    if known is not None:
        reason, hint = str(known), known.hint
    elif isinstance(error, OSError):
        reason, hint = str(error), ""
    else:
        reason, hint = f"{type(error).__name__}: {error} at {_place(error)}", _REPORT
    return SourceFailure(f"{about} could not be read: {'; '.join(reason.splitlines())}", hint, since)


def failure_event(worktree: str, source: str, failure: SourceFailure, now: float) -> Event:
    """The report of a failure. Two processes that meet the same failure make the same key."""
    key = f"unread:{worktree}:{source}:{failure.since!r}"
    return Event(FactKind.DAEMON, now, key, Daemon(DaemonAction.DEGRADED, failure.says), worktree)


def known_failures(journal: Reader, worktree: str) -> dict[str, SourceFailure]:
    """The failures that the last scan left, by the name of the source."""
    try:
        kept = json.loads(journal.meta(_name(worktree)) or "{}")
        return {str(source): _failure(one) for source, one in kept.items()}
    except (ValueError, TypeError, AttributeError, KeyError):
        return {}


def keep_failures(writer: Writer, worktree: str, failures: Mapping[str, SourceFailure]) -> None:
    """Keep them for `status`, `doctor` and the next scan."""
    writer.set_meta(_name(worktree), json.dumps({source: asdict(failure) for source, failure in failures.items()}))


def _name(worktree: str) -> str:
    return f"unread {worktree}"


def _failure(kept: Mapping[str, Any]) -> SourceFailure:
    return SourceFailure(str(kept["says"]), str(kept["hint"]), float(kept["since"]))


def _place(error: Exception) -> str:
    """The file and line of our own code where the error was raised."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(TOP):
            place = f"{file.relative_to(TOP.parent)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
