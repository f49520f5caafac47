"""What is old enough goes out of the journal, and does not come back."""

from __future__ import annotations

from handoffd.journal.store import Writer
from handoffd.model.progress import Stage
from handoffd.pipeline.workspace import Place

DAY = 86400.0
FLOOR = "floor"


def forget(place: Place, before: float, now: float) -> int:
    """Forget the closed sessions' events of before a time; returns how many. Raises Busy, Unwritable."""
    place.progress(Stage.FORGETTING, 0, 0)
    with place.journal.write(now, "cli") as writer:
        return _forget(writer, before)


def forget_daily(writer: Writer, keep: float, now: float) -> None:
    """Once a day, what is older than `keep` seconds. A last time in the future is that of a clock which was set back since."""
    if abs(now - writer.meta_number("pruned")) >= DAY:
        _forget(writer, now - keep)
        writer.set_meta("pruned", repr(now))


def floor(place: Place, now: float) -> float:
    """Nothing older than this is read again from the sources: it was forgotten, or could have been. 0 when nothing ever was.

    One in the future was set under a wrong clock and would keep all that is to come from being read.
    """
    before = place.journal.meta_number(FLOOR)
    return before if before <= now else 0.0


def _forget(writer: Writer, before: float) -> int:
    writer.set_meta(FLOOR, repr(max(before, writer.meta_number(FLOOR))))
    return writer.prune(before)
