"""Old events are pruned from the journal, and are not read again from the sources."""

from __future__ import annotations

from handoffd.journal.store import Writer
from handoffd.model.progress import Stage
from handoffd.pipeline.workspace import Place

DAY = 86400.0
FLOOR = "floor"


def prune(place: Place, before: float, now: float) -> int:
    """Prune the closed sessions' events of before a time; returns how many. Raises Busy, Unwritable."""
    place.progress(Stage.PRUNING, 0, 0)
    with place.journal.write(now, "cli") as writer:
        return _prune(writer, before)


def prune_daily(writer: Writer, keep: float, now: float) -> None:
    """Prune once a day what is older than `keep` seconds. A last time that lies in the future was taken before the clock was set back."""
    if abs(now - writer.meta_number("pruned")) >= DAY:
        _prune(writer, now - keep)
        writer.set_meta("pruned", repr(now))


def floor(place: Place, now: float) -> float:
    """Nothing older than this is read again from the sources: it was pruned, or could have been. 0 when nothing was ever pruned.

    A floor in the future was set under a wrong clock; it would keep everything that is to come from being read, so it does not count.
    """
    before = place.journal.meta_number(FLOOR)
    return before if before <= now else 0.0


def _prune(writer: Writer, before: float) -> int:
    writer.set_meta(FLOOR, repr(max(before, writer.meta_number(FLOOR))))
    return writer.prune(before)
