"""Old events are pruned from the journal, and are not read again from the sources.

What is old is said by the confirmed time: the earlier of two readings of the clock that are at least a day apart, and the later one not before
it. A clock that is wrong once, however far, prunes nothing.
"""

from __future__ import annotations

from collections.abc import Collection

from handoffd.journal.reader import Reader
from handoffd.journal.store import Writer
from handoffd.model.records import dataclass
from handoffd.pipeline.workspace import Workspace

DAY = 86400.0
FLOOR = "floor"
PRUNED = "pruned"
_SEEN, _CONFIRMED = "time seen", "time confirmed"


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be pruned: the events of `before` a time, but the `kept` ids."""

    before: float
    kept: Collection[int]


def prune_daily(writer: Writer, now: float, due: Due | None) -> None:
    """Take note of the time, and prune what is due."""
    _observe(writer, now)
    if due is not None:
        prune_events(writer, due.before, due.kept)
        writer.set_meta(PRUNED, repr(now))


def confirmed(reader: Reader, now: float) -> float:
    """A time that has passed, whatever one reading of the clock says; 0 where none is confirmed."""
    at = reader.meta_number(_CONFIRMED)
    return at if at <= now else 0.0


def _observe(writer: Writer, now: float) -> None:
    """One reading of the clock. An earlier one that it contradicts confirms nothing."""
    seen = writer.meta_number(_SEEN)
    if not seen or now < seen:
        writer.set_meta(_SEEN, repr(now))
    elif now - seen >= DAY:
        writer.set_meta(_CONFIRMED, repr(seen))
        writer.set_meta(_SEEN, repr(now))


def floor(place: Workspace, now: float) -> float:
    """Nothing older than this is read again from the sources: it was pruned, or could have been. 0 when nothing was ever pruned.

    A floor in the future was set under a wrong clock; it would keep everything that is to come from being read, so it does not count.
    """
    before = place.journal.meta_number(FLOOR)
    return before if before <= now else 0.0


def prune_events(writer: Writer, before: float, kept: Collection[int]) -> int:
    """Prune the closed sessions' events of before a time, but the `kept`; returns how many."""
    writer.set_meta(FLOOR, repr(max(before, writer.meta_number(FLOOR))))
    return writer.prune(before, kept)
